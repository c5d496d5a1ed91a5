"""The verb predict: files, folders and test images, in order."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from dpn.__main__ import main
from dpn.data.look import WORDS
from tests.commands.verbs.small import picture
from tests.helpers import (
    NAMES,
)
from tests.pictures.photographs import inked, rgba, sheet, to_png
from tests.pictures.sets import made


def test_predict_answers_each_file_in_order(said, run, tmp_path):
    files = [picture(tmp_path / f"{name}.png", label) for label, name in enumerate(NAMES)]
    files.reverse()
    answers = said("predict", run.id, *map(str, files))
    assert [answer["file"] for answer in answers] == list(map(str, files))
    for answer in answers:
        assert answer.keys() == {
            *("file", "label", "known", "claim", "probability", "probabilities"),
            *("read_as", "figures"),
        }
        assert answer["known"] is None  # of a few validation images
        assert answer["claim"] == answer["probability"]
        assert (answer["read_as"], answer["figures"]) == ("photo", 1)
        assert tuple(answer["probabilities"]) == NAMES
        assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        best = max(answer["probabilities"], key=answer["probabilities"].get)
        assert (answer["label"], answer["probability"]) == (
            best,
            max(answer["probabilities"].values()),
        )


def test_predict_says_what_the_model_says(said, run, tmp_path):
    from dpn.pictures.files import read_images

    paths = [picture(tmp_path / f"{label}.png", label) for label in range(3)]
    (chunk,) = read_images([str(path) for path in paths], run.config(), "auto")
    images = torch.from_numpy(np.stack([item.input for _, item in chunk]))
    with torch.no_grad():
        expected = torch.softmax(run.load_model()(images / 255), dim=1).numpy()
    answers = said("predict", "latest", *map(str, paths))
    found = [list(answer["probabilities"].values()) for answer in answers]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_predict_says_when_it_sees_two_figures(capsys, tmp_path):
    beside = np.hstack([inked(0, 160, 0.7), inked(4, 160, 0.7)])
    files = [tmp_path / "one.png", tmp_path / "two.png", tmp_path / "sheet.png"]
    files[0].write_bytes(to_png(rgba(255 - 238 * inked(0, 160))))
    files[1].write_bytes(to_png(rgba(255 - 238 * beside)))
    files[2].write_bytes(to_png(sheet(inked(0, 160), np.random.default_rng(0), falls=0.5)))
    names = list(map(str, files))
    assert main(["predict", "shipped-mnist-dpn", *names]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[1] for line in lines[::2]] == ["0", "0"]
    assert [line[3:] for line in lines] == [[], ["2 figures seen, one read"], []]
    assert main(["predict", "shipped-mnist-dpn", *names, "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(answer["read_as"], answer["figures"]) for answer in answers] == [
        ("drawing", 1),
        ("drawing", 2),
        ("photo", 1),
    ]


@pytest.mark.parametrize(
    ("asked", "kept"), [([], "dark_ink"), (["--preparation", "photo"], "photo")]
)
def test_test_images_that_are_sent_are_answered_as_in_the_test(capsys, tmp_path, asked, kept):
    images, labels = made("dark ink", 0, 300)
    own = {"x_train": images[:240], "y_train": labels[:240]}
    test = {"x_test": images[240:], "y_test": labels[240:]}
    np.savez(tmp_path / "own.npz", **own, **test)
    places = ["--data-dir", str(tmp_path), "--runs-dir", str(tmp_path / "runs")]
    train = ["train", "--dataset", "own", "--model", "mlp", "--steps", "60", "--device", "cpu"]
    assert main([*train, *asked, *places]) == 0
    out, err = capsys.readouterr()
    assert WORDS[kept] in err
    (config,) = (tmp_path / "runs").glob("*/config.json")
    data = json.loads(config.read_text())["data"]
    assert (data["preparation"], "look" in data) == (kept, kept == "dark_ink")
    (tmp_path / "png").mkdir()
    for index, image in enumerate(images[240:]):
        file = tmp_path / "png" / f"{index:03}.png"
        Image.fromarray(image[0]).save(file)
    assert main(["predict", "latest", str(tmp_path / "png"), *places]) == 0
    said = [line.split("\t")[1] for line in capsys.readouterr().out.splitlines()]
    right = np.mean([name == str(label) for name, label in zip(said, labels[240:], strict=True)])
    assert f"test accuracy {right:.2%}" in out


def test_a_bad_file_among_good_ones_is_said_where_it_stands(said, capsys, run, tmp_path):
    good = picture(tmp_path / "good.png", 1)
    (tmp_path / "text.png").write_text("no picture")
    files = [good, tmp_path / "text.png", tmp_path / "missing.png", good]
    answers = said("predict", run.id, *map(str, files))
    assert [("label" in answer, "error" in answer) for answer in answers] == [
        (True, False), (False, True), (False, True), (True, False),
    ]  # fmt: skip
    assert answers[0]["probabilities"] == answers[3]["probabilities"]
    assert "text.png" in answers[1]["error"]
    assert "missing.png: cannot be read (No such file or directory)" in answers[2]["error"]


@pytest.mark.parametrize("verb", ["predict", "explain", "read"])
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_where_nothing_can_be_answered_each_line_says_why_and_the_exit_code_is_2(
    capsys, tmp_path, verb, as_json
):
    (tmp_path / "text.png").write_text("no picture")
    files = [str(tmp_path / "text.png"), str(tmp_path / "missing.png")]
    assert main([verb, "shipped-digits-dpn", *files, *as_json]) == 2
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()] if as_json else out.splitlines()
    assert [line["file"] for line in lines if as_json] == (files if as_json else [])
    assert len(lines) == len(files) * len(as_json)
    told = err.splitlines()
    for file, line in zip(files, told, strict=False):
        assert line.startswith(f"dpn {verb}: {file}: {Path(file).name}")
    assert told[2:] == [f"dpn {verb}: Nothing could be answered."]


@pytest.mark.parametrize("verb", ["predict", "explain", "read"])
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_bad_file_is_told_on_stderr_and_the_exit_code_is_1(capsys, tmp_path, verb, as_json):
    good = str(picture(tmp_path / "good.png", 1))
    bad = tmp_path / "text\tof\x1b.png"
    bad.write_text("no picture")
    assert main([verb, "shipped-digits-dpn", good, str(bad), good, *as_json]) == 1
    out, err = capsys.readouterr()
    assert "no picture" not in out + err
    assert ("not an image" in out) == bool(as_json)
    told, last = err.splitlines()
    assert told.startswith(f"dpn {verb}: {tmp_path}/text?of?.png: ")
    assert "not an image" in told
    assert last == f"dpn {verb}: 1 of 3 could not be answered."


def test_of_a_zip_it_is_said_that_it_is_one(said, tmp_path):
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        archive.write(picture(tmp_path / "good.png", 1), "good.png")
    files = [str(tmp_path / name) for name in ("some.zip", "good.png")]
    assert (
        "some.zip is a zip or an Office"
        in said("predict", "shipped-digits-dpn", *files)[0]["error"]
    )


def test_a_folder_without_images_is_said(capsys, run, tmp_path):
    (tmp_path / "nothing").mkdir()
    (tmp_path / "nothing" / "notes.txt").write_text("words")
    assert main(["predict", run.id, str(tmp_path / "nothing"), "--json"]) == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert "holds no images" in json.loads(line)["error"]


def test_a_folder_stands_for_the_images_in_it(capsys, run, tmp_path):
    folder = tmp_path / "folder"
    expected = [picture(folder / name, 0) for name in ("a.png", "b/c.PNG", "z.bmp")]
    (folder / "notes.txt").write_text("no image")
    (folder / "d.png").mkdir()
    assert main(["predict", run.id, str(folder)]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines] == list(map(str, expected))
    assert all(line[1] in NAMES and line[2].endswith("%") for line in lines)


@pytest.mark.parametrize("verb", ["predict", "explain"])
def test_of_a_folder_what_systems_hide_is_passed_over_and_all_is_counted(
    capsys, run, tmp_path, verb
):
    folder = tmp_path / "folder"
    shown = [picture(folder / name, 0) for name in ("a.png", "b/c.gif")]
    for hidden in ("._a.png", ".ipynb_checkpoints/a.png", "__MACOSX/b.png"):
        picture(folder / hidden, 0)
    (folder / "notes.txt").write_text("no image")
    picture(folder / "photo.jpg", 0).rename(folder / "photo.jfif")
    assert main([verb, run.id, str(folder), "--json"]) == 0
    out, err = capsys.readouterr()
    answered = [json.loads(line)["file"] for line in out.splitlines()]
    assert answered == [*map(str, shown), str(folder / "photo.jfif")]
    assert err.splitlines()[0] == f"dpn {verb}: {folder}: 3 hidden or system files passed over."
    assert err.splitlines()[1].startswith(f"dpn {verb}: {folder}: 1 other file left out: notes.txt")
    assert main([verb, run.id, str(folder / "._a.png"), "--json"]) == 0  # named by the person
    assert "label" in json.loads(capsys.readouterr().out)


def test_many_files_are_taken_in_chunks(said, run, tmp_path, monkeypatch):
    monkeypatch.setattr("dpn.pictures.files.CHUNK", 2)
    files = [str(picture(tmp_path / f"{i}.png", i % 3)) for i in range(5)]
    files.insert(2, str(tmp_path / "missing"))
    answers = said("predict", run.id, *files)
    assert [answer["file"] for answer in answers] == files
    assert ["error" in answer for answer in answers] == [False, False, True, False, False, False]
