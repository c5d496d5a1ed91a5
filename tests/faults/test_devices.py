"""Too little memory, really; a GPU that fails, and one that is not there.

Elsewhere: a worker that the system kills (tests/jobs/test_manager.py).
"""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from dpn.errors import RunError, TrainingError
from dpn.training.failures import in_words, is_want_of_memory
from dpn.training.loop import run_training
from dpn.training.opening import reopen_training
from dpn.training.trainer import Trainer
from tests.faults.checks import half_written
from tests.helpers import (
    pictures,
    same_tensors,
    short_training,
    small_model,
    write_npz,
)
from tests.workers import closing_desk

resource = pytest.importorskip("resource")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits a process so")
def test_a_training_that_takes_too_much_memory_ends_with_advice_and_the_server_lives(tmp_path):
    write_npz(tmp_path / "data")
    (x_train, y_train), (x_test, y_test) = pictures(66, 0, 64), pictures(15, 2, 64)
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    np.savez(tmp_path / "data" / "large.npz", **arrays)
    with closing_desk(tmp_path) as desk:
        # Each feature map of a batch takes 59 x 64 x 64 x 64 x 4 bytes: 62 MB.
        model = small_model("residual", encoder_channels=64, encoder_blocks=2, stem_stride=1)
        training = short_training(dataset="large", batch_size=59)
        job = desk.manager.start(model, training, desk.data, desk.runs)
        desk.manager.pause(job)
        desk.reaches(job, "paused")
        pid = desk.run(job).status()["pid"]
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
        room = pages * resource.getpagesize() + 100 * 2**20
        resource.prlimit(pid, resource.RLIMIT_AS, (room, room))
        desk.manager.resume(job)
        view = desk.reaches(job, "failed", "finished")
        assert view.message == (
            "There was not enough memory for batches of 59. Try a batch_size of 14, or a smaller "
            "model (fewer states, decisions, encoder_channels or hidden units)."
        )
        assert desk.run(job).status()["message"] == view.message
        assert half_written(desk.run(job)) == []
        assert desk.reaches(desk.start(), "failed", "finished").state == "finished"


def test_a_model_that_cannot_be_had_leaves_no_run(tmp_path, opened, monkeypatch):
    def absurd(*_values):
        return torch.empty(2**50)

    monkeypatch.setattr("dpn.training.trainer.build_model", absurd)
    with pytest.raises(TrainingError, match=r"not enough memory for the data and the model. Close"):
        opened()
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling"), True),
        (OSError(12, "Cannot allocate memory"), True),
        (RuntimeError("shapes cannot be allocated to a group"), False),
        (OSError(28, "No space left on device"), False),
        (torch.AcceleratorError("CUDA error: unspecified launch failure"), False),
    ],
)
def test_want_of_memory_is_told_from_all_else(tmp_path, error, is_memory):
    assert is_want_of_memory(error) == is_memory
    assert ("batch_size of 4, or" in str(in_words(error, 16, tmp_path))) == is_memory


def test_a_batch_of_one_cannot_be_smaller(tmp_path):
    assert "Try a smaller model" in str(in_words(MemoryError(), 1, tmp_path))


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError("CUDA error: unspecified launch failure\nCompile with DSA"),
        RuntimeError("CUDA error: device-side assert triggered"),
        RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    ],
)
def test_a_gpu_that_fails_ends_the_run_in_a_sentence_and_it_goes_on(
    tmp_path, opened, monkeypatch, error
):
    trainer, whole = opened(steps=12)
    list(run_training(trainer, whole))
    trainer, run = opened(steps=12, checkpoint_seconds=0)
    records, step = run_training(trainer, run), Trainer.step

    def failing(trainer):
        if trainer.step_count == 7:
            raise error
        return step(trainer)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", failing)
        with pytest.raises(
            TrainingError, match=r"^The device stopped working \(.*\)\. Resume to go"
        ):
            list(records)
    assert run.status()["state"] == "failed"
    assert "\n" not in run.status()["message"]
    assert half_written(run) == []
    trainer = reopen_training(run, tmp_path / "data")
    assert trainer.step_count == 7
    list(run_training(trainer, run))
    assert same_tensors(*(dict(r.load_model().state_dict()) for r in (run, whole)))


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_run_of_a_device_that_is_not_here_says_how_to_go_on(
    tmp_path, opened, monkeypatch, device
):
    monkeypatch.setattr("dpn.models.devices.available_devices", lambda: ["cpu"])
    trainer, run = opened()
    records = run_training(trainer, run)
    next(records)
    records.close()
    path, data = run.path / "config.json", tmp_path / "data"
    config = json.loads(path.read_text())
    config["training"]["device"] = device
    path.write_text(json.dumps(config))
    with pytest.raises(RunError) as caught:
        reopen_training(run, data)
    assert f"asks for device '{device}', and this machine has cpu" in str(caught.value)
    assert '"device": "auto" in its config.json' in str(caught.value)
    config["training"]["device"] = "auto"
    path.write_text(json.dumps(config))
    list(run_training(reopen_training(run, data), run))
    assert run.status()["state"] == "finished"
