#!/usr/bin/env bash
# OpenCV 5.0's warpAffine with INTER_NEAREST loses every second column of a uint8, uint16 or float32 picture
# that is moved by half a pixel: 0 0 2 2 4 4 instead of 0 1 2 3 4 5, and as many rows, so that a quarter of
# the pixels is left. Made twice as large, columns are one and three pixels wide in turn, and stripes that
# were half white are a quarter white. int8, int16, int32, int64 and float64 go the old way and are right, so
# a picture and its labels as int32 no longer match. In 4.14 all types are right. The new way rounds a half
# to the even one, as warpPerspective and remap (of uint8 and int32) do in both. A turn hardly meets halves.
# Seen with opencv-python-headless 5.0.0.93, right with 4.14.0.94; numpy 2.4.6, on x86-64.
# What to do: take a thousandth off the shift (the last column of the matrix), or cv2.resize to make larger.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for version in 5.0.0.93 4.14.0.94; do
  "${PYTHON:-python3}" -m venv "$work/$version"
  "$work/$version/bin/pip" install --quiet --disable-pip-version-check "opencv-python-headless==$version" numpy==2.4.6 \
    || { echo "could not install the packages" >&2; exit 2; }
done
cd "$work"

cat >look.py <<'PY'
import sys

import cv2
import numpy as np

cv2.setNumThreads(1)
print("opencv", cv2.__version__, "numpy", np.__version__)
same = True
NEW = cv2.__version__.startswith("5") * ("uint8", "uint16", "float32")
KINDS = "uint8", "uint16", "float32", "int8", "int16", "int32", "int64", "float64"
SIZE = 100
HALF = [[1, 0, 0.5], [0, 1, 0.5]]
TWICE = [[2, 0, 0], [0, 2, 0]]


def say(what: str, found: object, as_said: bool) -> None:
    global same
    same = same and bool(as_said)
    print(f"  {what}: {found}" + ("" if as_said else "  <- not as said"))


def warped(picture: np.ndarray, matrix: list, size: int = SIZE) -> np.ndarray:
    return cv2.warpAffine(picture, np.array(matrix, float), (size, size), flags=cv2.INTER_NEAREST)


def columns(kind: str) -> np.ndarray:
    """A picture whose pixels are the number of their column."""
    return np.tile(np.arange(SIZE), (SIZE, 1)).astype(kind)


print("moved by half a pixel: the first columns, and how many of 100 columns and rows are left")
for kind in KINDS:
    moved = warped(columns(kind), HALF)[SIZE // 2].astype(int)
    down = warped(np.ascontiguousarray(columns(kind).T), HALF)[:, SIZE // 2].astype(int)
    left = len({*moved}), len({*down})
    right = kind not in NEW
    say(kind, f"{moved[:8]}, {left[0]} and {left[1]}", min(left) > 98 if right else max(left) < 52)
colour = warped(np.dstack([columns("uint8")] * 3), HALF)[SIZE // 2].astype(int)
say("uint8, in colour", f"{colour[:8, 2]}", (len({*colour[:, 2]}) < 52) == bool(NEW))
across, along = np.meshgrid(np.arange(SIZE) - 0.5, np.arange(SIZE) - 0.5)
for kind in ("uint8", "int32"):
    plane = cv2.warpPerspective(columns(kind), np.array([*HALF, [0, 0, 1]]), (SIZE, SIZE), flags=cv2.INTER_NEAREST)
    taken = cv2.remap(columns(kind), across.astype(np.float32), along.astype(np.float32), cv2.INTER_NEAREST)
    for what, moved in (("warpPerspective", plane), ("remap", taken)):
        moved = moved[SIZE // 2].astype(int)
        say(f"{kind}, {what}", f"{moved[:8]}, {len({*moved})}", len({*moved}) < 52)
nudged = warped(columns("uint8"), np.array(HALF) - [[0, 0, 0.001]])[SIZE // 2].astype(int)
say("uint8, a thousandth less", f"{nudged[:8]}, {len({*nudged})}", len({*nudged}) > 98)

print("twice as large: how wide the first columns are, and how white black and white stripes")
for kind in KINDS:
    larger = warped(columns(kind), TWICE, 2 * SIZE - 2)[0].astype(int)
    wide = np.bincount(larger)[1:9].tolist()
    stripes = np.tile([0, 100], (SIZE, SIZE // 2)).astype(kind)
    white = warped(stripes, TWICE, 2 * SIZE - 2).mean() / 100
    right = kind not in NEW
    say(kind, f"{wide}, {white:.2f}", (wide == [2] * 8 and abs(white - 0.5) < 0.01) == right and (right or white < 0.26))

print("a uint8 picture and its labels, the same numbers as int32: how many pixels differ afterwards")
random = np.random.default_rng(0)
picture = random.integers(1, 255, (SIZE, SIZE)).astype(np.uint8)
turn = cv2.getRotationMatrix2D((SIZE / 2, SIZE / 2), 10, 1)
for what, matrix, size in (("half a pixel", HALF, SIZE), ("twice as large", TWICE, 2 * SIZE - 2), ("turned by 10 degrees", turn, SIZE)):
    differ = (warped(picture, matrix, size) != warped(picture.astype(np.int32), matrix, size)).mean()
    say(what, f"{differ:.2%}", differ > 0.4 if NEW and "turned" not in what else differ < 0.005)
if not same:
    sys.exit("No longer so: see the lines above.")
PY
5.0.0.93/bin/python look.py
4.14.0.94/bin/python look.py
echo "still so"
