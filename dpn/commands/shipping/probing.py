"""Probes of what squares of photos show, fitted to squares that were named one by one.

named_squares.csv has a line a square: the index of its photo among CIFAR-10's validation images of
the shipped run, its top, left and side in pixels, the class that was answered, and what is seen in
it, one to three words of ``dpn.explain.photos.seen.WORDS`` or "unclear". Each square is one of
those that decided the answer, as Inside finds them. Those who named them saw the whole photo with
its true class, and nothing of the model.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from dpn.evaluation.evaluate import between
from dpn.explain.explanation import Floats
from dpn.explain.photos.seen import WIDER, WORDS, Probes, square_of
from dpn.runs.run import Run
from dpn.training.opening import training_data

#: The run that they are fitted to.
OF_PHOTOS = "shipped-cifar10-residual"
NAMED = Path(__file__).with_name("named_squares.csv")
#: The last squares judge the probes: no weight was fitted to them. Penalty and probabilities were
#: chosen in folds of all squares, these among them.
JUDGED = 600
#: Times the sum of the losses, beside half the square of the weights; chosen in five folds.
FIT = 0.005


@dataclass(frozen=True)
class Judged:
    """How well squares are named that nothing was fitted to.

    Attributes:
        squares: how many there are.
        named: the share of them that is told a word.
        right: of the words told, the share that the square was named by, too.
        all_right: the share of the named ones of which all that is told is right.
        each: word -> (how often it is told, how often it is right).
    """

    squares: int
    named: float
    right: float
    all_right: float
    each: dict[str, tuple[int, int]]


def fit_probes(run: Run, data_dir: Path) -> tuple[Probes, Judged]:
    """Return probes of a run's map, and how well they name the squares that are left to judge.

    Raises:
        DataError: CIFAR-10 is not in the folder.
    """
    lines = list(csv.DictReader(NAMED.read_text(encoding="utf-8").splitlines()))
    named = np.array([_words(line["words"].split()) for line in lines])
    answers = np.array([int(line["answer"]) for line in lines])
    photos = np.array([int(line["image"]) for line in lines])
    images = training_data(run.config().training, data_dir).x_val
    maps = between(run.load_model(), images[np.unique(photos)])[0].numpy()
    at = np.searchsorted(np.unique(photos), photos)
    masks = [_mask(line, images.shape[2:]) for line in lines]
    squares = np.stack([square_of(maps[i], mask) for i, mask in zip(at, masks, strict=True)])
    known, asked = squares[:-JUDGED], named[:-JUDGED]
    mean, scale = known.mean(axis=0), np.maximum(known.std(axis=0), 1e-6)
    often = np.stack([named[answers == k].mean(axis=0) for k in range(answers.max() + 1)])
    probes = Probes(mean, scale, *_fitted((known - mean) / scale, asked), often)
    rest = list(zip(at[-JUDGED:], masks[-JUDGED:], named[-JUDGED:], strict=True))
    return probes, _judged([(probes.seen(maps[i], mask), words) for i, mask, words in rest])


def _words(told: list[str]) -> list[bool]:
    """Return whether each of ``WORDS`` is true of a square that was told these."""
    return [word in told or any(one in told for one in WIDER.get(word, ())) for word in WORDS]


def _mask(line: dict[str, str], sides: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    top, left, side = (int(line[name]) for name in ("top", "left", "side"))
    mask = np.zeros(sides, bool)
    mask[top : top + side, left : left + side] = True
    return mask


def _fitted(x: Floats, named: Floats) -> tuple[Floats, Floats]:
    """Return weights (W, C) and bias (W,) of logistic regressions, with a penalty on weights."""
    inputs, words = (torch.from_numpy(each.astype(np.float64)) for each in (x, named))
    weights = torch.zeros(words.shape[1], inputs.shape[1], dtype=torch.float64, requires_grad=True)
    rates = words.mean(dim=0).clamp(1e-4, 1 - 1e-4)
    bias = torch.logit(rates).requires_grad_()
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = F.linear(inputs, weights, bias)
        wrong = F.binary_cross_entropy_with_logits(scores, words, reduction="sum")
        total = wrong * FIT + weights.square().sum() / 2
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach().numpy(), bias.detach().numpy()


def _judged(found: list[tuple[list[str], Floats]]) -> Judged:
    names = list(WORDS)
    told = [(one, bool(words[names.index(one)])) for seen, words in found for one in seen]
    whole = [all(words[names.index(one)] for one in seen) for seen, words in found if seen]
    each = {
        name: (len(of), sum(of))
        for name in names
        if (of := [ok for one, ok in told if one == name])
    }
    right = float(np.mean([ok for _, ok in told]))
    return Judged(len(found), len(whole) / len(found), right, float(np.mean(whole)), each)
