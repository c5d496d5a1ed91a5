"""What the images of a data set look like: measured, so that other pictures can be made alike."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dpn.errors import RunError
from dpn.language import msg
from dpn.models.config import MAX_SIDE

Pixels = NDArray[np.uint8]

#: So many images, evenly spread over the set, are measured.
MEASURED = 1_000
#: Of 255: what is nearer to the ground is ground; what is farther than the other is surely ink.
NEAR, FAR = 24, 64
#: Of an image's strongest ink, the share from which a pixel belongs to the figure's box.
FIGURE = 0.2
#: A set is ink on an even ground if of the median image's border, and of its pixels, at least so
#: much is ground; if so many images have one and the same ground, and ink at all; and if so much
#: of the ink is on one side of it, darker or lighter. In photographs one of them always fails.
EVEN_BORDER, EVEN_PIXELS, SAME_GROUND, ONE_SIDED = 0.6, 0.2, 0.9, 0.95

#: What each preparation takes the images for, and what comes of it, for people.
WORDS = {
    "digits": msg("Light ink on dark in 8×8 counts: pictures are made to match."),
    "mnist": msg("Light ink on dark, centred: pictures are made to match."),
    "dark_ink": msg("Dark ink on light: pictures are made to match."),
    "light_ink": msg("Light ink on dark: pictures are made to match."),
    "photo": msg("Photos: pictures are only cut and shrunk."),
}


@dataclass(frozen=True)
class Look:
    """How figures stand in the images of a set, C channels of H x W pixels.

    Attributes:
        ground: (C,) 0..255, the even ground.
        ink: (C,) 0..255, full ink.
        side: pixels, the median of the longer side of the box around a figure.
        sides: pixels, between which of them nearly all lie.
        centre: (y, x) in pixels from the top left corner, where figures are centred.
        by_mass: whether it is their centre of mass that lies there, and not the middle of the box.
        drift: pixels, how far from it nearly all lie.
    """

    ground: tuple[int, ...]
    ink: tuple[int, ...]
    side: float
    sides: tuple[float, float]
    centre: tuple[float, float]
    by_mass: bool
    drift: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], channels: int) -> Self:
        """Read what ``to_dict`` wrote, with suspicion.

        Raises:
            RunError: a number is missing, or is none that pixels can have.
        """
        try:
            ground, ink = tuple(raw["ground"]), tuple(raw["ink"])
            sides, centre = tuple(raw["sides"]), tuple(raw["centre"])
            lengths = (raw["side"], *sides, *centre, raw["drift"])
            fits = (
                all(type(value) is int and 0 <= value <= 255 for value in ground + ink)
                and len(ground) == len(ink) == channels
                and all(type(value) in (int, float) for value in lengths)
                and all(math.isfinite(value) and 0 <= value <= 2 * MAX_SIDE for value in lengths)
                and len(sides) == len(centre) == 2
                and raw["side"] >= 1
                and type(raw["by_mass"]) is bool
            )
        except (KeyError, TypeError) as error:
            raise RunError("look has an entry missing or misplaced") from error
        if not fits:
            raise RunError("look holds numbers that no image has")
        return cls(ground, ink, raw["side"], sides, centre, raw["by_mass"], raw["drift"])


def measure(images: Pixels, preparation: str = "auto") -> tuple[str, Look | None]:
    """Return the name of the preparation that makes pictures like these, and what it has to know.

    Args:
        images: (N, C, H, W) uint8, training images, N >= 1.
        preparation: a name of ``dpn.models.config.PREPARATION_NAMES`` to take instead of the one
            that would be found; "auto" to find it.

    Returns:
        "dark_ink" or "light_ink" with a look; "mnist" for light ink that is made as MNIST is;
        "photo" for images without ink on an even ground.
    """
    if preparation not in ("auto", "dark_ink", "light_ink"):
        return preparation, None
    sample = images[np.linspace(0, len(images) - 1, min(len(images), MEASURED)).astype(int)]
    grounds, away = _away(sample)
    ground = np.median(grounds, axis=0)
    lighter = _luma(sample - grounds[:, :, None, None]) > 0
    surely = away > FAR
    light = float((lighter & surely).sum() / max(1, surely.sum()))
    if preparation == "auto":
        # Of the median image; a figure may touch the border, and a few images may be odd.
        border = float(np.median((_ring(away[:, None]) <= NEAR).mean(axis=(1, 2))))
        pixels = float(np.median((away <= NEAR).mean(axis=(1, 2))))
        same = float((np.abs(grounds - ground).max(axis=1) <= 2 * NEAR).mean())
        inked = float(surely.any(axis=(1, 2)).mean())
        is_even = border >= EVEN_BORDER and pixels >= EVEN_PIXELS
        if not (is_even and min(same, inked) >= SAME_GROUND and max(light, 1 - light) >= ONE_SIDED):
            return "photo", None
        preparation = "light_ink" if light > 0.5 else "dark_ink"
    look = _look(sample, ground, away * (lighter == (preparation == "light_ink")))
    if preparation == "light_ink" and _is_as_mnist(look, *images.shape[2:]):
        return "mnist", None
    return preparation, look


def is_alike(image: Pixels, look: Look, *, anywhere: bool = False) -> bool:
    """Return whether an image (C, H, W) could be one of the set: its ground, and its figure.

    With ``anywhere`` it does not matter how large the figure is and where it stands.
    """
    grounds, away = _away(image[None])
    if np.abs(grounds[0] - np.array(look.ground)).max() > 2 * NEAR or away.max() < FAR:
        return False
    if anywhere:
        return True
    side, centres = _boxes(away)
    off = float(np.hypot(*(centres[int(look.by_mass)][0] - look.centre)))
    low, high = look.sides
    return bool(low - 1 <= side[0] <= high + 1 and off <= look.drift + 1)


def _away(images: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the ground (N, C) at the border of each image, and how far pixels (N, H, W) are."""
    grounds = np.median(_ring(images), axis=2).astype(np.float32)
    return grounds, np.abs(images - grounds[:, :, None, None]).max(axis=1)


