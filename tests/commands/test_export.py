"""The verbs export and open: a file is written whole, and a bundle is a run again."""

import json

import pytest

from dpn import settings
from dpn.__main__ import main
from dpn.runs.folder import find_run
from tests.export.runs import made_run
from tests.helpers import same_tensors


def answer(capsys, *arguments):
    assert main([*arguments]) == 0
    return capsys.readouterr().out


def test_a_bundle_is_exported_and_opened_elsewhere(tmp_path, capsys):
    run = made_run(settings.runs_dir())
    out = answer(capsys, "export", "there", "--out", str(tmp_path / "new"), "--json")
    said = json.loads(out)
    path = tmp_path / "new" / "there.zip"
    assert said == {
        "run": "there", "as": "bundle", "file": str(path), "bytes": path.stat().st_size
    }  # fmt: skip
    elsewhere = tmp_path / "elsewhere"
    opened = json.loads(answer(capsys, "open", str(path), "--runs-dir", str(elsewhere), "--json"))
    weights = find_run(opened["run"], elsewhere).load_model().state_dict()
    assert same_tensors(weights, run.load_model().state_dict())


def test_what_is_said_to_a_person(tmp_path, capsys):
    made_run(settings.runs_dir())
    out = answer(capsys, "export", "there", "--out", str(tmp_path))
    assert out == f"{tmp_path / 'there.zip'}: 0.0 MB\n"
    assert answer(capsys, "open", str(tmp_path / "there.zip")).strip() in (
        path.name for path in settings.runs_dir().iterdir()
    )


def test_a_file_too_large_for_a_bundle_is_not_read_to_its_end(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("dpn.export.opening.MOST_BYTES", 1000)
    (tmp_path / "film.zip").write_bytes(bytes(1001))
    assert main(["open", str(tmp_path / "film.zip")]) == 2
    assert "film.zip' is larger than 0 MB, so it is no bundle" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export", "nowhere"], "There is no run 'nowhere'"),
        (["export", "shipped-digits-dpn", "--out", "{file}"], "--out '{file}' cannot be written"),
        (["open", "{file}"], "mine.zip cannot be opened: it is no zip"),
        (["open", "{file}/x"], "cannot be read"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path, capsys, arguments, words):
    file = tmp_path / "mine.zip"
    file.write_text("no")
    assert main([argument.format(file=file) for argument in arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words.format(file=file) in line
