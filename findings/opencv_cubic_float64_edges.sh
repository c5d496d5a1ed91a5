#!/usr/bin/env bash
# OpenCV 5 warps a picture of float64, which NumPy makes unless told otherwise, with INTER_CUBIC rightly
# within and cuts off the fraction wherever one of the sixteen pixels it looks at lies outside: warpAffine,
# warpPerspective and remap, in any border mode, gray or colour. A picture of 0 to 1 that is moved by
# nothing gets a black frame, one row and column at the top and left, two at the bottom and right, and a
# picture that is turned has black along its old edges; maps of probabilities or of relevance lose what is
# there, and of numbers up to 255 up to one is lost, so that none looks odd. No error, no warning. float32,
# uint8 and uint16, INTER_LINEAR and INTER_LANCZOS4, resize with INTER_CUBIC, and OpenCV 4.14 are right.
# Seen with opencv-python-headless 5.0.0.93, right with 4.14.0.94; numpy 2.4.6.
# What to do: hand over image.astype("float32").
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for version in 4.14.0.94 5.0.0.93; do
  "${PYTHON:-python3}" -m venv "$work/$version"
  "$work/$version/bin/pip" install --quiet --disable-pip-version-check \
    "opencv-python-headless==$version" numpy==2.4.6 || { echo "could not install the packages" >&2; exit 2; }
done
cd "$work"

cat >look.py <<'PY'
import sys
import warnings

import cv2
import numpy as np

warnings.simplefilter("error")
cv2.setNumThreads(1)
new = cv2.__version__.startswith("5")
print("OpenCV", cv2.__version__, "numpy", np.__version__)
same = True


def say(what: str, found: object, as_said: bool) -> None:
    global same
    same = same and bool(as_said)
    print(f"  {what}: {found}" + ("" if as_said else "  <- not as said"))


STAY = np.eye(3)
BORDERS = [cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT, cv2.BORDER_REFLECT_101, cv2.BORDER_WRAP]
side = 64
across, down = np.meshgrid(np.arange(side, dtype=np.float32), np.arange(side, dtype=np.float32))
frame = np.zeros((side, side), bool)
frame[[0, -2, -1]] = frame[:, [0, -2, -1]] = True


def stayed(image: np.ndarray, how: int, border: int) -> dict[str, np.ndarray]:
    """The picture, moved by nothing in three ways."""
    size, more = (side, side), {"flags": how, "borderMode": border}
    return {
        "warpAffine": cv2.warpAffine(image, STAY[:2], size, **more),
        "warpPerspective": cv2.warpPerspective(image, STAY, size, **more),
        "remap": cv2.remap(image, across, down, how, borderMode=border),
    }


print("moved by nothing")
random = np.random.default_rng(0)
flat = np.full((side, side), 0.9)
rows = [cv2.warpAffine(flat, STAY[:2], (side, side), flags=cv2.INTER_CUBIC)[y, 30:33].round(3).tolist() for y in (0, 1, 61, 62, 63)]
cut, kept = [0.0] * 3, [0.9] * 3
say("rows 0, 1, 61, 62, 63 of a picture of 0.9", rows, rows == ([cut, kept, kept, cut, cut] if new else [kept] * 5))
for kind in ("float64", "float32", "uint16", "uint8"):
    for name in ("CUBIC", "LINEAR", "LANCZOS4"):
        image = random.uniform(0.1, 0.9, (side, side, 3))
        image = image.astype(kind) if kind[0] == "f" else (image * 255).astype(kind)
        wrong = set()
        for border in BORDERS:
            for got in stayed(image, getattr(cv2, f"INTER_{name}"), border).values():
                off = np.abs(got.astype(float) - image) > 1e-6
                wrong.add("none" if not off.any() else "the frame, all 0" if not got[frame].any() and not off[~frame].any() else "others")
        bad = new and kind == "float64" and name == "CUBIC"
        say(f"{kind}, {name}, three functions, five borders: wrong pixels", wrong, wrong == {"the frame, all 0" if bad else "none"})

print("what is left at an edge")
for value in (0.9, 3.7, -3.7, 254.6):
    edge = float(cv2.warpAffine(np.full((side, side), value), STAY[:2], (side, side), flags=cv2.INTER_CUBIC)[0, 9])
    say(f"of {value}", edge, abs(edge - (int(value) if new else value)) < 1e-5)

print("a smooth picture of 0.25 to 0.75, with cubic interpolation, beside the same as float32")
smooth = cv2.GaussianBlur(random.random((side, side)), (0, 0), 2)
smooth = 0.25 + (smooth - smooth.min()) / np.ptp(smooth) / 2
centre = ((side - 1) / 2, (side - 1) / 2)
for what, turn, bad in (
    ("turned by 10 degrees, mirrored outside", cv2.getRotationMatrix2D(centre, 10, 1), True),
    ("turned and made smaller", cv2.getRotationMatrix2D(centre, 10, 0.7), True),
    ("turned and made larger", cv2.getRotationMatrix2D(centre, 10, 1.4), False),
):
    one, other = (
        cv2.warpAffine(smooth.astype(kind), turn, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
        for kind in ("float64", "float32")
    )
    share, black = float((np.abs(one - other) > 1e-3).mean()), float((one == 0).mean())
    told = f"{share:.1%} of the pixels differ, {black:.1%} are 0"
    say(what, told, (share > 0.05 and black > 0.05) if new and bad else (share == 0 and black == 0))
sizes = [cv2.resize(smooth.astype(kind), (50, 90), interpolation=cv2.INTER_CUBIC) for kind in ("float64", "float32")]
say("resize", f"differs by {np.abs(sizes[0] - sizes[1]).max():.1g}", np.allclose(*sizes, atol=1e-6))
if not same:
    sys.exit("No longer so: see the lines above.")
PY
for version in 4.14.0.94 5.0.0.93; do
  "$version/bin/python" look.py
done
echo "still so"
