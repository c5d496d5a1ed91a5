"""Training with several processes, started by ``torchrun``, on one machine or many.

Each process is a rank. Rank 0 owns the run folder and says what is trained; the others get it from
there, train on their share of each batch, and write nothing. Together they do what one process
would: the batch is the whole one, gradients are averaged (DistributedDataParallel), and batch
normalisation sees all of it.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from dpn.errors import TrainingError
from dpn.models.residual import Scaling

#: How long a rank waits for the others, who may be loading data or scoring.
PATIENCE = datetime.timedelta(minutes=30)


class LostError(TrainingError):
    """Another process of this training is gone."""

    def __init__(self) -> None:
        super().__init__(
            "Another process of this training is gone, so it stopped. Go on from the last "
            "checkpoint with the same torchrun and `-m dpn train --resume RUN`."
        )


@dataclass(frozen=True)
class Group:
    """The processes of a training: this one's rank among ``size``, ``local`` of them here."""

    rank: int = 0
    size: int = 1
    local: int = 1

    @property
    def alone(self) -> bool:
        """Whether there is but this process."""
        return self.size == 1

    def share(self, batch: int) -> slice:
        """Return which images of a batch are this rank's; the first ranks get what is left over."""
        each, more = divmod(batch, self.size)
        start = self.rank * each + min(self.rank, more)
        return slice(start, start + each + (self.rank < more))

    def total(self, *values: float) -> list[float]:
        """Return the sums of numbers over all ranks.

        Raises:
            LostError: a rank is gone.
        """
        if self.alone:
            return list(values)
        sums = torch.tensor(values, dtype=torch.float64, device=_wire())
        with self.watched():
            dist.all_reduce(sums)
        result: list[float] = sums.tolist()
        return result

    def tell(self, message: dict[str, Any] | None = None, blob: bytes = b"") -> tuple[Any, bytes]:
        """Return what rank 0 says, a JSON object and bytes; the others pass nothing.

        Raises:
            LostError: rank 0 had an error, which it says itself.
        """
        text = json.dumps(message).encode()
        sizes = torch.tensor([len(text), len(blob)], device=_wire())
        with self.watched():
            dist.broadcast(sizes, 0)
            data = torch.empty(int(sizes.sum()), dtype=torch.uint8, device=_wire())
            if self.rank == 0:
                data.copy_(torch.frombuffer(bytearray(text + blob), dtype=torch.uint8))
            dist.broadcast(data, 0)
        got = data.cpu().numpy().tobytes()
        return json.loads(got[: int(sizes[0])]), got[int(sizes[0]) :]

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Turn the transport's errors into a ``LostError``; all others pass."""
        try:
            yield
        except RuntimeError as error:
            transport = isinstance(error, dist.DistError) or "gloo" in str(error).lower()
            if self.alone or not transport:
                raise
            raise LostError from error

    def wrap(self, model: nn.Module) -> nn.Module:
        """Return the model as all ranks train it together; its weights stay in ``model``."""
        if self.alone:
            return model
        _join_normalisation(model)
        return DistributedDataParallel(model, static_graph=True)


def join() -> Group:
    """Join the processes that ``torchrun`` started; without it, return a group of one.

    They talk over NCCL where each has a GPU of its own, and over Gloo elsewhere.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        return Group()
    local = int(os.environ.get("LOCAL_WORLD_SIZE", size))
    if torch.cuda.device_count() >= local:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        backend = "nccl"
    else:
        backend = "gloo"
    dist.init_process_group(backend, timeout=PATIENCE)
    return Group(dist.get_rank(), size, local)


def leave() -> None:
    """Leave the group; the last rank to do so ends it."""
    if dist.is_initialized():
        dist.destroy_process_group()


def _wire() -> str:
    """Return the device whose tensors the ranks can exchange."""
    return "cuda" if dist.get_backend() == "nccl" else "cpu"


def _join_normalisation(model: nn.Module) -> None:
    """Let each batch normalisation see the batch of all ranks.

    torch's own SyncBatchNorm needs GPUs; this one runs wherever the ranks can add tensors up.
    """
    for module in model.modules():
        if type(module) is nn.BatchNorm2d:
            module.__class__ = _JointBatchNorm
        elif type(module) is Scaling:
            module.__class__ = _JointScaling


class _JointBatchNorm(nn.BatchNorm2d):
    """Batch normalisation by the mean and variance over the batches of all ranks."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        count = torch.tensor([x.numel() / x.shape[1]], device=x.device)
        wide = x.float()  # sums of many thousands, which bfloat16 would round
        sums: Tensor = _Sum.apply(torch.cat([wide.sum(dim=(0, 2, 3)), count]))
        mean, count, shape = sums[:-1] / sums[-1].detach(), sums[-1].detach(), (1, -1, 1, 1)
        # Mean square less squared mean would leave only rounding where the mean is far from 0.
        centred = wide - mean.view(shape)
        variance: Tensor = _Sum.apply(centred.square().sum(dim=(0, 2, 3))) / count
        with torch.no_grad():
            rate = 0.1 if self.momentum is None else self.momentum
            self.running_mean.lerp_(mean, rate)
            self.running_var.lerp_(variance * count / (count - 1), rate)  # the unbiased one
            self.num_batches_tracked.add_(1)
        scale = torch.rsqrt(variance + self.eps) * self.weight
        return (centred * scale.view(shape) + self.bias.view(shape)).to(x.dtype)


class _JointScaling(Scaling):
    """Scaling by the mean square over the batches of all ranks."""

    def mean_square(self, x: Tensor) -> Tensor:
        count = torch.tensor([x.numel() / x.shape[1]], device=x.device)
        sums: Tensor = _Sum.apply(torch.cat([x.square().sum(dim=(0, 2, 3)), count]))
        return sums[:-1] / sums[-1].detach()


class _Sum(torch.autograd.Function):
    """The sum of a tensor over all ranks; so is its gradient."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:  # noqa: ARG004 - autograd's signature
        total = x.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:  # noqa: ARG004 - autograd's signature
        total: Tensor = gradient.clone()
        dist.all_reduce(total)
        return total
