"""What a training on MNIST is mixed with: pens, scans and rules, each drawn in many ways."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dpn.data.loading import Dataset
from dpn.hands.rules import RULES
from dpn.hands.strokes import SIDE, Labelled, Stroke, as_input, draw, on_paper, smooth, varied
from dpn.hands.written import parted_pens, parted_scans, pens, scans
from dpn.pictures.ink import Pixels, area_average, box_of

#: How many inputs are made of each digit of a pen, each scan, and each rule; and how many of
#: MNIST's own images are scanned anew.
OF_A_PEN, OF_A_SCAN, OF_A_RULE, RESCANNED = 5, 8, 1_500, 12_000
#: How many leaning ones ``leaning`` makes of each digit of a pen, and how far they lean: to a side
#: for each unit of height, 45 degrees.
OF_A_LEANING_PEN, LEAN = 3, 1.0
#: What is said of how often an epoch has MNIST's own images.
TIMES = {
    1: "",
    2: " An epoch has MNIST's own images twice.",
    3: " An epoch has MNIST's own images three times.",
    5: " An epoch has MNIST's own images five times.",
}
#: The thinnest and the thickest pen, as a share of the figure's longer side.
PEN_WIDTHS = 0.045, 0.2
#: Share of all drawings that are scanned as coarsely as ``coarse`` does.
COARSE = 0.35
#: Pixels of the longer side of a coarse scan.
COARSE_SIDE = 16
#: How many inputs ``forms`` makes of a scan in each of its ways, and the dots a side of the second.
OF_A_FORM, GREY_DOTS = 4, 8


def with_hands(
    dataset: Dataset, data_dir: Path, times: int = 1, *, leaners: bool = False
) -> Dataset:
    """Return MNIST, its training images so many times, with the ``mixture`` and notes that say so.

    With ``leaners`` those of ``leaning`` are among them, too.

    Raises:
        DataError: a file is not there.
    """
    import torch

    x, y = mixture(data_dir, dataset.x_train.numpy(), dataset.y_train.numpy())
    if leaners:
        more = leaning(data_dir)
        x, y = np.concatenate([x, more[0]]), np.concatenate([y, more[1]])
    pens_said = f"30 writers' pens{', leaning ones too' * leaners}"
    note = (
        f"Trained also on {len(y):,} images made of other people's handwriting: strokes of "
        f"{pens_said}, scans of 7 forms, digits drawn by rule, and MNIST's own scanned coarsely."
        f"{TIMES[times]}"
    )
    return replace(
        dataset,
        x_train=torch.cat([*[dataset.x_train] * times, torch.from_numpy(x)]),
        y_train=torch.cat([*[dataset.y_train] * times, torch.from_numpy(y)]),
        notes=(*dataset.notes, note),
    )


def mixture(data_dir: Path, images: Pixels, labels: NDArray[np.int64], seed: int = 0) -> Labelled:
    """Return inputs (N, 1, 28, 28) and labels (N,) of hands that MNIST does not hold.

    Args:
        data_dir: holds the files of ``dpn.hands.written``.
        images: MNIST's training images (M, 1, 28, 28) uint8, of which some are scanned anew.
        labels: theirs (M,).
        seed: fixes every random choice.

    Raises:
        DataError: a file is not there.
    """
    rng = np.random.default_rng(seed)
    made: list[tuple[Pixels, int]] = []
    pen, scan = parted_pens(pens(data_dir))[0], parted_scans(scans(data_dir))[0]
    for strokes, label in zip(pen.digits, pen.labels.tolist(), strict=True):
        for _ in range(OF_A_PEN):
            made.append((_drawn(_penned(strokes, label, rng), rng), label))
    for rule, label in RULES.items():
        made += [(_drawn(rule(rng), rng), label) for _ in range(OF_A_RULE)]
    for bitmap, label in zip(scan.digits, scan.labels.tolist(), strict=True):
        for _ in range(OF_A_SCAN):
            made.append((as_input(_scanned(bitmap * np.uint8(255), rng)), label))
    for index in rng.permutation(len(images))[:RESCANNED].tolist():
        made.append((as_input(_scanned(images[index, 0], rng, 1.0)), int(labels[index])))
    return np.stack([image for image, _ in made]), np.array([label for _, label in made])


def leaning(data_dir: Path, seed: int = 0) -> Labelled:
    """Return inputs (N, 1, 28, 28) and labels (N,) of pens that lean up to ``LEAN`` to either side.

    They are the digits that ``mixture`` has, too.

    Raises:
        DataError: the file is not there.
    """
    rng = np.random.default_rng(seed)
    made = []
    pen = parted_pens(pens(data_dir))[0]
    for strokes, label in zip(pen.digits, pen.labels.tolist(), strict=True):
        for _ in range(OF_A_LEANING_PEN):
            lean = np.array([[1, rng.uniform(-LEAN, LEAN)], [0, 1]])
            made.append(_drawn([one @ lean.T for one in _penned(strokes, label, rng)], rng))
    return np.stack(made), pen.labels.repeat(OF_A_LEANING_PEN)


def forms(data_dir: Path, seed: int = 0) -> Labelled:
    """Return scans that are learned from as the coarsest forms have them, and their digits.

    ``OF_A_FORM`` of each with 16 dots a side, stretched over all of it, where a 1 becomes a blob;
    and as many with 8 grey dots a side.

    Raises:
        DataError: a file is not there.
    """
    rng = np.random.default_rng(seed)
    made = []
    scan = parted_scans(scans(data_dir))[0]
    for bitmap in scan.digits:
        ink = bitmap * np.uint8(255)
        dots = Image.fromarray(area_average(ink, GREY_DOTS, GREY_DOTS).astype(np.uint8))
        for _ in range(OF_A_FORM):
            made.append(as_input(coarse(ink, rng, stretched=True)))
            large = np.asarray(dots.resize((SIDE, SIDE), Image.Resampling.BICUBIC), float)
            sharp = np.clip((large - rng.uniform(70, 130)) * 6, 0, 255)
            made.append(as_input(on_paper((255 - sharp).astype(np.uint8))))
    return np.stack(made), scan.labels.repeat(2 * OF_A_FORM)


def _penned(strokes: Stroke, label: int, rng: np.random.Generator) -> list[Stroke]:
    """Return a pen's strokes, some of them without the line that joins them, some as curves."""
    apart = [strokes]
    if label in (4, 5, 7) and rng.random() < 0.5:
        apart = lifted(strokes)
    return [smooth(stroke) if rng.random() < 0.5 else stroke for stroke in apart]


