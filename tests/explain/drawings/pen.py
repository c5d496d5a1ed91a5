"""A pen for small drawings."""

import numpy as np
from PIL import Image, ImageDraw


def drawn(*lines, width=2, closed=(), bows=()):
    """A drawing (28, 28), 0..1, of lines, ellipses and parts of them: (box, from, to), in degrees.

    0 is to the right, and 90 down.
    """
    picture = Image.new("L", (28, 28))
    pen = ImageDraw.Draw(picture)
    for line in lines:
        pen.line(line, 255, width)
    for box in closed:
        pen.ellipse(box, outline=255, width=width)
    for box, start, end in bows:
        pen.arc(box, start, end, 255, width)
    return np.asarray(picture) / 255
