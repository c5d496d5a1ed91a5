"""The command line: its words, its JSON, its exit codes, and one line for whatever is wrong."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from dpn import settings
from dpn.__main__ import main
from dpn.data.look import WORDS
from dpn.runs.files import write_json
from dpn.runs.folder import find_run, list_runs
from dpn.runs.history import History
from dpn.runs.run import Run
from dpn.runs.title import set_title, title_of
from dpn.training.loop import run_training
from dpn.training.opening import open_training, reopen_training
from dpn.training.trainer import Trainer
from tests.helpers import (
    NAMES,
    pictures,
    same_tensors,
    short_training,
    small_model,
    threads_of_torch,
    until,
    write_npz,
)
from tests.pictures.photographs import inked, rgba, sheet, to_png
from tests.pictures.sets import made

ROOT = Path(__file__).parents[2]
TRAIN = ["train", "--dataset", "small", "--steps", "6", "--device", "cpu"]
TRAIN += ["--set", "batch_size=10", "--set", "threads=1"]
RESULT = {
    "run", "dataset", "model", "parameters", "test_accuracy", "train_seconds",
    "examples_per_second", "seconds_to", "device", "torch", "threads",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _data():
    write_npz(settings.data_dir())
    with threads_of_torch(1):
        yield


def program(*arguments, **options):
    """Start ``python -m dpn`` as a process."""
    command = [sys.executable, "-m", "dpn", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, **{**pipes, **options})


def own_runs(folder=None):
    """The runs of the test, without those shipped with the project."""
    return [run for run in list_runs(folder or settings.runs_dir()) if run.origin == "trained"]


@pytest.fixture
def said(capsys):
    """Run a verb; return what it printed as JSON, a line each."""

    def run_it(*arguments):
        assert main([*arguments, "--json"]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run_it


@pytest.fixture
def run(capsys):
    assert main(TRAIN) == 0
    capsys.readouterr()
    return find_run("latest", settings.runs_dir())


# train


def test_train_ends_with_its_result_as_json(capsys):
    assert main([*TRAIN, "--json"]) == 0
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    result = json.loads(line)
    assert result.keys() >= RESULT
    assert result.keys() - RESULT == {
        *("multiply_adds", "precision", "validation_accuracy", "test_loss")
    }
    run = find_run("latest", settings.runs_dir())
    assert (result["run"], result["dataset"], result["model"]) == (run.id, "small", "dpn")
    assert result["seconds_to"].keys() == {"0.95", "0.98", "0.99"}
    assert 0 <= result["test_accuracy"] <= 1
    assert result["train_seconds"] > 0
    assert result["examples_per_second"] > 0
    assert result["parameters"] == sum(p.numel() for p in run.load_model().parameters())
    assert result["torch"] == torch.__version__.split("+")[0]
    assert result["threads"] == 1
    assert f"run {run.id}" in err
    assert "6/6" in err


def test_train_says_what_was_assumed_of_the_data_and_the_run_keeps_it(capsys):
    images, labels = pictures(40)
    own = {"train_images": images / 250, "train_labels": labels + 1}
    own |= {"test_images": images / 250, "test_labels": labels + 1}
    np.savez(settings.data_dir() / "odd.npz", **own)
    assert main(["train", "--dataset", "odd", *TRAIN[3:]]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("dpn train")]
    assert lines[0] == "dpn train: The arrays are read as MedMNIST names them."
    assert lines[-1].startswith("dpn train: Labels are 1 to 3: each is a class")
    run = find_run("latest", settings.runs_dir())
    assert [f"dpn train: {note}" for note in run.config().notes] == lines
    assert run.config().class_names == ("1", "2", "3")
    assert main(["datasets"]) == 0
    assert "dpn datasets: odd: The arrays are read as MedMNIST" in capsys.readouterr().err


def test_train_tells_people_its_result(capsys):
    assert main(TRAIN) == 0
    (line,) = capsys.readouterr().out.splitlines()
    result = find_run("latest", settings.runs_dir()).result()
    assert line.startswith(f"{result['run']}: test accuracy {result['test_accuracy']:.2%} after ")


def test_every_setting_can_be_said():
    changes = {
        "operator": "soft", "temperature": 0.5, "states": 6, "optimizer": "sgd",
        "label_smoothing": 0.1, "augmentation": "shift", "schedule": "constant",
    }  # fmt: skip
    said_so = [word for name, value in changes.items() for word in ("--set", f"{name}={value}")]
    assert main([*TRAIN, "--lr", "0.03", "--seed", "7", *said_so]) == 0
    config = find_run("latest", settings.runs_dir()).config()
    values = {**config.model.to_dict(), **config.training.to_dict()}
    assert {name: values[name] for name in changes} == changes
    assert (config.training.learning_rate, config.training.seed) == (0.03, 7)
    assert main([*TRAIN[:3], "--epochs", "0.5", "--model", "mlp", "--set", "steps=null"]) == 0
    config = find_run("latest", settings.runs_dir()).config()
    assert (config.model.model, config.training.epochs) == ("mlp", 0.5)
    assert config.training.steps is None


def test_the_folders_said_win_over_the_environment(tmp_path):
    write_npz(tmp_path / "other", "elsewhere")
    folders = ["--data-dir", str(tmp_path / "other"), "--runs-dir", str(tmp_path / "here")]
    assert main([*TRAIN, "--dataset", "elsewhere", *folders]) == 0
    assert len(own_runs(tmp_path / "here")) == 1
    assert own_runs(tmp_path / "runs") == []


def test_train_digits_needs_nothing(said):
    (result,) = said("train", "--steps", "3", "--device", "cpu", "--preset", "best")
    assert (result["dataset"], result["model"]) == ("digits", "dpn")


# resume


def stopped_run(**changes):
    trainer, run = open_training(
        small_model(), short_training(**changes), settings.data_dir(), settings.runs_dir()
    )
    records = run_training(trainer, run)
    for _ in range(3):
        next(records)
    records.close()
    return run


def test_a_stopped_run_is_resumed(said):
    run = stopped_run()
    (result,) = said("train", "--resume", run.id)
    assert result["run"] == run.id
    assert run.status()["state"] == "finished"
    steps = History(run.path / "metrics.jsonl").poll().steps["step"]
    assert steps.tolist() == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_in_a_step_leaves_a_run_that_goes_on_as_if_nothing_had_been(
    capsys, monkeypatch, times
):
    """Pressed once it ends after the step under way, pressed again it ends at once."""
    whole = stopped_run()
    assert main(["train", "--resume", whole.id]) == 0
    run = stopped_run()
    step = Trainer.step

    def pressed(trainer):
        if trainer.step_count == 3:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
        return step(trainer)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", pressed)
        assert main(["train", "--resume", run.id]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    hint = f"Go on with: python -m dpn train --resume {run.id}"
    assert last == f"dpn train: stopped. {hint}"
    assert run.status()["state"] == "stopped"
    assert run.status()["step"] == 4 - (times - 1)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert main(["train", "--resume", run.id]) == 0
    assert same_tensors(dict(run.load_model().state_dict()), dict(whole.load_model().state_dict()))


def test_an_ignored_ctrl_c_stays_ignored(monkeypatch):
    monkeypatch.setattr(signal, "getsignal", lambda _: signal.SIG_IGN)
    monkeypatch.setattr(signal, "signal", None)
    assert main(TRAIN) == 0


# What is wrong

WRONG = {
    "a data set that is not there": (["train", "--dataset", "smal"], "did you mean 'small'"),
    "a model": (["train", "--model", "dnp"], "did you mean 'dpn'"),
    "a preset": (["train", "--preset", "quikc"], "did you mean 'quick'"),
    "no steps": (["train", "--steps", "0"], "steps must be"),
    "steps that are no number": (["train", "--steps", "many"], "invalid int value: 'many'"),
    "a rate below zero": (["train", "--lr", "-1"], "learning_rate must be"),
    "epochs that are no number": (["train", "--epochs", "nan"], "epochs must be"),
    "a seed below zero": (["train", "--seed", "-1"], "seed must be"),
    "a device that is not here": (["train", "--device", "mps"], "not available here"),
    "an unknown device": (["train", "--device", "gpu"], "device must be one of"),
    "an unknown setting": (["train", "--set", "sates=3"], "did you mean 'states'"),
    "a setting without a value": (["train", "--set", "states"], "NAME=VALUE"),
    "a setting without a name": (["train", "--set", "=3"], "there is no setting ''"),
    "a setting of another type": (["train", "--set", "states=few"], "states must be"),
    "an endless setting": (["train", "--set", "states=" + "[" * 50_000], "states must be"),
    "a huge setting": (["train", "--set", "epochs=1" + "0" * 400], "epochs must be"),
    "too large a model": (
        ["train", "--set", "states=4096", "--set", "decisions=256"], "parameters"
    ),
    "resume what is not there": (["train", "--resume", "nothing"], "no run 'nothing'"),
    "resume the latest of none": (["train", "--resume", "latest"], "no trained run"),
    "resume with other settings": (
        ["train", "--resume", "latest", "--seed", "0", "--set", "states=3", "--text-column", "a"],
        "leave out --text-column, --seed, --set",
    ),
    "runs in a file": (["train", "--steps", "1", "--runs-dir", __file__], "cannot be written"),
    "data in a file": (["train", "--dataset", "mnist", "--data-dir", __file__], "test_commands"),
    "a broken data set": (["train", "--dataset", "broken"], "broken.npz"),
    "predict with no run": (["predict", "nothing", __file__], "no run 'nothing'"),
    "predict with none trained": (["predict", "latest", __file__], "no trained run"),
    "predict nothing": (["predict", "latest"], "FILE"),
    "predict as what": (["predict", "latest", "x", "--as", "fax"], "invalid choice: 'fax'"),
    "evaluate no run": (["evaluate", "nothing"], "no run 'nothing'"),
    "no verb": ([], "VERB"),
    "an unknown verb": (["trian"], "invalid choice: 'trian'"),
    "an unknown flag": (["train", "--sed", "3"], "--sed"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(WRONG))
def test_what_is_wrong_is_one_line_and_exit_code_2(capsys, case):
    (settings.data_dir() / "broken.npz").write_bytes(b"PK not really")
    arguments, words = WRONG[case]
    try:
        code = main(arguments)
    except SystemExit as ended:  # argparse leaves this way
        code = ended.code
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert len(err.splitlines()) == 1
    assert words in err
    assert "Traceback" not in err
    assert own_runs() == []


def test_a_finished_run_is_not_resumed(capsys, run):
    assert main(["train", "--resume", run.id]) == 2
    assert "nothing left to resume" in capsys.readouterr().err


def test_a_training_that_explodes_ends_in_one_sentence(capsys):
    wild = ["--lr", "100", "--steps", "500"]
    for name, value in (("optimizer", "sgd"), ("schedule", "constant"), ("momentum", "0.99")):
        wild += ["--set", f"{name}={value}"]
    assert main([*TRAIN, *wild]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith("dpn train: ")
    assert "learning_rate below 100" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_a_damaged_run_is_said_in_one_line(capsys, run, tmp_path):
    picture(tmp_path / "a.png", 0)
    weights = run.path / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-9])
    for arguments in (["evaluate", run.id], ["predict", run.id, str(tmp_path / "a.png")]):
        assert main(arguments) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err == f"dpn {arguments[0]}: weights.safetensors of run {run.id!r} is damaged. " \
                      "Train again.\n"  # fmt: skip


# predict


def picture(path, label):
    """Save one of the pictures that ``small`` is made of, large enough to be looked at."""
    images, labels = pictures(9, seed=3)
    image = images[labels.tolist().index(label)]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image.repeat(8, 0).repeat(8, 1)).save(path)
    return path


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
    assert main(["predict", run.id, *map(str, files[1:3])]) == 0  # nothing but bad ones
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(map(str, files[1:3]))


def test_a_folder_without_images_is_said(capsys, run, tmp_path):
    (tmp_path / "nothing").mkdir()
    (tmp_path / "nothing" / "notes.txt").write_text("words")
    assert main(["predict", run.id, str(tmp_path / "nothing"), "--json"]) == 0
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


# evaluate, datasets, runs


def test_evaluate_finds_what_the_training_found(said, capsys, run):
    (scores,) = said("evaluate", "latest")
    result = run.result()
    assert scores == {
        "run": run.id,
        "dataset": "small",
        "model": "dpn",
        "images": 15,
        "test_accuracy": pytest.approx(result["test_accuracy"]),
        "test_loss": pytest.approx(result["test_loss"]),
    }
    assert main(["evaluate", run.id]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{run.id}: test accuracy {result['test_accuracy']:.2%}, loss ")


def test_evaluate_refuses_other_data(capsys, run):
    with np.load(settings.data_dir() / "small.npz") as arrays:
        changed = {**arrays, "class_names": np.array(["a", "b", "c"])}
    np.savez(settings.data_dir() / "small.npz", **changed)
    assert main(["evaluate", run.id]) == 2
    assert "has changed since run" in capsys.readouterr().err


def test_datasets_are_listed_with_what_is_wrong(said, capsys):
    long = "a-name-longer-than-its-column"
    (settings.data_dir() / f"{long}.npz").write_bytes(b"PK not really")
    listed = {line["name"]: line for line in said("datasets")}
    assert list(listed)[:2] == ["digits", "mnist"]
    assert listed["digits"]["source"] == "embedded"
    assert listed["small"]["classes"] == 3
    assert listed["small"]["image_shape"] == [1, 8, 8]
    assert listed["small"]["path"] == str(settings.data_dir() / "small.npz")
    assert listed["small"]["problem"] is None
    assert f"{long}.npz" in listed[long]["problem"]
    assert main(["datasets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(listed)
    assert [line.split()[0] for line in lines] == list(listed)


def test_runs_are_listed_newest_first_and_a_damaged_one_hides_no_other(said, capsys, run):
    stopped, damaged = stopped_run(), stopped_run()
    (damaged.path / "config.json").write_text("{")
    listed = [line for line in said("runs") if line["origin"] == "trained"]
    assert [line["run"] for line in listed] == [damaged.id, stopped.id, run.id]
    assert "config.json" in listed[0]["error"]
    assert listed[1]["state"] == "stopped"
    assert listed[1]["test_accuracy"] is None
    assert listed[2] == {
        "run": run.id,
        "title": title_of(run),
        "dataset": "small",
        "model": "dpn",
        "test_accuracy": run.result()["test_accuracy"],
        "origin": "trained",
        "state": "finished",
        "created": run.config().created,
    }
    long = Run(run.path.with_name("a-name-longer-than-its-column" * 3))
    run.path.rename(long.path)
    assert main(["runs"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "config.json" in lines[damaged.id]
    assert lines[stopped.id].endswith("stopped")
    accuracy = f"{long.result()['test_accuracy']:.2%}"
    assert lines[long.id].endswith(accuracy)
    set_title(long, "Café <b> =1+1")
    assert next(line for line in said("runs") if line["run"] == long.id)["title"] == "Café <b> =1+1"
    assert main(["runs"]) == 0
    assert f"{accuracy}  Café <b> =1+1\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["status.json", "result.json"])
def test_runs_survives_any_damaged_file(said, run, name):
    for content in ({}, {"test_accuracy": "x"}, {"state": []}):
        write_json(run.path / name, content)
        line = next(line for line in said("runs") if line["run"] == run.id)
        assert name in line["error"]


# As a process


def test_help_lists_and_mistakes_are_quick_to_say_since_torch_is_not_imported():
    script = """
