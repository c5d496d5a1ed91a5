"""The command line as a process: quick to say what is wrong, stopped by Ctrl-C, read by others."""

import json
import os
import signal
import subprocess
import sys

from dpn import settings
from dpn.runs.history import History
from dpn.training.opening import reopen_training
from tests.commands.verbs.small import RESULT, ROOT, TRAIN, own_runs, program
from tests.helpers import (
    until,
)


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