def _ring(images: NDArray[Any]) -> NDArray[Any]:
    """Return the outermost pixels of (N, C, H, W) as (N, C, R)."""
    edges = images[..., 0, :], images[..., -1, :], images[..., 1:-1, 0], images[..., 1:-1, -1]
    return np.concatenate(edges, axis=-1)


def _luma(images: NDArray[np.float32]) -> NDArray[np.float32]:
    weights = np.array([0.299, 0.587, 0.114] if images.shape[1] == 3 else [1.0], np.float32)
    return np.tensordot(images, weights, axes=(1, 0))


def _look(images: Pixels, ground: NDArray[np.float32], away: NDArray[np.float32]) -> Look:
    peak = away.max(axis=(1, 2), keepdims=True)
    full = (away >= 0.8 * peak) & (peak > NEAR)
    pixels = images.transpose(0, 2, 3, 1)[full]
    ink = np.median(pixels, axis=0) if len(pixels) else 255 - ground
    sides, both = _boxes(away[peak[:, 0, 0] > NEAR] if len(pixels) else away)
    middles = [np.median(centres, axis=0) for centres in both]
    drifts = [np.hypot(*(c - m).T) for c, m in zip(both, middles, strict=True)]
    by_mass = int(np.median(drifts[1]) < np.median(drifts[0]))
    low, side, high = np.percentile(sides, [1, 50, 99])
    return Look(
        ground=tuple(int(value) for value in ground),
        ink=tuple(int(value) for value in ink),
        side=round(float(side), 2),
        sides=(round(float(low), 2), round(float(high), 2)),
        centre=(round(float(middles[by_mass][0]), 2), round(float(middles[by_mass][1]), 2)),
        by_mass=bool(by_mass),
        drift=round(float(np.percentile(drifts[by_mass], 99)), 2),
    )


def _boxes(away: NDArray[np.float32]) -> tuple[NDArray[Any], tuple[NDArray[Any], NDArray[Any]]]:
    """Return the longer side (N,) of each box, and its middle and centre of mass, (N, 2) each."""
    height, width = away.shape[1:]
    figure = away >= np.maximum(FIGURE * away.max(axis=(1, 2), keepdims=True), 1)
    ends = []
    for lines in (figure.any(axis=2), figure.any(axis=1)):
        ends.append((lines.argmax(axis=1), lines.shape[1] - lines[:, ::-1].argmax(axis=1)))
    sides = np.maximum(*(high - low for low, high in ends))
    middle = np.stack([(low + high) / 2 for low, high in ends], axis=1)
    mass = away * figure
    total = np.maximum(mass.sum(axis=(1, 2)), 1e-6)
    down = mass.sum(axis=2) @ (np.arange(height) + 0.5)
    across = mass.sum(axis=1) @ (np.arange(width) + 0.5)
    return sides, (middle, np.stack([down, across], axis=1) / total[:, None])


def _is_as_mnist(look: Look, height: int, width: int) -> bool:
    """Return whether figures stand as in MNIST: in a box of 20 of 28, by their centre of mass."""
    box = min(height, width) * 20 / 28
    off = max(abs(look.centre[0] - height / 2), abs(look.centre[1] - width / 2))
    is_plain = look.ground == (0,) and look.ink >= (240,)
    low, high = look.sides
    return is_plain and look.by_mass and off <= 1 and box - 2 <= low <= high <= box + 1
