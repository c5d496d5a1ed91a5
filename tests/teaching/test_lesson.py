"""A lesson held on a run and kept as a new one; the verb ``teach``."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dpn.__main__ import main
from dpn.data.loading import load_dataset
from dpn.errors import ConfigError, DataError, RunError
from dpn.evaluation.evaluate import evaluate
from dpn.runs.folder import find_run
from dpn.runs.run import SHIPPED, Run
from dpn.teaching.judging import judge_lesson
from dpn.teaching.lesson import hold_lesson, keep_lesson
from dpn.training.opening import check_same_data
from tests.helpers import pictures, same_tensors, write_npz
from tests.pages.session import finished_run

DIGITS = Run(SHIPPED / "shipped-digits-dpn")
NAMES = ("left", "middle", "right")


@pytest.fixture
def run(tmp_path):
    write_npz(tmp_path / "data")
    return finished_run(tmp_path / "data", tmp_path / "runs", steps=30)


def lesson(count=12, name=None):
    images, labels = pictures(count, seed=7)
    return images[:, None], [name or NAMES[label] for label in labels]


def test_a_kept_lesson_is_a_run_with_its_parent(run, tmp_path):
    replace(run.config(), notes=("Its data are old.",)).write(run.path / "config.json")
    taught = hold_lesson(run, *lesson(), tmp_path / "data")
    kept = keep_lesson(taught, tmp_path / "runs")
    config = find_run(kept.id, tmp_path / "runs").config()
    assert config.lesson["parent"] == run.id
    assert config.lesson["images"] == 12
    assert config.class_names == NAMES
    assert config.notes == run.config().notes == ("Its data are old.",)
    assert kept.status()["state"] == "finished"
    assert same_tensors(kept.load_model().state_dict(), taught.model.state_dict())
    data = load_dataset("small", tmp_path / "data")
    for name, model in (("accuracy_before", run), ("accuracy_after", kept)):
        accuracy = evaluate(model.load_model(), data.x_test, data.y_test).accuracy
        assert config.lesson[name] == pytest.approx(accuracy)
    assert kept.result()["test_accuracy"] == config.lesson["accuracy_after"]


def test_lessons_build_on_each_other_and_classes_add_up(run, tmp_path):
    images, names = lesson(8, "up")
    first = keep_lesson(hold_lesson(run, 255 - images, names, tmp_path / "data"), tmp_path / "runs")
    images, names = lesson(8, "down")
    second = keep_lesson(
        hold_lesson(first, images // 2, names, tmp_path / "data"), tmp_path / "runs"
    )
    config = second.config()
    assert config.class_names == (*NAMES, "up", "down")
    assert config.lesson["new_classes"] == 2
    assert config.model.classes == 5
    assert config.lesson["parent"] == first.id
    check_same_data(second, config, load_dataset("small", tmp_path / "data"))


def test_without_the_data_the_digits_stand_in_and_no_accuracy_is_told(run, tmp_path):
    taught = hold_lesson(run, *lesson(), tmp_path / "nothing")
    assert taught.config.lesson["accuracy_before"] is None
    kept = keep_lesson(taught, tmp_path / "runs")
    assert kept.result() is None
    with pytest.raises(DataError):
        hold_lesson(run, *lesson(), tmp_path / "nothing", rehearse="data")


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 65])
def test_a_class_name_that_cannot_be_shown_is_refused(run, tmp_path, name):
    images, _ = lesson(1)
    with pytest.raises(ConfigError, match="class name"):
        hold_lesson(run, images, [name], tmp_path / "data")


def test_a_lesson_is_judged_on_what_it_was_not_taught(run, tmp_path):
    images, _ = lesson(12)
    random = list(np.random.default_rng(0).permutation([*NAMES] * 4))  # nothing to be learned
    before, after = judge_lesson(run, images, random, tmp_path / "data")
    assert after < 0.75  # though each of them could be learned by heart
    assert 0 <= before <= 1
    assert judge_lesson(run, images[:1], ["left"], tmp_path / "data") is None
    _, of_one = judge_lesson(run, images[:2], ["left", "new"], tmp_path / "data")
    assert of_one <= 0.5  # the only one of a new class cannot be known


def test_a_damaged_lesson_is_a_damaged_run(run, tmp_path):
    kept = keep_lesson(hold_lesson(run, *lesson(), tmp_path / "data"), tmp_path / "runs")
    whole = (kept.path / "config.json").read_text()
    for change in (
        *({"parent": 3}, {"method": None}, {"new_classes": -1}, {"new_classes": "1"}),
        {"accuracy_before": "high"},
    ):
        raw = json.loads(whole)
        raw["lesson"] |= change
        (kept.path / "config.json").write_text(json.dumps(raw))
        with pytest.raises(RunError, match="damaged"):
            kept.config()
            pytest.fail(f"{change} was taken")


# The command line


@pytest.fixture
def folder(tmp_path):
    digits = load_dataset("digits", tmp_path)
    for label in (3, 8):
        for index, image in enumerate(digits.x_test[digits.y_test == label][:4, 0].numpy()):
            file = tmp_path / "lesson" / str(label) / f"{index}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(255 - image).resize((160, 160)).save(file)
    (tmp_path / "lesson" / "a star").mkdir()
    for index in range(6):
        star = Image.new("L", (160, 160), 255)
        for angle in np.linspace(0, np.pi, 4)[:3] + index / 20:
            ray = 65 * np.array([np.cos(angle), np.sin(angle)])
            ImageDraw.Draw(star).line([*(80 - ray), *(80 + ray)], 0, 14)
        star.save(tmp_path / "lesson" / "a star" / f"{index}.png")
    return tmp_path / "lesson"


def teach(tmp_path, *arguments):
    folders = ["--runs-dir", str(tmp_path / "runs"), "--data-dir", str(tmp_path / "data")]
    return main(["teach", *map(str, arguments), *folders])


def test_one_picture_is_counted_as_one(folder, tmp_path, capsys):
    for path in sorted(folder.glob("*/*"))[1:]:
        path.unlink()
    assert teach(tmp_path, DIGITS.id, folder) == 0
    assert ": 1 image taught in " in capsys.readouterr().out


def test_the_verb_teaches_and_its_run_answers(folder, tmp_path, capsys):
    assert teach(tmp_path, DIGITS.id, folder, "--method", "lora", "--json") == 0
    out, err = capsys.readouterr()
    answer = json.loads(out)
    wanted = ["run", "parent", "method", "images", "accuracy_before", "accuracy_after", "seconds"]
    assert list(answer) == [*wanted, "changed_parameters"]
    assert (answer["parent"], answer["method"], answer["images"]) == (DIGITS.id, "lora", 14)
    assert answer["accuracy_after"] > answer["accuracy_before"] - 0.03
    assert "new class: a star" in err
    assert main(["predict", answer["run"], str(folder), "--runs-dir", str(tmp_path / "runs")]) == 0
    said = [line.split("\t")[1] for line in capsys.readouterr().out.splitlines()]
    assert said[8:] == ["a star"] * 6
    right = sum(answer == name for answer, name in zip(said, ["3"] * 4 + ["8"] * 4, strict=False))
    assert right >= 6
    assert main(["evaluate", answer["run"], "--json", "--runs-dir", str(tmp_path / "runs")]) == 0
    scored = json.loads(capsys.readouterr().out)
    assert scored["test_accuracy"] == pytest.approx(answer["accuracy_after"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "holds no lesson"),
        (["lesson", "--method", "all"], "method must be one of full, lora, readout"),
        (["lesson", "--rehearse", "some"], "rehearse must be one of auto, data, none"),
    ],
)
def test_bad_input_is_one_line_and_makes_no_run(folder, tmp_path, capsys, arguments, words):
    arguments[0] = folder.parent / arguments[0]
    assert teach(tmp_path, DIGITS.id, *arguments) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("dpn teach: ")
    assert words in last
    assert not list(tmp_path.glob("runs/*"))


def test_what_cannot_be_taught_is_left_out_and_counted(folder, tmp_path, capsys):
    (folder / "3" / "bad.png").write_bytes(b"no")
    Image.new("L", (50, 50), 255).save(folder / "8" / "blank.png")
    (folder / "8" / "._0.png").write_bytes(b"\0\5\x16\7")
    (folder / ".ipynb_checkpoints").mkdir()
    for path, name in (
        ("8", "photo.jfif"),
        (".ipynb_checkpoints", "0-checkpoint.png"),
        ("", "a.png"),
    ):
        Image.open(folder / "8" / "0.png").save(folder / path / name, "JPEG")
    (folder / "notes.txt").write_text("words")
    assert teach(tmp_path, DIGITS.id, folder, "--method", "lora", "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["images"] == 15
    said = [line for line in err.splitlines() if line.startswith("dpn teach: ")]
    assert said[0] == "dpn teach: 2 hidden or system files passed over."
    assert said[1].startswith("dpn teach: 1 other file left out: notes.txt.")
    assert f"{folder / 'a.png'}: it lies in no folder of a class" in said[2]
    assert "bad.png is not an image" in said[3]
    assert said[4].startswith(f"dpn teach: {folder / '8' / 'blank.png'}: ")
    assert said[5:] == ["dpn teach: 3 of 18 pictures left out."]
    assert [line for line in err.splitlines() if "new class" in line] == ["new class: a star"]


def test_a_folder_around_the_lesson_and_parts_of_a_set_are_no_classes(folder, tmp_path, capsys):
    around = tmp_path / "download" / "digits" / "train"
    around.parent.mkdir(parents=True)
    folder.rename(around)
    assert teach(tmp_path, DIGITS.id, tmp_path / "download", "--method", "lora", "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["images"] == 14
    assert "dpn teach: Folders taken for parts of the set and not for classes: train." in err
    assert [line for line in err.splitlines() if "new class" in line] == ["new class: a star"]


def test_a_folder_of_nothing_but_bad_files_says_why(folder, tmp_path, capsys):
    (tmp_path / "bad" / "7").mkdir(parents=True)
    (tmp_path / "bad" / "7" / "bad.png").write_bytes(b"no")
    assert teach(tmp_path, DIGITS.id, tmp_path / "bad") == 2
    *_, why, count, last = capsys.readouterr().err.splitlines()
    assert "bad.png is not an image" in why
    assert count == "dpn teach: 1 of 1 pictures left out."
    assert "holds no lesson" in last
