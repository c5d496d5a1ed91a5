"""Teaching a trained model from a few corrected images, without forgetting what it knows.

A copy of the model is fine-tuned for a few seconds. Each step looks at images of the lesson, varied
at random, and at images that stand for the past (rehearsal): training images with their labels
(Robins, 1995), or, where those are not at hand, other images with the old model's own answers
(distillation: Hinton et al., 2015; Li & Hoiem, "Learning without Forgetting", ECCV 2016). A pull
towards the old weights (L2-SP: Li et al., ICML 2018) does the rest. Batch normalisation keeps the
statistics that it has.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrize

from dpn.data.catalogue import load_dataset
from dpn.errors import ConfigError, did_you_mean
from dpn.models.config import ModelConfig
from dpn.models.models import DPN, MLP, Classifier, build_model
from dpn.training.augment import AUGMENTATIONS

#: Steps of a lesson, and images of the lesson and of the past in each.
STEPS, LESSON_BATCH, PAST_BATCH = 90, 48, 112
#: A lesson of fewer images than this is taught at a smaller rate, by the square root of its share,
#: but of one with a new class, which has everything to learn, the share counts as at least this.
WHOLE_LESSON, NEW_SHARE = 50, 0.4
#: Share of the steps that the learning rate rises for; then it falls to zero.
WARM_UP = 0.15
#: The pull to the old weights is the first times the squared distance to them. A new class would
#: else take in images of the old ones: with it, it is the second, and the third where the past is
#: known from the model's own answers alone.
PULL, PULL_NEW, PULL_BLIND = 0.3, 1.0, 5.0
#: Rank of the adapters of "lora" (Hu et al., ICLR 2022).
RANK = 8

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Method:
    """A way to teach: what it changes, and its learning rate."""

    about: str
    learning_rate: float
    adapt: Callable[[Classifier], None]


@dataclass(frozen=True, eq=False)
class Past:
    """Images that stand for what must not be forgotten: uint8 (M, C, H, W).

    ``labels`` (M,) int64 are the true ones, or None where the old model's answers are to be kept.
    """

    images: Tensor
    labels: Tensor | None = None


def teach(
    model: Classifier,
    images: Tensor,
    labels: Tensor,
    past: Past | None,
    method: str = "full",
    *,
    classes: int | None = None,
    augmentation: str = "affine",
    seed: int = 0,
    progress: Progress | None = None,
) -> Classifier:
    """Return a copy of the model that was taught a lesson; the model stays as it is.

    Args:
        model: on any device, in eval mode.
        images: uint8 (N, C, H, W), N >= 1, of the model's shape.
        labels: int64 (N,), 0 <= label < ``classes``.
        past: what to rehearse, or None to trust the pull to the old weights alone.
        method: a key of ``METHODS``.
        classes: at least as many as the model has; more make it grow.
        augmentation: how images are varied, a key of ``dpn.training.augment.AUGMENTATIONS``.
        seed: fixes every random choice.
        progress: called with (steps so far, steps in all).

    Raises:
        ConfigError: there is no such method.
    """
    if method not in METHODS:
        hint = did_you_mean(method, tuple(METHODS))
        raise ConfigError(f"method must be one of {', '.join(METHODS)}, got {method!r}{hint}")
    old = copy.deepcopy(model).eval()
    new = grow(old, classes or old.config.classes)
    device = next(new.parameters()).device
    METHODS[method].adapt(new)
    trained = [weight for weight in new.parameters() if weight.requires_grad]
    before = [weight.detach().clone() for weight in trained]
    is_new = new.config.classes > old.config.classes
    share = min(1.0, max(len(images) / WHOLE_LESSON, NEW_SHARE if is_new else 0.0))
    is_blind = past is None or past.labels is None
    pull = (PULL_BLIND if is_blind else PULL_NEW) if is_new else PULL
    peak = METHODS[method].learning_rate * share**0.5
    optimizer = torch.optim.AdamW(trained, lr=peak, weight_decay=0.0)
    lesson = _Drawer(images, labels, augmentation, seed, device)
    rehearsal = _Drawer(past.images, past.labels, augmentation, seed + 1, device) if past else None
    own = LESSON_BATCH if is_new else min(LESSON_BATCH, 2 * len(images))
    for step in range(STEPS):
        rate = min(1.0, (step + 1) / (WARM_UP * STEPS)) * (1 - step / STEPS)
        for group in optimizer.param_groups:
            group["lr"] = peak * rate
        optimizer.zero_grad()
        x, y = lesson.draw(own, balanced=True)
        assert y is not None
        loss = F.cross_entropy(new(x), y) * (own / LESSON_BATCH)
        if rehearsal:
            x, y = rehearsal.draw(PAST_BATCH)
            loss = loss + _remember(new, old, x, y)
        distance = sum((w - b).square().sum() for w, b in zip(trained, before, strict=True))
        (loss + pull * distance).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        if progress:
            progress(step + 1, STEPS)
    _merge(new)
    return new.requires_grad_(True).eval()


def trained_weights(model: Classifier, method: str, classes: int) -> int:
    """Return how many numbers a method changes."""
    probe = grow(model, classes)
    METHODS[method].adapt(probe)
    return sum(weight.numel() for weight in probe.parameters() if weight.requires_grad)


def grow(model: Classifier, classes: int) -> Classifier:
    """Return a copy with this many classes; new ones begin as the mean of those there were."""
    config = model.config.replace(classes=classes)
    device = next(model.parameters()).device
    grown = build_model(config).to(device)
    state = {name: value.clone() for name, value in model.state_dict().items()}
    more = classes - model.config.classes
    for name in readout_names(config):
        mean = state[name].mean(dim=0, keepdim=True)
        state[name] = torch.cat([state[name], mean.expand(more, *mean.shape[1:])])
    grown.load_state_dict(state)
    return grown.eval()


def readout_names(config: ModelConfig) -> tuple[str, str]:
    """Return the names of the weights (K, …) and biases (K,) of the classes."""
    return ("fc3.weight", "fc3.bias") if config.model == "mlp" else ("W", "w0")


def digit_likes(height: int, width: int, limit: int = 1_400) -> Tensor:
    """Return the embedded digits drawn as MNIST's images are, uint8 (M, 1, H, W).

    They are scaled up to a box of 20/28 of the side, sharpened, and their centre of mass is put in
    the middle. Only those that serve for training are used, never the test part.
    """
    digits = load_dataset("digits", Path()).x_train[:limit].float() / 255
    side = round(min(height, width) * 20 / 28)
    large = F.interpolate(digits, (side, side), mode="bicubic", align_corners=False)
    large = ((large - 0.35) / 0.3).clamp(0, 1)
    top, left = (height - side) // 2, (width - side) // 2
    padded = F.pad(large, (left, width - side - left, top, height - side - top))
    weight = padded.sum(dim=(1, 2, 3)).clamp(min=1e-6)
    down = torch.arange(height) + 0.5
    across = torch.arange(width) + 0.5
    dy = (height / 2 - (padded.sum(dim=(1, 3)) @ down) / weight).round().long()
    dx = (width / 2 - (padded.sum(dim=(1, 2)) @ across) / weight).round().long()
    rows = (torch.arange(height)[None] - dy[:, None]).clamp(0, height - 1)
    columns = (torch.arange(width)[None] - dx[:, None]).clamp(0, width - 1)
    pick = torch.arange(len(padded))
    moved = padded[pick[:, None, None], 0, rows[:, :, None], columns[:, None, :]]
    return (moved * 255).round().to(torch.uint8)[:, None]


def _remember(new: Classifier, old: Classifier, x: Tensor, y: Tensor | None) -> Tensor:
    """Return the loss of images of the past: by their labels, or by the old model's answers."""
    logits = new(x)
    if y is not None:
        return F.cross_entropy(logits, y)
    with torch.no_grad():
        target = torch.softmax(old(x), dim=1)
        target = F.pad(target, (0, logits.shape[1] - target.shape[1]))  # new classes were unknown
    return -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()


