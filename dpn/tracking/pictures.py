"""The confusion matrix and the worst mistakes as plain pictures, for tools without our figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dpn.pictures.png import enlarge
from dpn.tracking.tracker import Picture

#: Pixels: the side of the matrix, at most the side of one of its cells, and the least one that
#: numbers fit into.
SIDE, CELL, LEGIBLE = 640, 44, 26
#: Pixels: the side of one mistake, and of the line of words under it.
MISTAKE, LINE = 112, 18
WHITE, INK, BLUE = (255, 255, 255), (20, 20, 20), (31, 90, 166)


def confusion_picture(counts: Sequence[Sequence[int]], names: Sequence[str]) -> Picture:
    """Return (K, K) counts as (H, W, 3): rows are the labels, columns the answers.

    A cell is the darker, the larger its share of its row. Names and numbers are left out where they
    would not be legible.
    """
    table = np.asarray(counts, dtype=np.float64)
    classes = len(table)
    cell = max(1, min(CELL, SIDE // classes))
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    ground, full = np.array(WHITE), np.array(BLUE)
    colours = (ground + np.sqrt(share)[:, :, None] * (full - ground)).astype(np.uint8)
    cells = Image.fromarray(colours.repeat(cell, axis=0).repeat(cell, axis=1))
    if cell < LEGIBLE:
        return np.asarray(cells)
    margin = 110
    picture = Image.new("RGB", (cells.width + margin, cells.height + LINE * 2), WHITE)
    picture.paste(cells, (margin, LINE * 2))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(max(11, cell // 3))
    draw.text((margin, 1), "answer", INK, font)
    draw.text((2, LINE), "label", INK, font)
    for i, name in enumerate(names):
        middle = i * cell + cell / 2
        draw.text((margin - 6, LINE * 2 + middle), name[:16], INK, font, anchor="rm")
        draw.text((margin + middle, LINE * 1.5), name[: cell // 7], INK, font, anchor="mm")
        for j in range(classes):
            if table[i, j]:
                at = margin + j * cell + cell / 2, LINE * 2 + middle
                colour = WHITE if share[i, j] > 0.3 else INK
                draw.text(at, f"{table[i, j]:.0f}", colour, font, anchor="mm")
    return np.asarray(picture)


def mistakes_picture(images: Sequence[Picture], words: Sequence[str]) -> Picture:
    """Return (H, W) or (H, W, 3) pictures with a line of words under each as one (H, W, 3)."""
    across = min(6, len(images))
    down = -(-len(images) // across)
    sheet = Image.new("RGB", (across * (MISTAKE + 8), down * (MISTAKE + LINE + 8)), WHITE)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    for i, (image, text) in enumerate(zip(images, words, strict=True)):
        left, top = i % across * (MISTAKE + 8) + 4, i // across * (MISTAKE + LINE + 8) + 4
        sheet.paste(Image.fromarray(enlarge(image, MISTAKE)).convert("RGB"), (left, top))
        draw.text((left, top + MISTAKE + 3), text[:15], INK, font)
    return np.asarray(sheet)
