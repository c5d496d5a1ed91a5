"""The embedded 8x8 digits drawn large: pictures of other writers' digits where no files are."""

import numpy as np
from PIL import Image

SIDE = 280


def drawn(image: np.ndarray) -> np.ndarray:
    """Return an 8x8 digit (values 0..16) as strokes of black on white, (SIDE, SIDE, 4) uint8."""
    small = Image.fromarray((image * (255 / 16)).astype(np.uint8))
    large = np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC), float)
    ink = np.clip((large - 110) / 40, 0, 1)  # the edge of a pen, and not a blur
    grey = (255 * (1 - ink)).astype(np.uint8)
    return np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2)
