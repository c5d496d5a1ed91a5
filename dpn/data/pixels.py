"""Numbers of any scale -> pixels 0..255: what is black and white is decided once, and said.

The bulk of the training images decides, not their largest value: a resize by splines leaves values
a little outside, which are clipped. The other parts must fit. What contradicts itself, or may mean
two things, is refused with a line of numpy that mends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.data.scales import (
    BYTES,
    CHANCE,
    DARK,
    FAR_OUTSIDE,
    FEW,
    MEAN_OUTSIDE,
    SIGNED,
    SIXTEENTHS,
    UNIT,
    Part,
    Scale,
    bulk,
    chunks,
    outside,
    part_of,
    scale_of,
    variable,
)
from dpn.errors import DataError
from dpn.language import Later, msg, percent
from dpn.names import listed


def to_pixels(
    parts: Sequence[tuple[str, NDArray[Any]]], *, few: bool = False
) -> tuple[list[NDArray[np.uint8]], tuple[str, ...]]:
    """Return the parts as uint8 of the same shapes, and sentences about what was assumed.

    Args:
        parts: name and images of each part, N >= 1, of numbers or truth values; the first are
            those to train on, and decide.
        few: whether it is a lesson of a few images: uint8 is then never too dark.

    Raises:
        DataError: a value is not finite, it cannot be told what is black and white, or the parts
            have different scales; with a line that mends it.
    """
    read = [part_of(name, x) for name, x in parts]
    first, *others = read
    scale = scale_of(first)
    if few and scale != SIXTEENTHS and all(part.x.dtype == np.uint8 for part in read):
        scale = BYTES if max(part.tops.max() for part in read) > 1 else scale
    else:
        _check_bright(first, scale, [part.name for part in read])
        for other in others:
            _check_same(first, other, scale)
        for part in read:
            _check_one_scale(part, scale)
    clipped = [note for part in read for note in _clip_notes(part, scale, read)]
    notes = [] if clipped else [*_scale_notes(first, parts[0][1], scale)]
    if not few:
        notes += _dim_notes(first, scale)
    return [_converted(part, scale) for part in read], (*notes, *clipped)


def _line(names: Sequence[str], black: float, white: float, new: str = "(0, 255)") -> str:
    """Return the line that maps black and white of these arrays."""
    names = [variable(name) for name in names]
    if len(names) == 1:
        (name,) = names
        return f"{name} = numpy.interp({name}, ({black:g}, {white:g}), {new})"
    these = ", ".join(names)
    return f"{these} = [numpy.interp(x, ({black:g}, {white:g}), {new}) for x in ({these})]"


def _check_bright(part: Part, scale: Scale, names: Sequence[str]) -> None:
    """Refuse training images that are all nearly black."""
    if not part.seen.any():
        return
    if part.tops.max() - scale.black < DARK * scale.span:
        if part.lows.min() < -DARK * part.tops.max():
            raise DataError(_unknown(part, names))
        raise DataError(
            f"{part.name} lies in {part.range}, which read as {scale} is nearly black. Say what "
            f"is white: {_line(names, 0, float(part.tops.max()))}"
        )


def _check_one_scale(part: Part, scale: Scale) -> None:
    """Refuse a part of which some images are of another scale."""
    small = part.seen & (part.tops <= 1 + FAR_OUTSIDE)
    if scale == BYTES and not part.is_whole and small.mean() > FEW:
        axes, it = tuple(range(1, part.x.ndim)), variable(part.name)
        raise DataError(
            f"{part.name} has images of two scales: {small.sum():,} of {len(small):,} within "
            f"0..1, the others reach {part.tops.max():g}. Mend it with: "
            f"{it}[{it}.max(axis={axes}) <= {1 + FAR_OUTSIDE:g}] *= 255"
        )


def _check_same(first: Part, other: Part, scale: Scale) -> None:
    """Refuse a part that is darker than the training part, or less deep, than chance would do."""
    seen = int(other.seen.sum())
    if not seen or not first.seen.any():
        return
    low, top = other.lows[other.seen].min(), other.tops.max()
    lows, tops = first.lows[first.seen], first.tops[first.seen]
    is_dark = top - scale.black < DARK * (bulk(first)[1] - scale.black)
    is_shallow = scale == SIGNED and low >= -0.1
    for is_odd, alike in ((is_dark, tops <= top), (is_shallow, lows >= low)):
        # With how many images it would be so if all parts were drawn from the same pictures.
        if is_odd and ((alike.sum() + 1) / (len(alike) + 2)) ** seen < CHANCE:
            raise DataError(_differ(first, other, scale))


def _differ(first: Part, other: Part, scale: Scale) -> str:
    own = scale_of(other)
    if own == scale:  # it is none of the usual ones
        own = Scale(min(0.0, float(other.lows.min())), float(other.tops.max()))
    line = _line([other.name], own.black, own.white, f"({scale})".replace("..", ", "))
    return (
        f"{first.name} lies in {first.range} and {other.name} in {other.range}: they have "
        f"different scales. Mend it with: {line}"
    )


def _unknown(part: Part, names: Sequence[str]) -> str:
    low, top = min(0.0, float(part.lows.min())), float(part.tops.max())
    if low == 0 and part.is_whole:  # as deep as cameras and scanners count
        top = next((2.0**bits - 1 for bits in (10, 12, 14, 16) if top < 2**bits), top)
    why = " (is it standardised?)" if low < 0 and not part.is_whole else ""
    if part.x.dtype == np.int8:
        why = f" (if bytes were saved as int8, take {part.name}.view('uint8'))"
    return (
        f"{part.name} lies in {part.range}, which is neither 0..255 nor 0..1{why}. Say what is "
        f"black and white: {_line(names, low, top)}"
    )


def _clip_notes(part: Part, scale: Scale, read: Sequence[Part]) -> Iterator[str]:
    """Say what is clipped.

    Raises:
        DataError: too much lies outside.
    """
    worst, mean, share = outside(part, scale)
    if worst <= scale.far and mean <= MEAN_OUTSIDE * scale.white:
        if share:
            yield Later(
                msg(
                    "{name} lies in {range}: read as {scale}, and what lies outside ({share} of "
                    "the values) is clipped."
                ),
                name=part.name,
                range=part.range,
                scale=str(scale),
                share=percent(share, 2),
            )
        return
    odd = (part.lows < scale.black - scale.far) | (part.tops > scale.white + scale.far)
    if 0 < odd.sum() <= max(1, FEW * len(odd)):
        it = variable(part.name)
        raise DataError(
            f"{part.name} lies in {scale} but for {odd.sum():,} of {len(odd):,} images, with which "
            f"it lies in {part.range}. Look at images {listed(np.flatnonzero(odd).tolist(), 3)}, "
            f"or clip: {it} = {it}.clip({scale.black:g}, {scale.white:g})"
        )
    if part is not read[0]:
        raise DataError(_differ(read[0], part, scale))
    raise DataError(_unknown(part, [part.name for part in read]))


def _scale_notes(part: Part, given: NDArray[Any], scale: Scale) -> Iterator[str]:
    if not part.seen.any():
        yield Later(msg("Every pixel of {name} is 0."), name=part.name)
    elif given.dtype.kind == "b":
        words = msg("{name} is True and False: read as white and black.")
        yield Later(words, name=part.name)
    elif scale == UNIT and part.is_whole:
        words = msg("{name} holds whole numbers, 0 and 1: read as black and white.")
        yield Later(words, name=part.name)
    elif scale not in (BYTES, UNIT) or not part.is_whole:
        yield Later(
            msg("{name} lies in {range}: read as {black:g} (black) to {white:g} (white)."),
            name=part.name,
            range=part.range,
            black=scale.black,
            white=scale.white,
        )


def _dim_notes(part: Part, scale: Scale) -> Iterator[str]:
    top = float(part.tops.max())
    if part.seen.any() and top - scale.black < scale.span / 2:
        yield Later(
            msg(
                "Nothing in {name} is brighter than {top:g} of {white:g}. If {top:g} is white, "
                "take {line} and the test images likewise."
            ),
            name=part.name,
            top=top,
            white=scale.white,
            line=_line([part.name], scale.black, top),
        )


def _converted(part: Part, scale: Scale) -> NDArray[np.uint8]:
    if part.x.dtype == np.uint8 and scale == BYTES:
        return part.x
    pixels = np.empty(part.x.shape, np.uint8)
    for chunk in chunks(part.x):
        values = (part.x[chunk].astype(np.float64) - scale.black) * (255 / scale.span)
        pixels[chunk] = np.rint(values.clip(0, 255))
    return pixels
