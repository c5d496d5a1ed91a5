"""How true accounts of scores are: ours and captum's, of the shipped models and the same images.

    python -m tests.benchmarks.answers.faithful MODEL [--images 60] [--grids 60] [--keep FILE]

MODEL is mnist-dpn, mnist-residual, cifar10-residual, or the folder of a run of MNIST or CIFAR-10;
``--methods`` asks only those that are named, in lower case, by how their names begin. What is
explained is the lead of the answer over the runner-up, on test images; ``--chosen`` takes
validation images, to choose by. With ``--keep`` what is measured is added to a JSON file, and the
next images come next time. Data are looked for in $DPN_GATE_DATA, else in ../shared/data.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage, stats

from dpn.data.loading import load_dataset
from dpn.runs.run import SHIPPED, Run
from tests.benchmarks import record
from tests.benchmarks.answers.faithful.methods import METHODS, Asked, Lead
from tests.helpers import GATE_DATA

#: Steps in which pixels are taken away or brought back.
CUTS = 16
#: Superpixels a side, for the methods that take parts.
PARTS = {"mnist": 7, "cifar10": 8}
SHIPPED_ONES = ("mnist-dpn", "mnist-residual", "cifar10-residual")
COLUMNS = (
    *("gap", "bare gap", "deletion", "insertion", "pointing", "peak", "share"),
    *("2nd baseline", "1 grey level", "ms"),
)


class Bench:
    """One model, its images, and what they are asked."""

    def __init__(self, name: str, chosen: bool) -> None:
        run = Run(SHIPPED / f"shipped-{name}" if name in SHIPPED_ONES else Path(name))
        self.model = run.load_model().eval()
        data = load_dataset(run.config().training.dataset, GATE_DATA, download=False)
        x, y = (data.x_val, data.y_val) if chosen else (data.x_test, data.y_test)
        self.images, self.labels = x.float() / 255, y.numpy()
        self.ground = self.model.mean.expand(self.images.shape[1:])[None]
        side, parts = self.images.shape[-1], PARTS[data.name]
        line = torch.arange(side) * parts // side
        self.masks = line[:, None] * parts + line

    def logits(self, images):
        with torch.no_grad():
            return self.model(images)

    def ask(self, image, first, second, seed):
        return Asked(
            Lead(self.model, first, second).eval(), image[None], self.ground, self.masks, seed
        )

    def grids(self, count):
        """Return pictures of 2×2, each half as large, and their classes (count, 4).

        In each quarter stands one that the model reads right when it stands there alone. Also how
        many there were to choose from, in the quarter with the fewest.
        """
        half = F.avg_pool2d(self.images, 2)
        side, pools = half.shape[-1], []
        for corner in range(4):
            alone = self.ground.repeat(len(half), 1, 1, 1)
            _quarter(alone, corner, side)[:] = half
            said = torch.cat([self.logits(part).argmax(1) for part in alone.split(500)])
            pools.append(np.flatnonzero(said.numpy() == self.labels))
        rng, found = np.random.default_rng(0), []
        for _ in range(100 * count):
            four = [int(rng.choice(pool)) for pool in pools if len(pool)]
            if len(found) < count and len(set(self.labels[four])) == 4:
                grid = torch.zeros_like(self.ground[0])
                for corner, index in enumerate(four):
                    _quarter(grid[None], corner, side)[:] = half[index]
                found.append((grid, self.labels[four]))
        return found, min(map(len, pools))


def _quarter(images, corner, side):
    row, column = divmod(corner, 2)
    return images[..., row * side : (row + 1) * side, column * side : (column + 1) * side]


def curves(bench, asked, answer, adds):
    """Return the area under the answer's probability: pixels taken away, and brought back."""
    order = np.argsort(-adds.ravel(), kind="stable")
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    rank = torch.from_numpy(rank.reshape(adds.shape))
    cuts = [round(order.size * i / CUTS) for i in range(CUTS + 1)]
    gone = torch.cat([torch.where(rank < cut, asked.ground, asked.image) for cut in cuts])
    back = torch.cat([torch.where(rank < cut, asked.image, asked.ground) for cut in cuts])
    p = bench.logits(torch.cat([gone, back])).softmax(1)[:, answer].numpy()
    return np.trapezoid(p[: CUTS + 1]) / CUTS, np.trapezoid(p[CUTS + 1 :]) / CUTS


