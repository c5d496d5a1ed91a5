"""Pixels of a drawing or a photo -> the input of a model, with every stage kept for showing.

    pixels -> ink (0 ground .. 255 full ink) -> tight crop -> PREPARATIONS[...] -> input

What already looks like a training image is only brought to its size. One step is ours: strokes far
thinner than MNIST's are thickened first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dpn.data.look import NEAR, is_alike
from dpn.errors import ConfigError, did_you_mean
from dpn.language import msg
from dpn.pictures.figures import count_figures, is_marked, without_lit_sides, without_marks
from dpn.pictures.ink import (
    NORMAL_STROKE,
    THIN_STROKE,
    Pixels,
    box_of,
    drawn_ink,
    over,
    stroke_width,
    thicken,
    to_grey,
)
from dpn.pictures.paper import photo_ink
from dpn.pictures.preparations import PREPARATIONS, InputSpec, Stage
from dpn.pictures.reading import is_photo, on_its_sheet

KINDS = ("auto", "drawing", "photo", "plain")


@dataclass(frozen=True)
class Prepared:
    """The input, uint8 (C, H, W), the stages up to it, and how the picture was read.

    Attributes:
        inverted: True for dark ink on light ground, False for light on dark, and None where no ink
            was looked for.
        kind: "drawing", "photo" or "plain": what it was read as.
        figures: how many stand side by side where one digit should.
    """

    input: Pixels
    stages: tuple[Stage, ...]
    inverted: bool | None
    kind: str
    figures: int = 1


def prepare(
    rgba: Pixels, spec: InputSpec, kind: str = "auto", dark_on_light: bool | None = None
) -> Prepared:
    """Turn pixels into the input of a model.

    Args:
        rgba: (H, W, 4) uint8.
        spec: what the model takes.
        kind: "drawing" (strokes on an even or transparent ground), "photo" (of one figure on paper
            or a board, in any light), "plain" (only cut and shrunk), or "auto" to find out. For the
            preparation "photo" all but a drawing are plain.
        dark_on_light: how to read the ink, None to find out; on transparent ground all is ink.

    Raises:
        BlankDrawing: there is no ink, only a dot, or hardly any contrast.
        ConfigError: ``kind`` or ``spec.preparation`` is not accepted.
    """
    checks = ("kind", kind, KINDS), ("preparation", spec.preparation, tuple(PREPARATIONS))
    for field, value, accepted in checks:
        if value not in accepted:
            hint = did_you_mean(value, accepted)
            raise ConfigError(f"{field} must be one of {', '.join(accepted)}, got {value!r}{hint}")
    assert rgba.dtype == np.uint8, rgba.dtype
    assert rgba.shape[2:] == (4,), rgba.shape
    asked = kind
    if kind == "auto":
        kind = _kind(rgba, spec, dark_on_light)
    if asked != "drawing" and kind != "plain" and spec.preparation in ("mnist", "digits"):
        sheet = on_its_sheet(rgba)
        if sheet is not rgba and asked == "auto":
            kind = "photo" if is_photo(sheet) else "drawing"
        rgba = sheet
    if kind == "plain" or (kind == "photo" and spec.preparation == "photo"):
        pixels = over(rgba, 255)
        stages = (
            Stage(msg("photo" if kind == "photo" else "picture"), pixels),
            *PREPARATIONS["photo"](pixels, spec),
        )
        return _prepared(spec, stages, None, kind)
    ink, inverted = (photo_ink if kind == "photo" else drawn_ink)(rgba, dark_on_light)
    seen = over(rgba, 255 if inverted else 0)
    if spec.preparation == "photo":  # no ink was looked for in the training images
        stages = (Stage(kind, seen), *PREPARATIONS["photo"](seen, spec))
        return _prepared(spec, stages, inverted, kind)
    if asked != "drawing" and spec.preparation in ("mnist", "digits"):
        ink = without_marks(ink)
    begun: tuple[Stage, ...] = Stage(kind, seen), Stage(msg("ink"), ink)
    box = box_of(ink)
    crop, figures = ink[box], 1
    begun = *begun, Stage(msg("crop"), crop)
    look = spec.figures
    assert look is not None
    if spec.preparation in ("mnist", "digits"):  # elsewhere two figures may be one thing
        figures = count_figures(crop)
    coloured = spec.channels == 3 and kind == "drawing"
    if coloured and spec.preparation == ("dark_ink" if inverted else "light_ink"):
        crop = np.where(crop[..., None] > 0, seen[box], np.array(look.ground, np.uint8))
    elif (width := stroke_width(crop)) < THIN_STROKE:
        crop = thicken(crop, NORMAL_STROKE - width)
        begun = *begun, Stage(msg("thicker strokes"), crop)
    stages = (*begun, *PREPARATIONS[spec.preparation](crop, spec))
    return _prepared(spec, stages, inverted, kind, figures)


def _prepared(
    spec: InputSpec, stages: tuple[Stage, ...], inverted: bool | None, kind: str, figures: int = 1
) -> Prepared:
    last = stages[-1].image
    if last.ndim == 3 and spec.channels == 1:
        last = to_grey(last)
        stages = *stages, Stage(msg("grey"), last)
    planes = last.transpose(2, 0, 1) if last.ndim == 3 else np.stack([last] * spec.channels)
    return Prepared(np.ascontiguousarray(planes), stages, inverted, kind, figures)


def _kind(rgba: Pixels, spec: InputSpec, dark_on_light: bool | None) -> str:
    """Return "plain" for what could be a training image, else "photo" or "drawing"."""
    look = spec.figures
    if look is None:
        return "photo"
    h, w = rgba.shape[:2]
    is_small = (h, w) == (spec.height, spec.width)
    aspect = h / w * spec.width / spec.height
    # How MNIST was made is known, so a larger drawing is made the same from its own pixels.
    is_large = spec.look is not None and h >= spec.height and abs(aspect - 1) < 0.02
    if (is_small or is_large) and dark_on_light in (None, spec.preparation == "dark_ink"):
        image = prepare(rgba, spec, "plain").input
        if is_small and spec.look is None:
            image = without_lit_sides(image, look.ground, 2 * NEAR)
        away = np.abs(image.transpose(1, 2, 0) - np.array(look.ground)).max(axis=2)
        is_faint = away.max() < 0.8 * np.abs(np.subtract(look.ink, look.ground)).max()
        anywhere = is_small and (
            spec.look is not None or is_marked(away) or image.shape[2] < spec.width
        )
        if is_alike(image, look, anywhere=anywhere) and (is_small or not is_faint):
            return "plain"
    return "photo" if is_photo(rgba) else "drawing"
