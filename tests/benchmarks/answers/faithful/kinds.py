"""Which kind of look counts in photos, how firmly, and whether it tells of the whole picture.

    python -m tests.benchmarks.answers.faithful.kinds [RUN] [--images 200] [--seed 11]

Of validation images of CIFAR-10, which no model was trained on; RUN is the folder of a run of it,
else the shipped one. The places that decide are those that Inside shows. Data are looked for in
$DPN_GATE_DATA, else in ../shared/data.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.stats import rankdata, spearmanr

from dpn.data.loading import load_dataset
from dpn.evaluation.evaluate import predict_logits
from dpn.explain.photos.kinds import COUNTS, SPARED, Kinds, changed, judged
from dpn.explain.what_if import without
from dpn.explain.windows import SHARES, find_decisive, windows
from dpn.runs.run import SHIPPED, Run
from tests.helpers import GATE_DATA

KINDS = ("detail", "pattern", "order", "colour")
SHIFTS = ((0, 1), (0, -1), (1, 0), (-1, 0))


@dataclass
class Told:
    """What is told of an image: its answer, where it is decided, and what counts there."""

    answer: int
    how: str
    squares: list[np.ndarray]
    kinds: Kinds


class Bench:
    """A model that is asked about images (C, H, W), uint8."""

    def __init__(self, run: Run) -> None:
        self.model = run.load_model().eval()
        self.ground = (self.model.mean * 255).round().byte().flatten().numpy()

    def logits(self, images):
        return predict_logits(self.model, torch.from_numpy(np.stack(images))).numpy()

    def kinds(self, image, squares, answer):
        """Return what counts there, and the milliseconds that it takes to find out."""
        start = time.perf_counter()
        made = changed(image, squares, self.ground)
        logits = self.logits([image, *(one for each in made.values() for one in each)])
        others = [one for one in range(logits.shape[1]) if one != answer]
        return judged(made, logits, answer, others), 1e3 * (time.perf_counter() - start)

    def told(self, image) -> Told:
        logits = self.logits([image])[0]
        answer, second = (int(one) for one in (-logits).argsort(kind="stable")[:2])
        score = float(logits[answer] - logits[second])

        def lost(masks):
            after = self.logits([without(image, mask, self.ground) for mask in masks])
            return score - (after[:, answer] - after[:, second])

        levels = [windows(*image.shape[1:], share) for share in SHARES]
        speak = [one.mask for one in find_decisive(levels, lost, score)[0]]
        how, squares = "neither", [np.ones(image.shape[1:], bool)]
        if speak and lost(speak[:1])[0] > score:
            how, squares = "alone", speak[:1]
        elif speak and lost([np.any(speak, axis=0)])[0] > score:
            how, squares = "together", speak
        return Told(answer, how, squares, self.kinds(image, squares, answer)[0])


def shares(kinds: Kinds) -> list[float]:
    """Return what is lost without each kind."""
    return [kinds.changes[name].lost for name in KINDS]


def compared(rows) -> str:
    """Return how often the same kinds count in both, all and each; and how often one is turned."""
    if not rows:
        return "none"
    same = np.mean([a.counting == b.counting for a, b in rows])
    one, other = (np.array([shares(pair[side]) for pair in rows]) for side in (0, 1))
    each = ((one >= COUNTS) == (other >= COUNTS)).mean(axis=0)
    turned = ((one >= COUNTS) & (other <= SPARED)) | ((one <= SPARED) & (other >= COUNTS))
    told = (one >= COUNTS) | (one <= SPARED)
    names = ", ".join(f"{name} {value:.0%}" for name, value in zip(KINDS, each, strict=True))
    return f"all {same:.0%} (n = {len(rows)}; {names}); turned {turned.sum()} of {told.sum()}"


def main() -> None:
    """Print how often each kind counts, how firmly, and what it tells of the whole picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.answers.faithful.kinds")
    parser.add_argument("run", nargs="?", default=SHIPPED / "shipped-cifar10-residual", type=Path)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    bench, rng = Bench(Run(asked.run)), np.random.default_rng(asked.seed)
    seed = Run(asked.run).config().training.seed
    pool = load_dataset("cifar10", GATE_DATA, seed=seed, download=False).x_val.numpy()
    images = pool[rng.choice(len(pool), asked.images, replace=False)]
    told = [bench.told(image) for image in images]
    _often(told)
    _firm(bench, images, told, rng)
    _whole(bench, images, told)


