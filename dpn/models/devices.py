"""Where the arithmetic runs: CUDA where there is one, then Apple's MPS, then the CPU."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from dpn.errors import ConfigError
from dpn.language import t


def available_devices() -> list[str]:
    """Return the usable device types, best first; "cpu" is always the last."""
    found = []
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return [*found, "cpu"]


def pick_device(name: str = "auto") -> torch.device:
    """Return the device for "auto", "cpu", "cuda" or "mps".

    Raises:
        ConfigError: this machine does not have it.
    """
    found = available_devices()
    if name == "auto":
        return torch.device(found[0])
    if name not in found:
        raise ConfigError(
            f"device {name!r} is not available here; this machine has {', '.join(found)}. "
            "Use 'auto' to take the best one."
        )
    return torch.device(name)


def describe_device(device: torch.device) -> str:
    """Return a short name for people, such as "CPU, 2 cores" or the GPU's name."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU (MPS)"
    count = cpu_count()
    return t("CPU, {count} core" if count == 1 else "CPU, {count} cores", count=count)


def cpu_count() -> int:
    """Return the cores this process may use, which in a container can be fewer than exist."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def thread_count(processes: int = 1) -> int:
    """Return how many threads each of some processes of one computation may take, at least 1.

    The cores are shared among them. One process takes fewer where OMP_NUM_THREADS says so, as
    everything else does that computes; of several each has it from torchrun, which says 1 whatever
    the machine has.
    """
    cores = max(1, cpu_count() // processes)
    asked = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    if processes > 1 or not asked.isdecimal() or asked == "0":
        return cores
    return min(cores, int(asked))


def set_threads(count: int) -> None:
    """Let torch compute with ``count`` threads when the calling thread calls it.

    torch sets a thread up at its first use, with the last number asked for in any thread; asking
    for the number first makes it forget that, so that the number set here stays.
    """
    torch.get_num_threads()
    torch.set_num_threads(count)


def keep_memory() -> None:
    """Let this process keep the memory it frees: the next step asks for as much again.

    glibc hands freed tensors of 32 MB and more back to the kernel, which fills new pages with zeros
    whenever they are asked for: a fifth of the time of a training on photos. Other C libraries
    are left as they are.

    Source: mallopt(3), M_MMAP_MAX and M_TRIM_THRESHOLD.
    """
    mallopt = _glibc("mallopt")
    if mallopt:
        mallopt(-4, 0)  # M_MMAP_MAX: no block is mapped apart from the heap ...
        mallopt(-1, -1)  # M_TRIM_THRESHOLD: ... which does not shrink


def release_memory() -> None:
    """Give the memory back that ``keep_memory`` has kept. Source: malloc_trim(3)."""
    malloc_trim = _glibc("malloc_trim")
    if malloc_trim:
        malloc_trim(0)


def _glibc(name: str) -> Any:
    """Return a function of the C library, or None where it is not glibc's."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def autocast(device: torch.device, *, bfloat16: bool) -> AbstractContextManager[object]:
    """Return the context for training: products in bfloat16, or everything in float32."""
    if bfloat16:
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return contextlib.nullcontext()


def takes_bfloat16(asked: str, model: nn.Module, device: torch.device, most: float) -> bool:
    """Return whether a model is trained in bfloat16.

    Args:
        asked: "float32", "bfloat16", or "auto": on CUDA, and on a CPU for a model with convolutions
            where a trial takes less than the share ``most`` of the time of float32.
        model: the model.
        device: that it is trained on.
        most: more than 0.
    """
    if asked != "auto":
        return asked == "bfloat16"
    convolves = any(isinstance(module, nn.Conv2d) for module in model.modules())
    on_cpu = device.type == "cpu" and convolves
    return device.type == "cuda" or (on_cpu and bfloat16_share() < most)


@functools.cache
def bfloat16_share() -> float:
    """Return how long this CPU takes for a convolution in bfloat16, as a share of float32.

    Measured forwards and backwards, in turns, with the threads of now; it takes 0.2 to 0.5 s. About
    0.6 with the instructions for it (AVX512-BF16, AMX); without them up to nine.
    """
    taken: dict[torch.dtype, list[float]] = {}
    works = {kind: _convolution(kind) for kind in (torch.float32, torch.bfloat16)}
    for _ in range(6):  # the first one of each prepares
        for kind, work in works.items():
            started = time.perf_counter()
            work()
            taken.setdefault(kind, []).append(time.perf_counter() - started)
    best = {kind: min(seconds[1:]) for kind, seconds in taken.items()}
    return best[torch.bfloat16] / best[torch.float32]


def _convolution(kind: torch.dtype) -> Callable[[], object]:
    """Return one that can be done again and again, of a size as in the encoder."""
    x = torch.full((64, 32, 14, 14), 0.5, dtype=kind).to(memory_format=torch.channels_last)
    kernel = torch.full((32, 32, 3, 3), 0.5, dtype=kind).to(memory_format=torch.channels_last)
    x.requires_grad_()
    kernel.requires_grad_()

    def work() -> object:
        y = F.conv2d(x, kernel, padding=1)
        return torch.autograd.grad(y, (x, kernel), torch.ones_like(y))

    return work
