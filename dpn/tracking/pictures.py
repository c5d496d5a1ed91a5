"""The confusion matrix and the worst mistakes as plain pictures, for tools without our figures."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from dpn.pictures.png import enlarge
from dpn.tracking.tracker import Picture

#: Pixels: the side of the matrix, at most the side of one of its cells, and the least one that
#: numbers fit into.
SIDE, CELL, LEGIBLE = 640, 44, 26
#: Pixels: the side of one mistake, and of the line of words under it.
MISTAKE, LINE = 112, 18
WHITE, INK, BLUE = (255, 255, 255), (20, 20, 20), (31, 90, 166)
#: Pixels beside the matrix, where the names of its rows stand.
MARGIN = 136
#: Fonts of systems for letters that the built-in one lacks, such as Chinese ones.
FONTS = (
    *("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "wqy-microhei.ttc", "msyh.ttc"),
    *("PingFang.ttc", "Arial Unicode.ttf", "DejaVuSans.ttf"),
)
Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


def confusion_picture(counts: npt.ArrayLike, names: Sequence[str]) -> Picture:
    """Return (K, K) counts as (H, W, 3): rows are the labels, columns the answers.

    A cell is the darker, the larger its share of its row. Names and numbers are left out where they
    would not be legible. Where the names are too long for the columns, these have the numbers of
    the classes, which then stand before the names of the rows.
    """
    table = np.asarray(counts, dtype=np.float64)
    if together := -(-len(table) // SIDE) - 1:  # a cell is of several classes side by side
        edges = np.arange(0, len(table), together + 1)
        table = np.add.reduceat(np.add.reduceat(table, edges, axis=0), edges, axis=1)
    classes = len(table)
    cell = max(1, min(CELL, SIDE // classes))
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    ground, full = np.array(WHITE), np.array(BLUE)
    colours = (ground + np.sqrt(share)[:, :, None] * (full - ground)).astype(np.uint8)
    cells = Image.fromarray(colours.repeat(cell, axis=0).repeat(cell, axis=1))
    if cell < LEGIBLE:
        return np.asarray(cells)
    size = max(11, cell // 3)
    rows, columns, font = [*names], [*names], font_for("".join(names), size)
    if font is None or max(map(font.getlength, names)) > cell - 2:
        columns = [str(i) for i in range(classes)]
        rows = columns if font is None else [f"{i} {name}" for i, name in enumerate(names)]
        font = font or ImageFont.load_default(size)
    picture = Image.new("RGB", (cells.width + MARGIN, cells.height + LINE * 2), WHITE)
    picture.paste(cells, (MARGIN, LINE * 2))
    draw = ImageDraw.Draw(picture)
    draw.text((MARGIN, 1), "answer", INK, font)
    draw.text((2, LINE), "label", INK, font)
    for i, (row, column) in enumerate(zip(rows, columns, strict=True)):
        middle = i * cell + cell / 2
        told = fitting(row, font, MARGIN - 8)
        draw.text((MARGIN - 6, LINE * 2 + middle), told, INK, font, anchor="rm")
        draw.text((MARGIN + middle, LINE * 1.5), column, INK, font, anchor="mm")
        for j in range(classes):
            if table[i, j]:
                at = MARGIN + j * cell + cell / 2, LINE * 2 + middle
                colour = WHITE if share[i, j] > 0.3 else INK
                draw.text(at, f"{table[i, j]:.0f}", colour, font, anchor="mm")
    return np.asarray(picture)


def mistakes_picture(
    images: Sequence[Picture], mistakes: Sequence[tuple[int, int]], names: Sequence[str]
) -> Picture:
    """Return (H, W) or (H, W, 3) pictures with a line of words under each as one (H, W, 3).

    Args:
        images: N of them.
        mistakes: N times a class and what it was taken for, by their numbers.
        names: of the classes. They have their numbers where no font here can write them.
    """
    across = min(6, len(images))
    down = -(-len(images) // across)
    sheet = Image.new("RGB", (across * (MISTAKE + 8), down * (MISTAKE + LINE + 8)), WHITE)
    draw, font = ImageDraw.Draw(sheet), font_for("".join(names), 14)
    if font is None:
        names, font = [str(i) for i in range(len(names))], ImageFont.load_default(14)
    half = (MISTAKE - font.getlength(" as ")) / 2
    for i, (image, pair) in enumerate(zip(images, mistakes, strict=True)):
        left, top = i % across * (MISTAKE + 8) + 4, i // across * (MISTAKE + LINE + 8) + 4
        sheet.paste(Image.fromarray(enlarge(image, MISTAKE)).convert("RGB"), (left, top))
        text = " as ".join(fitting(names[k], font, half) for k in pair)
        draw.text((left, top + MISTAKE + 3), text, INK, font)
    return np.asarray(sheet)


def font_for(text: str, size: int) -> Font | None:
    """Return a font that has all letters of a text, the built-in one if it does; None if none."""
    letters = {*text} - {" "}
    built_in = ImageFont.load_default(size)
    if not any(_lacks(built_in, letter) for letter in letters):
        return built_in
    for name in FONTS:
        with contextlib.suppress(OSError):  # it is not on this machine
            font = ImageFont.truetype(name, size)
            if not any(_lacks(font, letter) for letter in letters):
                return font
    return None


def _lacks(font: Font, letter: str) -> bool:
    """Return whether a font draws of a letter what it draws of one that nobody has."""
    mine, nobodys = (font.getmask(of) for of in (letter, "\U0010ffff"))
    return mine.size == nobodys.size and bytes(mine) == bytes(nobodys)


def fitting(text: str, font: Font, width: float) -> str:
    """Return as much of a text as is this wide, with dots where some is left out."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}...") > width:
        text = text[:-1]
    return f"{text}..."
