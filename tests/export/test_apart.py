"""A file made in a process of its own is the same file, and what went wrong is one sentence."""

import subprocess

import pytest

from dpn.errors import RunError
from dpn.export import apart
from dpn.export.apart import make_apart
from dpn.export.web import to_html
from tests.export.runs import made_run


def test_it_is_the_same_file(tmp_path):
    run = made_run(tmp_path)
    assert make_apart(run, "html", tmp_path, tmp_path) == to_html(run, tmp_path, tmp_path)


def test_what_was_wrong_is_said_as_it_is_here(tmp_path):
    run = made_run(tmp_path)
    (run.path / "weights.safetensors").write_bytes(b"no")
    with pytest.raises(RunError, match=r"^weights\.safetensors of run 'there' is damaged"):
        make_apart(run, "html", tmp_path, tmp_path)


def test_a_process_that_died_or_took_too_long_is_a_sentence(tmp_path, monkeypatch):
    run = made_run(tmp_path)

    def killed(command, **how):
        return subprocess.CompletedProcess(command, -9, "", "Traceback\nMemoryError")

    monkeypatch.setattr(subprocess, "run", killed)
    with pytest.raises(RunError, match="was ended, perhaps for want of memory"):
        make_apart(run, "html", tmp_path, tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.01)
    with pytest.raises(RunError, match=r"took more than 0\.01 s"):
        make_apart(run, "html", tmp_path, tmp_path)