def of_images(bench, first, count, found, second_ground):
    for index in range(first, first + count):
        rng = np.random.default_rng(index)
        image = bench.images[index]
        top = bench.logits(image[None])[0].topk(2).indices.tolist()
        noise = torch.from_numpy(rng.integers(-1, 2, image.shape) / 255).float()
        for name, method in METHODS.items():
            asked = bench.ask(image, *top, index)
            score = asked.score()
            torch.manual_seed(index)
            started = time.perf_counter()
            told = method(asked)
            if told is None:
                continue
            found[name, "ms"].append(1000 * (time.perf_counter() - started))
            adds, rest = told
            if rest is not None:
                found[name, "gap"].append(abs(adds.sum() + rest - score))
                found[name, "bare gap"].append(abs(adds.sum() - score))
            deletion, insertion = curves(bench, asked, top[0], adds)
            found[name, "deletion"].append(deletion)
            found[name, "insertion"].append(insertion)
            asked.ground = torch.full_like(asked.ground, second_ground)
            torch.manual_seed(index)
            again = method(asked)[0]
            found[name, "2nd baseline"].append(stats.spearmanr(adds.ravel(), again.ravel())[0])
            asked.ground = bench.ground
            asked.image = (image + noise).clamp(0, 1)[None]
            asked.seed += 10**6
            torch.manual_seed(index + 10**6)
            moved = method(asked)[0]
            found[name, "1 grey level"].append(
                np.linalg.norm(moved - adds) / max(np.linalg.norm(adds), 1e-12)
            )


def of_grids(bench, grids, begin, found):
    """Ask of each grid what Inside asks: why its answer, one of the four, and not the runner-up."""
    for number, (grid, classes) in enumerate(grids[begin:], start=begin):
        first, second = bench.logits(grid[None])[0].topk(2).indices.tolist()
        if first not in classes:
            continue
        corner = classes.tolist().index(first)
        for name, method in METHODS.items():
            torch.manual_seed(number)
            told = method(bench.ask(grid, first, second, number))
            if told is None:
                continue
            adds = told[0]
            side = len(adds) // 2
            sums = [_quarter(adds, c, side).sum() for c in range(4)]
            speaks = [_quarter(np.maximum(adds, 0), c, side).sum() for c in range(4)]
            found[name, "pointing"].append(int(np.argmax(sums)) == corner)
            found[name, "share"].append(speaks[corner] / max(sum(speaks), 1e-12))
            even = ndimage.gaussian_filter(adds, len(adds) / 28)
            row, column = np.unravel_index(even.argmax(), even.shape)
            found[name, "peak"].append(2 * (row >= side) + (column >= side) == corner)


def table(found):
    """Return the rows as Markdown."""
    mean = {"deletion", "insertion", "pointing", "share", "peak"}
    names = [n for n in METHODS if (n, "ms") in found or (n, "pointing") in found]
    columns = [c for c in COLUMNS if any((n, c) in found for n in names)]
    lines = [f"| method | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for name in names:
        cells = []
        for column in columns:
            values = np.array(found.get((name, column), []), float)
            if not len(values):
                cells.append("–")
            elif column in mean:
                many = column in ("pointing", "share", "peak")
                cells.append(f"{values.mean():.0%}" if many else f"{values.mean():.3f}")
            elif column in ("gap", "bare gap"):
                middle = np.median(values)
                cells.append(f"{middle:.2f}" if middle >= 0.005 else f"{middle:.0e}")
            else:
                digits = 1 if column == "ms" else 2
                cells.append(f"{np.median(values):.{digits}f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure one model and print its table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.answers.faithful")
    parser.add_argument("model")
    parser.add_argument("--images", type=int, default=60)
    parser.add_argument("--grids", type=int, default=60)
    parser.add_argument("--chosen", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--methods", nargs="+")
    options = parser.parse_args()
    for name in [name for name in METHODS if options.methods]:
        if not name.lower().startswith(tuple(options.methods)):
            del METHODS[name]
    warnings.filterwarnings("ignore", module="captum")
    torch.set_num_threads(1)  # as the app answers
    bench = Bench(options.model, options.chosen)
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    done = {"images": 0, "grids": 0, "pool": 0}
    if options.keep and options.keep.exists():
        kept = json.loads(options.keep.read_text())
        done = kept.pop("done")
        found.update({tuple(key.split("|")): values for key, values in kept.items()})
    if options.images:
        second = 0.5 if len(bench.ground[0]) == 1 else 0.0
        of_images(bench, 0, 1, defaultdict(list), second)  # what is imported late is imported
        of_images(bench, done["images"], options.images, found, second)
        done["images"] += options.images
    if options.grids:
        grids, done["pool"] = bench.grids(done["grids"] + options.grids)
        of_grids(bench, grids, done["grids"], found)
        done["grids"] += options.grids
    if options.keep:
        rows = {"|".join(key): [float(v) for v in values] for key, values in found.items()}
        options.keep.write_text(json.dumps({"done": done, **rows}))
    asked = len(found[next(iter(METHODS)), "pointing"])
    part = "validation" if options.chosen else "test"
    print(
        f"{options.model}: {done['images']} {part} images, {asked} of {done['grids']} grids "
        f"of at least {done['pool']} pictures a quarter, {date.today()}, {record.processor()}, "
        f"1 thread, torch {torch.__version__}\n"
    )
    print(table(found))


if __name__ == "__main__":
    main()
