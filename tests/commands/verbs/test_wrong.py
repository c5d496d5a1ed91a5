"""What is wrong is one line and exit code 2."""

import numpy as np
import pytest

from dpn import settings
from dpn.__main__ import main
from dpn.runs.folder import find_run
from tests.commands.verbs.small import TRAIN, own_runs, picture

WRONG = {
    "a data set that is not there": (["train", "--dataset", "smal"], "did you mean 'small'"),
    "a data set in capitals": (["train", "--dataset", "SMALL"], "did you mean 'small'"),
    "a model in capitals": (["train", "--model", "DPN"], "did you mean 'dpn'"),
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
    "a run whose name is empty": (["train", "--resume", ""], "argument --resume: it is empty"),
    "a set whose name is empty": (["train", "--dataset", ""], "argument --dataset: it is empty"),
    "how long, twice": (["train", "--steps", "9", "--epochs", "2"], "epochs and steps both say"),
    "a setting said twice": (
        ["train", "--lr", "0.1", "--set", "learning_rate=0.2"], "said twice, as 0.1 and 0.2",
    ),
    "a model said as a setting": (["train", "--set", "model=mlp"], "is said with --model"),
    "what the data decide": (["train", "--set", "classes=3"], "set 'digits' decides, got 3"),
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
    "data in a file": (["train", "--dataset", "mnist", "--data-dir", __file__], "test_wrong"),
    "a broken data set": (["train", "--dataset", "broken"], "broken.npz"),
    "predict with no run": (["predict", "nothing", __file__], "no run 'nothing'"),
    "predict with none trained": (["predict", "latest", __file__], "no trained run"),
    "predict nothing": (["predict", "latest"], "FILE"),
    "predict as what": (["predict", "latest", "x", "--as", "fax"], "invalid choice: 'fax'"),
    "columns of a set": (
        ["train", "--dataset", "small", "--text-column", "a"], "the name of a set: leave them out",
    ),
    "preparation of no pictures": (
        ["train", "--dataset", "questions", "--preparation", "photo"], "preparation must be auto",
    ),
    "how many are attacked, without": (
        ["robustness", "shipped-digits-dpn", "--attacked", "9"], "--attacked is of --attacks",
    ),
    "no kinds of change": (
        ["robustness", "shipped-digits-dpn", "--kinds", ""], "kind must be one of",
    ),
    "a change of colours of grey images": (
        ["robustness", "shipped-digits-dpn", "--kinds", "saturation"], "reads grey images: leave",
    ),
    "a way to teach that there is not": (
        ["teach", "shipped-digits-dpn", "nothing", "--method", "ful"], "did you mean 'full'",
    ),
    "what is rehearsed, of no such name": (
        ["teach", "shipped-digits-dpn", "nothing", "--rehearse", "dat"], "did you mean 'data'",
    ),
    "an empty folder": (["train", "--dataset", "nothing here"], "nothing here is an empty folder"),
    "series without a value": (["train", "--dataset", "nan.npz"], "has no value in channel 1"),
    "a picture": (["train", "--dataset", "one.png"], "`python -m dpn datasets add` it"),
    "evaluate no run": (["evaluate", "nothing"], "no run 'nothing'"),
    "no verb": ([], "VERB"),
    "an unknown verb": (["trian"], "invalid choice: 'trian'"),
    "an unknown flag": (["train", "--sed", "3"], "--sed"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(WRONG))
def test_what_is_wrong_is_one_line_and_exit_code_2(capsys, tmp_path, monkeypatch, case):
    (tmp_path / "nothing here").mkdir()
    np.savez(tmp_path / "nan.npz", x=np.full((2, 5, 2), np.nan))
    picture(tmp_path / "one.png", 0)
    monkeypatch.chdir(tmp_path)
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


def test_a_run_that_is_deleted_while_trackers_write_its_end_is_said_in_one_line(
    capsys, monkeypatch
):
    def close(self, wait):
        find_run("latest", settings.runs_dir()).delete()

    monkeypatch.setattr("dpn.tracking.followers.Followers.close", close)
    assert main(TRAIN) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "was deleted as soon as it had ended" in err.splitlines()[-1]


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
