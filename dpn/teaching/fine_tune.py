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
from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.errors import ConfigError, did_you_mean
from dpn.models.base import Classifier
from dpn.models.build import build_model, readout_names
from dpn.models.late import import_late
from dpn.teaching.methods import METHODS, merge
from dpn.teaching.rehearsal import Drawer, Past, remember

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
PULL, PULL_NEW, PULL_BLIND = 0.3, 1.0, 0.2
#: Images of the lesson that the biases of new classes are set by, but so many of each class, and at
#: most four times as many in all, as many as of the past; the shares of them that stay on their
#: side; and where between the two the bar is, where the past are training images and where they
#: only resemble them: 0 is at the past's.
SETTLED_BY, OF_EACH, OWN_KEPT, PAST_KEPT, BAR, BAR_BLIND = 400, 10, 0.9, 0.998, 0.25, 0.5

Progress = Callable[[int, int], None]


def teach(
    model: Classifier,
    images: Tensor,
    labels: Tensor,
    past: Past | None,
    method: str = "full",
    *,
    classes: int | None = None,
    augmentation: str = "affine",
    ground: Sequence[int] = (0,),
    seed: int = 0,
    progress: Progress | None = None,
) -> Classifier:
    """Return a copy of the model that was taught a lesson; the model stays as it is.

    Args:
        model: on any device, in eval mode.
        images: N >= 1 inputs as data sets hold them, uint8 (N, C, H, W) of the model's shape.
        labels: int64 (N,), 0 <= label < ``classes``.
        past: what to rehearse, or None to trust the pull to the old weights alone.
        method: a key of ``METHODS``.
        classes: at least as many as the model has; more make it grow.
        augmentation: how images are varied, a key of ``AUGMENTATIONS``.
        ground: (C,) 0..255, the even ground of the images, of which more comes in at their edges.
        seed: fixes every random choice.
        progress: called with (steps so far, steps in all).

    Raises:
        ConfigError: there is no such method.
    """
    if method not in METHODS:
        hint = did_you_mean(method, tuple(METHODS))
        raise ConfigError(f"method must be one of {', '.join(METHODS)}, got {method!r}{hint}")
    import_late()
    old = copy.deepcopy(model).eval()
    new = grow(old, classes or old.config.classes)
    METHODS[method].adapt(new)
    trained = [weight for weight in new.parameters() if weight.requires_grad]
    before = [weight.detach().clone() for weight in trained]
    is_new = new.config.classes > old.config.classes
    share = min(1.0, max(len(images) / WHOLE_LESSON, NEW_SHARE if is_new else 0.0))
    is_blind = past is None or past.labels is None
    pull = (PULL_BLIND if is_blind else PULL_NEW) if is_new else PULL
    peak = METHODS[method].learning_rate * share**0.5
    optimizer = torch.optim.AdamW(trained, lr=peak, weight_decay=0.0)
    lesson = Drawer(images, labels, augmentation, seed, new, ground)
    rehearsal = None
    if past:
        kept = past.images, past.labels
        rehearsal = Drawer(*kept, augmentation, seed + 1, new, ground)
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
            loss = loss + remember(new, old, x, y)
        distance = sum((w - b).square().sum() for w, b in zip(trained, before, strict=True))
        (loss + pull * distance).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        if progress:
            progress(step + 1, STEPS)
    merge(new)
    if is_new and rehearsal:
        bar = BAR_BLIND if is_blind else BAR
        _settle(new, old.config.classes, lesson, rehearsal, bar)
    return new.requires_grad_(True).eval()


@torch.no_grad()
def _settle(new: Classifier, known: int, lesson: Drawer, rehearsal: Drawer, bar: float) -> None:
    """Lower the biases of new classes until they are answered where they were taught, and no more.

    A class of a few images takes in some of the old ones. How far it leads over all others, on
    images of its own and on the past, tells where to set the bar between the two.
    """
    new.eval()
    most = 4 * SETTLED_BY
    x, y = lesson.draw(min(max(SETTLED_BY, OF_EACH * lesson.classes), most), balanced=True)
    own, past = new(x), new(rehearsal.draw(most)[0])
    bias = new.get_parameter(readout_names(new.config)[1])
    for label in range(known, new.config.classes):
        mine = own[y == label]
        if not len(mine):  # of hundreds of classes one may not be drawn
            mine = new(lesson.one_of(label))
        low = _lead(mine, label).quantile(1 - OWN_KEPT)
        high = _lead(past, label).quantile(PAST_KEPT)
        bias[label] -= (high + bar * (low - high)).clamp(min=0)


def _lead(scores: Tensor, label: int) -> Tensor:
    """Return by how much the score of a class is above the best of the others, (N,)."""
    others = scores.clone()
    others[:, label] = -torch.inf
    return scores[:, label] - others.amax(dim=1)


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
    if (beside := state.get("plain.table")) is not None:  # says nothing of a new class
        state["plain.table"] = torch.nn.functional.pad(beside, (0, more))
    grown.load_state_dict(state)
    return grown.eval()


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