class _Drawer:
    """Draws random batches, varied at random: the same ones for the same seed."""

    def __init__(
        self, x: Tensor, y: Tensor | None, augmentation: str, seed: int, device: torch.device
    ) -> None:
        self._x, self._y, self._device = x, y, device
        self._vary = AUGMENTATIONS[augmentation]
        self._generator = torch.Generator().manual_seed(seed)
        if y is not None:  # each class the same share, however few images it has
            counts = torch.bincount(y).clamp(min=1)
            self._weights = 1.0 / counts[y].double()

    def draw(self, count: int, *, balanced: bool = False) -> tuple[Tensor, Tensor | None]:
        """Return ``count`` images, float (count, C, H, W) in 0..1, and their labels."""
        if balanced:
            index = torch.multinomial(self._weights, count, True, generator=self._generator)
        else:
            index = torch.randint(len(self._x), (count,), generator=self._generator)
        images = self._vary(self._x[index].float() / 255, self._generator).to(self._device)
        return images, None if self._y is None else self._y[index].to(self._device)


class _LowRank(nn.Module):
    """W + B·A, of rank ``RANK``: an adapter as a parametrization; B begins at 0."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        rows, columns = _matrix(weight).shape
        rank = min(RANK, rows, columns)
        generator = torch.Generator().manual_seed(0)
        a = torch.randn(rank, columns, generator=generator) / columns**0.5
        self.A = nn.Parameter(a.to(weight.device))
        self.B = nn.Parameter(torch.zeros(rows, rank, device=weight.device))

    def forward(self, weight: Tensor) -> Tensor:
        """Return the adapted weight, in its shape."""
        return weight + (self.B @ self.A).view(weight.shape)


def _matrix(weight: Tensor) -> Tensor:
    """Return a weight as a matrix: templates (n, k, A·S) as (n·k, A·S), convolutions by output."""
    return weight.flatten(0, 1) if weight.dim() == 3 else weight.flatten(1)


def _all(model: Classifier) -> None:
    model.requires_grad_(True)


def _readout(model: Classifier) -> None:
    model.requires_grad_(False)
    for name in readout_names(model.config):
        model.get_parameter(name).requires_grad_(True)


def _lora(model: Classifier) -> None:
    _readout(model)
    weights: list[tuple[nn.Module, str]] = []
    if isinstance(model, DPN):
        weights += [(model, "R"), (model, "P")]
    if isinstance(model, MLP):
        weights += [(model.fc1, "weight"), (model.fc2, "weight")]
    weights += [(m, "weight") for m in model.modules() if isinstance(m, nn.Conv2d)]
    for module, name in weights:
        adapter = _LowRank(getattr(module, name).detach())
        parametrize.register_parametrization(module, name, adapter)


def _merge(model: Classifier) -> None:
    """Put what adapters learned into the weights, and take the adapters away."""
    for module in list(model.modules()):
        if parametrize.is_parametrized(module):
            for name in list(module.parametrizations):  # type: ignore[arg-type]
                parametrize.remove_parametrizations(module, name, leave_parametrized=True)


METHODS: dict[str, Method] = {
    "full": Method("all weights", 2e-3, _all),
    "lora": Method("low-rank adapters on templates, transitions and convolutions", 3e-3, _lora),
    "readout": Method("the read-out alone", 3e-3, _readout),
}


def folds(labels: np.ndarray, count: int, seed: int = 0) -> np.ndarray:
    """Return for each of N labels its fold 0..count-1, every class spread over all of them."""
    fold = np.empty(len(labels), np.int64)
    generator = np.random.default_rng(seed)
    next_fold = 0
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        fold[members] = (next_fold + np.arange(len(members))) % count
        next_fold += len(members)
    return fold