def lifted(strokes: Stroke) -> list[Stroke]:
    """Return the strokes of a 4, 5 or 7 without the piece that joins them: what goes steeply up.

    The file joins the points where the pen was lifted, and there a hand went back to the top.
    """
    steps = np.diff(strokes, axis=0)
    is_lift = (-steps[:, 1] > 25) & (np.arange(len(steps)) > 1)
    parts = np.split(strokes, np.flatnonzero(is_lift) + 1)
    return [part for part in parts if len(part) > 1] or [strokes]


def _drawn(strokes: list[Stroke], rng: np.random.Generator) -> Pixels:
    width = math.exp(rng.uniform(*np.log(PEN_WIDTHS)))
    paper = draw(varied(strokes, rng), width)
    if rng.random() < COARSE:
        paper = coarse(255 - paper[..., 0], rng)
    return as_input(paper)


def _scanned(ink: Pixels, rng: np.random.Generator, share: float = COARSE) -> Pixels:
    """Return light ink on dark (H, W), small, as a drawing: stretched, slanted, often coarse."""
    if rng.random() < share:
        return coarse(ink, rng)
    large = Image.fromarray(ink).resize((100, 100), Image.Resampling.BICUBIC)
    slant, wide = rng.normal(0, 0.12), math.exp(rng.normal(0, 0.15))
    shape = (1 / wide, slant, 80 * (1 - 1 / wide - slant) - 30, 0, 1, -30)
    turned = large.transform((SIDE, SIDE), Image.Transform.AFFINE, shape, Image.Resampling.BILINEAR)
    sharp = np.clip((np.asarray(turned, float) - rng.uniform(70, 150)) * 4, 0, 255)
    return on_paper((255 - sharp).astype(np.uint8))


def coarse(ink: Pixels, rng: np.random.Generator, *, stretched: bool = False) -> Pixels:
    """Return ink (H, W) as a scanner of few dots sees it, drawn large: (H, W, 4).

    The figure is stretched towards a square, up to all the way (always, if ``stretched``), as some
    forms do; 16 dots a side, each black or white, or grey.
    """
    crop = ink[box_of(ink * np.uint8(1) * (ink > 60))]
    aspect = crop.shape[1] / crop.shape[0]
    wide = max(aspect, 1 / 3) if aspect < 1 else min(aspect, 3)
    aspect = aspect * (wide ** -(1.0 if stretched else rng.uniform(0, 1)))
    h = round(COARSE_SIDE / max(1, aspect))
    w = max(2, round(COARSE_SIDE * min(1, aspect)))
    dots = area_average(crop, max(2, h), w)
    if rng.random() < 0.65:
        dots = (dots > rng.uniform(70, 140)) * np.float32(255)
    if not dots.any():
        dots = area_average(crop, max(2, h), w)
    image = Image.fromarray(dots.astype(np.uint8))
    scale = rng.choice([Image.Resampling.NEAREST, Image.Resampling.BICUBIC])
    size = image.width * 7, image.height * 7
    return on_paper(np.pad(255 - np.asarray(image.resize(size, scale)), 20, constant_values=255))
