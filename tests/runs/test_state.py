"""Whether a run is under way: here, in another process, or on another machine."""

import json
import os
import subprocess
import sys
import time

import pytest

from dpn.runs.files import write_json
from dpn.runs.folder import runs_under_way
from dpn.runs.run import SILENCE
from tests.helpers import (
    until,
)
from tests.runs.made import dead_pid, make_run


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_a_run_whose_process_is_gone_reads_as_interrupted(tmp_path, state):
    run = make_run(tmp_path)
    run.set_status(state, "words", step=3, total_steps=6)
    status = run.status()
    assert (status["state"], status["message"]) == (state, "words")
    assert (status["step"], status["total_steps"]) == (3, 6)
    raw = json.loads((run.path / "status.json").read_text())
    write_json(run.path / "status.json", {**raw, "pid": dead_pid()})
    assert run.status()["state"] == "interrupted"
    assert "resumed" in run.status()["message"]


@pytest.mark.parametrize("state", ["stopped", "finished", "failed"])
def test_a_run_that_is_over_stays_what_it_was(tmp_path, state):
    run = make_run(tmp_path)
    run.set_status(state, step=3, total_steps=6)
    raw = json.loads((run.path / "status.json").read_text())
    write_json(run.path / "status.json", {**raw, "pid": dead_pid()})
    assert run.status()["state"] == state


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")
def test_another_process_that_got_the_old_number_is_not_mistaken_for_it(tmp_path):
    """In a container the same numbers come back after each start."""
    run = make_run(tmp_path)
    raw = json.loads((run.path / "status.json").read_text())
    write_json(run.path / "status.json", {**raw, "started": raw["started"] - 1})
    assert run.status()["state"] == "interrupted"


@pytest.mark.parametrize("pid", [None, "1", True, 0, -1, 1.0, 10**30, [1]])
def test_a_number_that_no_process_has_reads_as_interrupted(tmp_path, pid):
    run = make_run(tmp_path)
    raw = json.loads((run.path / "status.json").read_text())
    write_json(run.path / "status.json", {**raw, "state": "running", "pid": pid})
    assert run.status()["state"] == "interrupted"


def test_a_training_on_another_machine_goes_on_as_long_as_it_writes(tmp_path):
    """Its processes cannot be seen from here, but its files can."""
    run = make_run(tmp_path)
    raw = json.loads((run.path / "status.json").read_text())
    other = {**raw, "state": "running", "pid": dead_pid(), "host": "another-machine"}
    write_json(run.path / "status.json", other)
    assert run.status()["state"] == "running"
    assert runs_under_way(tmp_path) == [run]
    long_ago = time.time() - 2 * SILENCE
    for file in run.path.iterdir():
        os.utime(file, (long_ago, long_ago))
    assert run.status()["state"] == "interrupted"
    run.append({"kind": "step"})
    assert run.status()["state"] == "running"


def test_another_living_process_is_respected(tmp_path):
    run = make_run(tmp_path)
    script = "import sys; from dpn.runs.run import Run; from pathlib import Path; "
    script += "Run(Path(sys.argv[1])).set_status('running', step=2, total_steps=6); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(run.path)], stdin=subprocess.PIPE
    ) as process:
        until(lambda: run.status()["step"] == 2)
        assert run.status()["pid"] == process.pid
        assert run.status()["state"] == "running"
        process.communicate(b"\n")
    assert run.status()["state"] == "interrupted"
