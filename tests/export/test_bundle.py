"""A bundle holds what makes the model elsewhere what it is here, and a card that is true."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from dpn.errors import RunError
from dpn.evaluation.scores import share_words
from dpn.export.bundle import MOST_OF, to_bundle
from dpn.export.opening import open_bundle
from dpn.runs.folder import find_run, world_of
from dpn.runs.history import History
from dpn.runs.run import SHIPPED, Run
from dpn.runs.title import set_title
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.export.runs import made_run, rewritten, taught_run
from tests.helpers import short_training, small_model, write_npz

ROOT = Path(__file__).parents[2]


def read(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def card(run, folder):
    return read(to_bundle(run, folder / "data", folder))["MODEL_CARD.md"].decode()


def test_it_holds_the_files_of_the_model_and_not_of_the_training(tmp_path):
    write_npz(tmp_path / "data")
    trainer, run = open_training(small_model(), short_training(), tmp_path / "data", tmp_path)
    list(run_training(trainer, run))
    set_title(run, "My bars")
    files = read(to_bundle(run, tmp_path / "data", tmp_path))
    carried = {"weights.safetensors", "result.json", "metrics.jsonl", "title.json"}
    assert files.keys() == {"config.json", "MODEL_CARD.md", *carried}
    for name in carried - {"result.json"}:
        assert files[name] == (run.path / name).read_bytes()
    assert json.loads(files["result.json"]) == run.result()


def test_whose_it_is_stays_here_and_the_same_run_gives_the_same_bytes(tmp_path):
    run = rewritten(made_run(tmp_path), owner="a" * 32)
    data = to_bundle(run, tmp_path, tmp_path)
    config = json.loads(read(data)["config.json"])
    assert "owner" not in config
    assert config == {k: v for k, v in json.loads(read_config(run)).items() if k != "owner"}
    assert data == to_bundle(run, tmp_path, tmp_path)


def read_config(run):
    return (run.path / "config.json").read_text()


def test_the_card_tells_data_training_accuracy_and_calibration(tmp_path):
    write_npz(tmp_path / "data")
    trainer, run = open_training(small_model(), short_training(), tmp_path / "data", tmp_path)
    list(run_training(trainer, run))
    text = card(run, tmp_path)
    assert "# small · DPN" in text
    assert "left, middle, right" in text
    assert "6 batches with batches of 10" in text
    assert re.search(r"Accuracy on 15 test images: \d+\.\d%\n", text)
    assert re.search(r"expected calibration error \d+\.\d\d% on 15 test images", text)
    write_npz(tmp_path / "data", train=60)  # others by the same name
    assert "what it was tested on was not there at the export" in card(run, tmp_path)
    (tmp_path / "data" / "small.npz").unlink()
    assert "what it was tested on was not there at the export" in card(run, tmp_path)


def test_the_card_shows_names_as_they_are_and_notes_whole(tmp_path):
    note = "Trained also on 68,739 images made of other people's handwriting: " + "of pens, " * 20
    run = rewritten(
        made_run(tmp_path), class_names=("a_b_c", "[x](http://x)", "<b>"), notes=(note + "end.",)
    )
    text = card(run, tmp_path)
    assert note + "end." in text
    assert r"a\_b\_c, \[x\](http://x), \<b\>" in text


def test_of_very_many_batches_some_leave_and_all_validations(tmp_path, monkeypatch):
    run = made_run(tmp_path)
    for step in range(1, 101):
        run.append({"kind": "step", "step": step, "loss": 0.5, "accuracy": 0.5,
                    "learning_rate": 0.1, "examples": 10 * step, "seconds": step})  # fmt: skip
        if step % 25 == 0:
            run.append({"kind": "validation", "step": step, "loss": 1, "accuracy": 1, "seconds": 1})
    whole = (run.path / "metrics.jsonl").stat().st_size
    monkeypatch.setitem(MOST_OF, "metrics.jsonl", whole // 4)
    files = read(to_bundle(run, tmp_path, tmp_path))
    assert len(files["metrics.jsonl"]) <= whole // 4
    (tmp_path / "less.jsonl").write_bytes(files["metrics.jsonl"])
    curves = History(tmp_path / "less.jsonl").poll()
    steps = curves.steps["step"].tolist()
    assert steps[0] == 1
    assert len(steps) >= 10
    assert len(set(np.diff(steps))) == 1
    assert curves.validation["step"].tolist() == [25, 50, 75, 100]
    monkeypatch.setitem(MOST_OF, "metrics.jsonl", 100)
    assert read(to_bundle(run, tmp_path, tmp_path))["metrics.jsonl"] == b""


def test_a_file_that_pages_could_not_read_again_and_again_stays(tmp_path, monkeypatch):
    run = made_run(tmp_path)
    monkeypatch.setitem(MOST_OF, "config.json", 100)
    with pytest.raises(RunError, match=r"config\.json of run 'there' takes 0 MB.*Copy its folder"):
        to_bundle(run, tmp_path, tmp_path)


def test_the_card_says_what_was_never_measured_and_why(tmp_path):
    parent, taught = made_run(tmp_path, "parent"), taught_run(tmp_path)
    (taught.path / "result.json").unlink()
    text = card(taught, tmp_path)
    assert "Not measured: what it could be tested on was not there" in text
    assert "had not ended" not in text
    (parent.path / "result.json").unlink()
    text = card(parent, tmp_path)
    assert "Not measured: its training ended, and result.json, which says it, is not" in text
    assert "ewer than that" not in text
    parent.set_status("stopped", step=3, total_steps=6)
    text = card(parent, tmp_path)
    assert "Not measured: its training had not ended." in text
    assert "Fewer than that so far" in text
    opened = open_bundle(to_bundle(parent, tmp_path, tmp_path), "one.zip", tmp_path / "here")
    text = card(opened, tmp_path)
    assert "Not measured: nothing here says what it scored." in text
    assert "Perhaps fewer than that" in text


def test_the_five_lines_of_the_card_load_the_model(tmp_path):
    run = made_run(tmp_path)
    (tmp_path / "there.zip").write_bytes(to_bundle(run, tmp_path, tmp_path))
    code = re.search(r"```python\n(.*?)```", card(run, tmp_path), re.S)[1]
    assert len(code.strip().splitlines()) == 5
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "('left', 'middle', 'right') DPN" in ended.stdout


def test_a_lesson_brings_its_chain(tmp_path):
    set_title(made_run(tmp_path, "first"), "Ground")
    taught_run(tmp_path, "parent", "first", images=7)
    run = taught_run(tmp_path, "taught", "parent")
    files = read(to_bundle(run, tmp_path, tmp_path))
    chain = json.loads(files["chain.json"])["lessons"]
    assert [step["taught_from"] for step in chain] == ["parent", "Ground"]
    assert [step["lesson"]["images"] for step in chain] == [3, 7]
    text = files["MODEL_CARD.md"].decode()
    assert "taught 3 pictures (full) from parent; test images 90.00% -> 80.00%" in text
    assert "taught 7 pictures (full) from Ground" in text
    assert text.index("taught 7 pictures") < text.index("taught 3 pictures"), "not in their order"
    before, _, taught = text.partition("Then taught")
    took = f"{run.result()['train_seconds']:.0f} s\n"
    assert took not in before, "what the lesson took is told of the training"
    assert f"- The last lesson took {took}" in taught
    single = card(taught_run(tmp_path, "single", "first", images=1), tmp_path)
    assert "taught 1 picture (full)" in single
    assert f"- The lesson took {took}" in single


def test_a_run_that_cannot_be_used_is_refused(tmp_path):
    run = made_run(tmp_path)
    (run.path / "weights.safetensors").write_bytes(b"no")
    with pytest.raises(RunError, match=r"weights\.safetensors of run 'there' is damaged"):
        to_bundle(run, tmp_path, tmp_path)


@pytest.mark.parametrize(
    "name",
    sorted(path.name for path in SHIPPED.glob("shipped-*") if world_of(Run(path)) == "picture"),
)
def test_every_shipped_run_can_leave(tmp_path, name):
    run = find_run(name, tmp_path)
    (line,) = (line for line in card(run, tmp_path).splitlines() if "Accuracy on" in line)
    count = sum(map(sum, run.result()["confusion"]))
    share = share_words(run.result()["test_accuracy"], count, 2)
    assert line.endswith(f"{count:,} test images: {share}")
