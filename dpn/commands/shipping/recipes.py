"""Settings of the shipped runs, and of what some of them learn afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

#: Of the residual DPN on MNIST the smaller encoder is shipped: it is as right, answers in a third
#: of the time, and forgets less when it is taught a new symbol without MNIST at hand.
SMALLER: dict[str, Any] = {
    "encoder": "strided",
    "encoder_channels": 16,
    "encoder_blocks": 2,
    "epochs": 12,
    "optimizer": "adamw",
    "augmentation": "affine",
    "label_smoothing": 0.1,
}
#: Photos are shown under changes from the first step, for which a model needs its whole width.
CHANGED_PHOTOS: dict[str, Any] = {"epochs": 20, "robust": "changes"}
#: Of the questions half the embedding and a quarter of the rows for pairs: as many validation texts
#: are answered right, with half the weights.
FEWER_ROWS: dict[str, Any] = {"embedding": 64, "pairs": 16_384}
#: name of the shipped run -> (data set, model, preset, settings on top). One that learns from
#: another stands behind it.
RECIPES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "shipped-digits-dpn": ("digits", "dpn", "best", {}),
    "shipped-mnist-residual": ("mnist", "residual", "best", SMALLER),
    "shipped-mnist-dpn": ("mnist", "dpn", "best", {"epochs": 40}),
    "shipped-maze-planner": ("maze", "planner", "best", {}),
    "shipped-cifar10-residual": ("cifar10", "residual", "best", CHANGED_PHOTOS),
    "shipped-questions-words": ("questions", "words", "best", FEWER_ROWS),
    "shipped-strokes-frames": ("strokes", "frames", "quick", {}),
    "shipped-clicks-items": ("clicks", "items", "quick", {}),
}
#: Those that are trained on more hands than MNIST's, too, and how often an epoch has MNIST's own.
WITH_HANDS = {"shipped-mnist-dpn": 2, "shipped-mnist-residual": 1}


@dataclass(frozen=True)
class Further:
    """How a run goes on from the weights of its recipe.

    Attributes:
        settings: of the training, on top of the recipe's.
        times: how often an epoch has MNIST's own images.
        new: how far the weights go from those of the recipe to the new ones, above 0, at most 1.
        note: what is said of it.
        teachers: runs whose mean answers it learns from, too: shipped ones as they then are, or
            ``TEACHERS``; one that is named twice counts twice.
        taught: share of the loss that is the distance to the teachers' answers, 0..1.
        averaged: of each average of the weights over the steps, the share that stays at a step; 0
            for the last weights as they are.
        leaning: whether it learns from pens that lean, too.
    """

    settings: dict[str, Any]
    times: int
    new: float
    note: str
    teachers: tuple[str, ...] = ()
    taught: float = 0.0
    averaged: float = 0.0
    leaning: bool = False


#: Runs that are not shipped and that some learn from, and their settings on top of the best preset
#: of the residual on MNIST. They are as right, and larger; an epoch has MNIST's own images
#: ``TEACHERS_TIMES``, and leaning pens.
TEACHERS: dict[str, dict[str, Any]] = {
    "teacher-mnist-pooled": {
        "steps": 3_500,
        "first_size": 0.5,
        "robust": "changes",
        "precision": "bfloat16",
    },
}
TEACHERS_TIMES = 3

#: Of the residual on MNIST, once it has learned the digits: pictures under changes, and their own
#: labels and teachers in place of smoothed ones.
ON_CHANGES: dict[str, Any] = {
    "augmentation": "affine_shift",
    "robust": "changes",
    "label_smoothing": 0.0,
    "precision": "bfloat16",
}
#: And once it has learned what two blocks can: see ``deepened``.
DEEPER: dict[str, Any] = ON_CHANGES | {
    "encoder_blocks": 3,
    "steps": 14_000,
    "learning_rate": 0.003,
}

#: Of the dpn on MNIST, once it has learned what four decisions can: see ``widen``.
MORE_DECISIONS: dict[str, Any] = {
    "decisions": 6,
    "learning_rate": 0.0025,
    "augmentation": "affine_shift",
}

#: What the stages of the dpn have in common.
FROM_RESIDUAL = Further(
    settings={},
    times=3,
    new=0.7,
    note="",
    teachers=("shipped-mnist-residual",),
    taught=0.7,
    averaged=0.999,
    leaning=True,
)

#: The residual's own with a third block learn from its answers likewise: the first of them.
FROM_ITSELF = replace(
    FROM_RESIDUAL,
    settings=DEEPER,
    new=1.0,
    note="Then with a third block, from the labels and its own answers before.",
    taught=0.4,
)

#: Chosen on validation images and on the hands that are chosen by; one after the other.
THEN: dict[str, tuple[Further, ...]] = {
    "shipped-cifar10-residual": (
        Further(
            {
                "epochs": 1.5,
                "learning_rate": 0.0006,
                "first_size": 1.0,
                "augmentation": "flip_crop",
                "robust": "none",
                "precision": "bfloat16",
            },
            times=1,
            new=0.5,
            note="Weights: half of a short training on photos as they are, half of the training on "
            "changed ones that it began from.",
        ),
    ),
    "shipped-mnist-residual": (
        Further(
            {
                "epochs": 12,
                "learning_rate": 0.004,
                "augmentation": "affine_shift",
                "robust": "changes",
            },
            times=2,
            new=0.7,
            note="Weights: 70% of a training on changed pictures, 30% of the training without them "
            "that it began from.",
        ),
        Further(
            ON_CHANGES | {"steps": 5_000, "learning_rate": 0.002},
            times=3,
            new=0.85,
            note="Then it learned from the mean answers of itself and of a larger residual, beside "
            "the labels, on changed pictures and leaning pens; its weights are averaged over the "
            "last steps.",
            teachers=("shipped-mnist-residual", "shipped-mnist-residual", "teacher-mnist-pooled"),
            taught=0.7,
            averaged=0.999,
            leaning=True,
        ),
        FROM_ITSELF,
        replace(
            FROM_ITSELF,
            settings=DEEPER | {"learning_rate": 0.0025},
            new=0.7,
            note="And so once more.",
        ),
    ),
    "shipped-mnist-dpn": (
        replace(
            FROM_RESIDUAL,
            settings={"epochs": 13, "learning_rate": 0.0025, "augmentation": "affine_shift"},
            new=0.6,
            note="Then it learned from the answers of shipped-mnist-residual, beside the labels; "
            "its weights are averaged over the last steps.",
            leaning=False,
        ),
        replace(
            FROM_RESIDUAL,
            settings={"steps": 8_000, "learning_rate": 0.0025, "augmentation": "affine_shift"},
            note="Then once more, from shipped-mnist-residual as it is now, on leaning pens, too.",
        ),
        replace(
            FROM_RESIDUAL,
            settings={"steps": 4_000, "learning_rate": 0.001, "augmentation": "affine_shift"},
            times=5,
            note="And a third time, with smaller steps.",
        ),
        replace(
            FROM_RESIDUAL,
            settings=MORE_DECISIONS | {"steps": 12_000},
            note="Then with six decisions in place of four.",
        ),
        replace(
            FROM_RESIDUAL,
            settings=MORE_DECISIONS | {"steps": 20_000},
            new=0.85,
            note="And so once more, for longer.",
        ),
    ),
}
