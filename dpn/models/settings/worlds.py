"""Of texts, series, lists and maps."""

from __future__ import annotations

import math
from typing import Any

from dpn.models.settings.pictures import Settings

#: Below so many series of one length, and of several lengths, they are first seen through fixed
#: kernels, whose weights begin with least
#: squares; noise would change what those say, and steps as large as usual undo the start. Of
#: GunPoint's 50 a fifth that was held out, each in turn, was answered right in 48 of 50 cases (46
#: without). Where they are of several lengths, those may tell the class, and kernels that see the
#: ends tell them: of PickupGesture's 50, held out by fifths in five rounds, the start answers 82.8%
#: right, with numbers for the lengths 80.0%; having seen 81 of JapaneseVowels' 270, 94% of the
#: others, with those numbers 73%. Of one length more are helped: OSULeaf's 200, a quarter held out
#: at a time, are answered 96% right, without 68%; of several lengths JapaneseVowels' 270 (without
#: their ends) 86%, without kernels 98%.
FEW_EVEN, FEW_UNEVEN = 500, 100
#: Both without label smoothing. The start is surer than smoothed labels ask for, and with more
#: weights than series the quickest way to be less sure is to learn these by heart: of
#: JapaneseVowels, 81 learned from, the start answers 94% of the others right, after steps towards
#: smoothed labels 77%, towards plain ones 96%.
#: Ramps, after all steps: PickupGesture 86 instead of 83%, that JapaneseVowels 96.7 instead of
#: 96.3%. Of one length with ``sway`` in place of ``bend``, which moves what a class has at one
#: place: half of the training series learned from, GunPoint 100 instead of 98% of the others,
#: ArrowHead 79 instead of 78%, 60 strokes 85.7 instead of 83.9% (eight sets in docs/measurements).
_FEW_UNEVEN: Settings = (
    {"kernels": 4, "ends": True, "ramps": True},
    {"augmentation": "jitter", "label_smoothing": 0.0},
)
_FEW_EVEN: Settings = (
    {"kernels": 2, "ramps": True},
    {"learning_rate": 0.001, "augmentation": "sway", "label_smoothing": 0.0},
)
#: Of fewer than 100 the steps are smaller: of PickupGesture's 50, held out by fifths, 80% are right
#: before and after them, with five times the rate 78%; GunPoint's 100%, and surer (all towards
#: smoothed labels; of those 81 of JapaneseVowels towards plain ones 95% instead of 96%).
#: And one or two are held out for validation, not a tenth: they tell nothing, and are missed.
_VERY_FEW: tuple[int, dict[str, Any]] = (
    100,
    {"learning_rate": 0.0002, "validation_fraction": 0.02},
)

#: Of 51 weights each may move far.
_OF_MAPS: dict[str, Any] = {"batch_size": 16, "learning_rate": 0.05, "weight_decay": 0.0}

#: Rows for pairs of words at most, numbers of their scores at most, and fewer rows than are of use.
_PAIRS, _SCORES, _TOO_FEW = 65_536, 2**22, 8_192
#: Texts that are held out at the least, of so many that a tenth would be more: enough to see a
#: training go, and what is learned from is what counts. The sum alone answers 85.1% of TREC when it
#: has learned from 60% of the questions, 86.7% from 80% and 87.4% from 90%.
_HELD, _LEAST_SHARE, _SHARE = 100, 0.01, 0.1
#: What a training reads at most, all its epochs together, "best" thrice as much: tokens of texts,
#: series, or lists. Of so many one core takes about two minutes; the presets were chosen on sets of
#: 100,000 tokens to 1,000,000, 1,000 series and 20,000 lists, and of a million the epochs of those
#: would take hours.
_READS = {"text": 4_000_000, "series": 300_000, "list": 1_500_000}
_MORE = {"quick": 1, "best": 3}

#: Words in a part of up to so many classes, and of more.
_WINDOW, _FEW_CLASSES, _SHORT_WINDOW = 6, 20, 2

#: world -> model -> preset -> settings.
OF_WORLDS: dict[str, dict[str, dict[str, Settings]]] = {
    "text": {
        "words": {
            "quick": (
                {"states": 64},
                {
                    "epochs": 8,
                    "batch_size": 64,
                    "learning_rate": 0.004,
                    "label_smoothing": 0.2,
                },
            ),
            "best": (
                {"states": 128, "embedding": 128},
                {
                    "epochs": 16,
                    "batch_size": 64,
                    "learning_rate": 0.003,
                    "label_smoothing": 0.2,
                },
            ),
        },
    },
    "series": {
        "frames": {
            "quick": (
                {"states": 64, "decisions": 4, "dropout": 0.2},
                {
                    "epochs": 20,
                    "batch_size": 32,
                    "learning_rate": 0.003,
                    "label_smoothing": 0.1,
                    "augmentation": "warp",
                },
            ),
            "best": (
                {"states": 128, "decisions": 4, "dropout": 0.2},
                {
                    "epochs": 60,
                    "batch_size": 32,
                    "learning_rate": 0.003,
                    "label_smoothing": 0.1,
                    "augmentation": "warp",
                },
            ),
        },
    },
    "list": {
        "items": {
            "quick": (
                {"states": 64, "decisions": 2, "dropout": 0.2, "piece_dropout": 0.1},
                {"epochs": 6, "batch_size": 128, "learning_rate": 0.005},
            ),
            "best": (
                {"states": 128, "decisions": 4, "dropout": 0.2, "piece_dropout": 0.1},
                {"epochs": 16, "batch_size": 128, "learning_rate": 0.004},
            ),
        },
    },
    "maze": {
        "planner": {
            "quick": ({}, {"epochs": 7, **_OF_MAPS}),
            "best": ({}, {"epochs": 14, **_OF_MAPS}),
        },
    },
}


def few_series(settings: Settings, series: int | None, *, even: bool) -> Settings:
    """Return the settings for so few series; ``even``: all are of one length."""
    if series is None or series >= (FEW_EVEN if even else FEW_UNEVEN):
        return settings
    few = _FEW_EVEN if even else _FEW_UNEVEN
    below, of_very_few = _VERY_FEW
    return settings[0] | few[0], settings[1] | few[1] | (of_very_few if series < below else {})


def most_epochs(world: str, name: str, inputs: int, length: int) -> float:
    """Return how many epochs the preset ``name`` takes at most of so many inputs.

    ``length``: tokens of a usual text.
    """
    if world not in _READS:
        return math.inf
    each = length if world == "text" else 1
    return max(0.001, round(_MORE[name] * _READS[world] / (inputs * each), 3))


def held_of_texts(texts: int) -> float:
    """Return the share of so many texts that is held out for validation."""
    return round(min(_SHARE, max(_LEAST_SHARE, _HELD / max(1, texts))), 3)


def of_texts(classes: int) -> dict[str, int]:
    """Return what the number of classes decides of a model of texts.

    Each pair of words has a score of each class; with thousands of classes there are none. Parts of
    several words, and the shapes of words, tell few classes better apart; many classes have few
    texts each, and learn those by heart.
    """
    rows = min(_PAIRS, _SCORES // classes)
    return {
        "pairs": rows if rows >= _TOO_FEW else 0,
        "shapes": classes <= _FEW_CLASSES,
        "window": _WINDOW if classes <= _FEW_CLASSES else _SHORT_WINDOW,
    }