def _often(told: list[Told]) -> None:
    for how in ("alone", "together", "neither"):
        some = [one for one in told if one.how == how]
        lost = np.array([shares(one.kinds) for one in some])
        print(f"{how}: {len(some)}")
        for index, name in enumerate(KINDS):
            least = lost[:, index]
            words = f"counts {np.mean(least >= COUNTS):.0%}, turns {np.mean(least > 1):.0%}"
            print(f"  {name}: {words}, spared {np.mean(least <= SPARED):.0%}")
        print(" ", Counter(" + ".join(one.kinds.counting) or "none" for one in some).most_common())
        enough = (one.kinds.enough for one in some if not one.kinds.counting)
        print("  where none counts, enough is:", Counter(enough).most_common())
        print("  half:", Counter(one.kinds.half for one in some).most_common())


def _firm(bench: Bench, images, told: list[Told], rng) -> None:
    for change in ("one grey level", "one pixel"):
        still: list[tuple[Kinds, Kinds]] = []
        anew: list[tuple[Kinds, Kinds]] = []
        kept = 0
        for image, one in zip(images, told, strict=True):
            squares = one.squares
            if change == "one grey level":
                new = np.clip(image + rng.integers(-1, 2, image.shape), 0, 255).astype(np.uint8)
            else:
                down, right = SHIFTS[rng.integers(len(SHIFTS))]
                edged = np.pad(image, ((0, 0), (1, 1), (1, 1)), mode="edge")
                new = edged[:, 1 - down : 33 - down, 1 - right : 33 - right].copy()
                moved = [np.roll(square, (down, right), (0, 1)) for square in squares]
                inside = [  # one that would leave the image stays
                    abs(int(np.argwhere(a).sum() - np.argwhere(b).sum())) == a.sum()
                    for a, b in zip(moved, squares, strict=True)
                ]
                squares = moved if all(inside) else squares
            now = bench.told(new)
            if now.answer == one.answer:
                kept += 1
                still.append((one.kinds, bench.kinds(new, squares, one.answer)[0]))
                if now.how == one.how:
                    anew.append((one.kinds, now.kinds))
        print(f"{change}: answer kept {kept} of {len(told)}; squares kept: {compared(still)}")
        print(f"  found anew, deciding likewise: {compared(anew)}")


def _whole(bench: Bench, images, told: list[Told]) -> None:
    some = [(image, one) for image, one in zip(images, told, strict=True) if one.how != "neither"]
    everything, taken = np.ones(images.shape[2:], bool), []
    whole = []
    for image, one in some:
        taken.append(bench.kinds(image, one.squares, one.answer)[1])
        whole.append(shares(bench.kinds(image, [everything], one.answer)[0]))
    here, there = np.array([shares(one.kinds) for _, one in some]), np.array(whole)
    print(f"changed in all of the picture (n = {len(some)}), another class is ahead:")
    for index, name in enumerate(KINDS):
        counts, turned = here[:, index] >= COUNTS, there[:, index] > 1
        ranks, yes = rankdata(here[:, index]), int(turned.sum())
        area = (ranks[turned].sum() - yes * (yes + 1) / 2) / max(yes * (len(some) - yes), 1)
        likely = f"{turned[counts].mean():.0%} where it counts, {turned[~counts].mean():.0%} else"
        rho = [spearmanr(here[:, index], there[:, other])[0] for other in range(len(KINDS))]
        print(f"  {name}: {likely}; AUC {area:.2f}; rho with each {np.round(rho, 2)}")
    print(f"ms: median {np.median(taken):.0f}, 95% {np.quantile(taken, 0.95):.0f}")


if __name__ == "__main__":
    main()
