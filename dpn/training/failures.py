"""What can end a training, in words: memory, the disk, the device. The one place that tells."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

import torch

from dpn.errors import DPNError, TrainingError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: What torch's devices say when memory ran out where they have no class of error for it.
_MEMORY_WORDS = ("out of memory", "allocate memory", "alloc_cpu", "status_alloc_failed")
_DEVICE_WORDS = ("cuda error", "cublas_status", "cudnn_status", "cuda driver", "no cuda gpus")


def in_words(error: Exception, batch_size: int, folder: Path) -> TrainingError:
    """Return what ended a training with batches of ``batch_size`` and its run in ``folder``."""
    if isinstance(error, DPNError):
        return TrainingError(str(error))
    first = (str(error).splitlines() or [type(error).__name__])[0]
    if is_want_of_memory(error):
        smaller = f"a batch_size of {batch_size // 4 or 1}, or " if batch_size > 1 else ""
        return TrainingError(
            f"There was not enough memory for batches of {batch_size}. Try {smaller}a smaller "
            "model (fewer states, decisions, encoder_channels or hidden units)."
        )
    if isinstance(error, OSError):
        if not folder.exists():
            return TrainingError(
                f"The run folder {str(folder)!r} is gone: it was removed or moved while the "
                "training went on. Train again."
            )
        do = "Free some space" if error.errno in _FULL else "Make it writable"
        return TrainingError(
            f"The run folder {str(folder)!r} cannot be written ({error.strerror}). {do}, then "
            "resume: what was saved before is whole."
        )
    if is_loss_of_device(error):
        return TrainingError(
            f"The device stopped working ({first}). Resume to go on from what was saved; if it "
            "happens again, restart the machine, or train with device 'cpu'."
        )
    return TrainingError(f"Training stopped: {first}")


def diverged(loss: float, step: int, rate: float) -> TrainingError:
    """Return what to do about a loss that is not finite after ``step`` updates of such a rate."""
    if step == 0:  # no rate has had a say yet
        return TrainingError(
            f"The loss is {loss} before the first update: the values grow too large over so many "
            "parts. Try a larger part_size, fewer states, or transitions=stochastic."
        )
    return TrainingError(
        f"The loss became {loss} after step {step}, so training stopped and kept the last good "
        f"weights. Try a learning_rate below {rate:g} (for example {rate / 10:.2g})."
    )


@contextlib.contextmanager
def told_in_words() -> Iterator[None]:
    """Turn want of memory and a lost device into words before there is a run to note them in.

    Raises:
        TrainingError: what to do about it.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if is_want_of_memory(error):
            raise TrainingError(
                "There was not enough memory for the data and the model. Close other programs, or "
                "try a smaller model (fewer states, decisions, encoder_channels or hidden units)."
            ) from error
        if is_loss_of_device(error):
            raise TrainingError(
                f"The device does not work ({str(error).splitlines()[0]}). Restart the machine, or "
                "train with device 'cpu'."
            ) from error
        raise


def is_want_of_memory(error: Exception) -> bool:
    """Return whether numpy, torch or the system could not give the memory asked for."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    known = isinstance(error, (MemoryError, torch.OutOfMemoryError))
    return known or (isinstance(error, RuntimeError) and _says(error, _MEMORY_WORDS))


def is_loss_of_device(error: Exception) -> bool:
    """Return whether a GPU failed, was taken away, or is no longer to be reached."""
    known = isinstance(error, torch.AcceleratorError)
    return known or (isinstance(error, RuntimeError) and _says(error, _DEVICE_WORDS))


def _says(error: Exception, words: tuple[str, ...]) -> bool:
    return any(word in str(error).lower() for word in words)
