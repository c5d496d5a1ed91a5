"""A disk that is full in the middle of a write, really: the system cuts each file at a limit.

``RLIMIT_FSIZE`` needs no rights: the write that passes it writes a part, and the next one fails.
Elsewhere: every place where the loop writes (tests/training/loop/), one that raises
(tests/runs/test_files.py).
"""

import contextlib

import pytest

from dpn.errors import RunError, TrainingError
from dpn.runs.start import create_run
from dpn.training import loop
from dpn.training.loop import run_training
from dpn.training.opening import reopen_training
from tests.faults.checks import answers, half_written
from tests.helpers import (
    NAMES,
    same_tensors,
    short_training,
    small_model,
)

resource = pytest.importorskip("resource")


@contextlib.contextmanager
def files_of_at_most(count):
    """Let no file of this process grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("file", "part"), [("checkpoint", 0.5), ("checkpoint", 0.99), ("weights", 0.5), ("metrics", 1)]
)
def test_a_disk_full_in_the_middle_of_a_write_keeps_the_last_checkpoint(
    tmp_path, opened, monkeypatch, file, part
):
    trainer, whole = opened(steps=12)
    list(run_training(trainer, whole))
    trainer, run = opened(steps=12, checkpoint_seconds=0 if file != "metrics" else 1000)
    records = run_training(trainer, run)
    while trainer.step_count < 5:
        next(records)
    name = "metrics.jsonl" if file == "metrics" else f"{file}.safetensors"
    if file == "metrics":
        monkeypatch.setattr(loop, "save_snapshot", lambda *_: None)  # which is larger
    size = (run.path / name).stat().st_size
    before = run.load_checkpoint()
    files = sorted(path.name for path in run.path.iterdir())
    with files_of_at_most(size + 20 if file == "metrics" else round(size * part)):
        with pytest.raises(TrainingError) as caught:
            list(records)
        assert f"The run folder '{run.path}' cannot be written (File too large)" in str(
            caught.value
        )
        assert "Free some space, then resume" in str(caught.value)
    assert run.status()["state"] == "failed"
    assert run.status()["message"] == str(caught.value)
    assert sorted(path.name for path in run.path.iterdir()) == files  # nothing half-written
    assert same_tensors(run.load_checkpoint(), before)
    answers(run)
    list(run_training(reopen_training(run, tmp_path / "data"), run))
    assert run.status()["state"] == "finished"
    assert same_tensors(*(dict(r.load_model().state_dict()) for r in (run, whole)))
    damaged = half_written(run)  # at most the line that did not fit, which readers skip
    assert len(damaged) == (file == "metrics")


def test_on_a_disk_that_is_full_already_no_run_begins(tmp_path):
    with files_of_at_most(5), pytest.raises(RunError, match="cannot be written .File too large"):
        create_run(tmp_path / "runs", small_model(), short_training(), NAMES, "mnist")
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_folder_that_is_gone_is_not_called_full(tmp_path, opened):
    trainer, run = opened()
    records = run_training(trainer, run)
    next(records)
    run.path.rename(tmp_path / "elsewhere")
    with pytest.raises(TrainingError, match="is gone: it was removed or moved"):
        list(records)