import sys
from dpn.__main__ import main
for words in (["--help"], ["train", "--help"], ["--version"], ["trian"]):
    try:
        main(words)
    except SystemExit as ended:
        assert ended.code == (2 if words == ["trian"] else 0)
assert not {"torch", "numpy", "streamlit"} & set(sys.modules)
assert main(["datasets"]) == main(["runs"]) == 0
assert not {"torch", "streamlit"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "VERB" in done.stdout
    assert "--resume" in done.stdout
    assert len(done.stderr.splitlines()) == 1


def test_a_process_trains_digits_and_says_so_on_stdout():
    with program("train", "--steps", "5", "--json", "--device", "cpu") as process:
        out, err = process.communicate()
    assert process.returncode == 0
    assert json.loads(out.splitlines()[-1]).keys() >= RESULT
    assert b"Traceback" not in err


def test_ctrl_c_stops_a_process_and_its_run_goes_on():
    more = ["--steps", "1000000", "--set", "checkpoint_seconds=1000"]
    listen = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.default_int_handler)}
    with program(*TRAIN, *more, **listen) as process:
        (run,) = until(own_runs)
        steps = History(run.path / "metrics.jsonl")
        until(lambda: len(steps.poll().steps["step"]) > 5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 2
    assert out == b""
    assert err.decode().splitlines()[-1].startswith("dpn train: stopped. Go on with: ")
    assert b"Traceback" not in err
    assert run.status()["state"] == "stopped"
    count = int(steps.poll().steps["step"][-1])
    trainer = reopen_training(run, settings.data_dir())
    assert trainer.step_count == count > 5
    assert trainer.step().step == count + 1


def test_a_reader_that_has_seen_enough_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    with program("datasets", stdout=writing) as process:
        os.close(writing)
        _, err = process.communicate()
    assert (process.returncode, err) == (0, b"")


def test_a_name_that_is_no_text_is_printed_all_the_same():
    name = os.fsdecode(b"run-\xff")
    (settings.runs_dir() / name).mkdir(parents=True)
    (settings.runs_dir() / name / "config.json").write_text("{}")
    strict = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}  # as in most locales
    with program("runs", env=strict) as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert b"run-\\udcff" in out
