#!/usr/bin/env bash
# The transforms.v2 of torchvision count the places of KeyPoints in two ways. Flips take whole numbers
# for the middle of pixels (x becomes width - 1 - x); rotate, affine and resize take them for the
# pixels' edges. So a point leaves what it marks: by one pixel in x and y when turned by 180 degrees, by
# 1.5 pixels when made four times as large. A picture that is flipped both ways and turned by 180
# degrees is the same again, its points are not: ten such rounds are ten pixels. With half a pixel added
# to each point resize and rotate are right, and flips are off by one; a polygon's corner at the right
# edge flips to -1, where a box's flips to 0. No error and no warning; crops and shifts are right. Masks
# that are made smaller leave their picture, too, by up to half a pixel of the new size, and the other
# way after a flip: they are resized by NEAREST, which takes the first pixel of each block.
# Seen with torchvision 0.29.1, torch 2.14.1 on the CPU; needs about 6 GB of free disk.
# What to do: keep points by pixels' edges, that is, add 0.5 to those read as pixels, and add 1 to what a
# flip gave; resize a mask as an Image of 0 and 255, and cut it at 128.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 torchvision==0.29.1 numpy==2.4.6 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys
import warnings

import torch
import torchvision
from torchvision import tv_tensors
from torchvision.transforms.v2 import functional as F

warnings.simplefilter("error")
print("torch", torch.__version__, "torchvision", torchvision.__version__)
HEIGHT, WIDTH, X, Y = 96, 128, 30.0, 40.0
same = True


def middle(picture: torch.Tensor) -> torch.Tensor:
    """Centre of what is bright, (2,), x before y, counted by pixels' middles."""
    bright = picture.squeeze().double()
    down, right = (torch.arange(n, dtype=torch.float64) for n in bright.shape)
    return torch.stack([(bright * right).sum(), (bright * down[:, None]).sum()]) / bright.sum()


def look(what: str, off: torch.Tensor, wanted: tuple[float, float], within: float = 0.05) -> None:
    global same
    as_said = bool(((off - torch.tensor(wanted)).abs() < within).all())
    same = same and as_said
    print(f"  {what}: {off[0]:+.2f} {off[1]:+.2f}" + ("" if as_said else f", not {wanted}"))


def turn(x: torch.Tensor) -> torch.Tensor:
    return F.rotate(x, 180)


def flip(x: torch.Tensor) -> torch.Tensor:
    return F.horizontal_flip(x)


def resize(x: torch.Tensor, by: float) -> torch.Tensor:
    return F.resize(x, [round(HEIGHT * by), round(WIDTH * by)])


down, right = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
square = (down - Y) ** 2 + (right - X) ** 2
picture = tv_tensors.Image(torch.exp(-square / 72)[None])
mask = tv_tensors.Mask((square < 784).to(torch.uint8))
point, shifted = (tv_tensors.KeyPoints([[X + add, Y + add]], canvas_size=(HEIGHT, WIDTH)) for add in (0, 0.5))

print("how far a point is from what it marks, x and y; counted from pixels' middles, then from their edges")
for what, way, off, off_shifted in (
    ("flipped", flip, (0, 0), (-1, 0)),
    ("flipped down", F.vertical_flip, (0, 0), (0, -1)),
    ("turned by 180", turn, (1, 1), (0, 0)),
    ("turned by 90", lambda x: F.rotate(x, 90, expand=True), (0, 1), (0, 0)),
    ("resized to 4", lambda x: resize(x, 4), (-1.5, -1.5), (0, 0)),
    ("resized to 1/4", lambda x: resize(x, 1 / 4), (0.375, 0.375), (0, 0)),
    ("shifted", lambda x: F.affine(x, 0, [10, -5], 1, [0, 0]), (0, 0), (0, 0)),
    ("cropped", lambda x: F.crop(x, 10, 5, 60, 50), (0, 0), (0, 0)),
):
    place = middle(way(picture))
    look(what, way(point)[0].double() - place, off)
    look(what + ", from edges", way(shifted)[0].double() - 0.5 - place, off_shifted)

again, moved = picture, point
for _ in range(10):
    again, moved = (turn(F.vertical_flip(flip(x))) for x in (again, moved))
print("  ten rounds of two flips and a turn: the picture is the same:", torch.equal(again, picture))
same = same and torch.equal(again, picture)
look("and its point has moved by", (moved - point)[0].double(), (10, 10))
corner = tv_tensors.KeyPoints([[float(WIDTH), 0.0]], canvas_size=(HEIGHT, WIDTH))
box = tv_tensors.BoundingBoxes([[0, 0, WIDTH, HEIGHT]], format="XYXY", canvas_size=(HEIGHT, WIDTH))
print("  a corner at the right edge flips to", flip(corner)[0, 0].item(), "a box's to", flip(box)[0, 0].item())
same = same and (flip(corner)[0, 0].item(), flip(box)[0, 0].item()) == (-1, 0)

print("how far a mask is from its picture")
look("resized to 1/8", middle(resize(mask, 1 / 8)) - middle(resize(picture, 1 / 8)), (0.44, 0.44), 0.15)
before, after = middle(resize(flip(mask), 1 / 8)), middle(flip(resize(mask, 1 / 8)))
look("resized to 1/8, flipped before and after: between them", before - after, (0.9, 0), 0.3)
smooth = resize(tv_tensors.Image(mask[None] * 255), 1 / 8) >= 128
look("resized as an Image and cut", middle(smooth) - middle(resize(picture, 1 / 8)), (0, 0), 0.15)
if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
