#!/usr/bin/env bash
# scikit-learn's PCA takes another way as soon as there are ten rows a column (and no more than 1000
# columns): svd_solver="auto" becomes "covariance_eigh", which multiplies the data as they are and takes
# off the mean afterwards, though its documentation says "on centered data". Of float32, whose mean is
# some hundred times its spread or more, that leaves rounding: the first direction is another, fewer
# rows gave the right one, and the more rows the worse. Pressures in pascals, temperatures in kelvins,
# raw counts of a sensor and points in metres of a map are such. A road that leads to 30 degrees leads
# elsewhere, n_components=0.99 keeps too many, whitened data have another spread than 1, and what
# inverse_transform gives back is off many times more. No warning. float64 is right, and "full" is.
# Seen with scikit-learn 1.9.1, numpy 2.4.6; "covariance_eigh" came with 1.5.
# What to do: PCA().fit(X - X.mean(0)), where the mean is taken in float64; or X as float64.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys
import warnings

import numpy as np
import sklearn
from sklearn.decomposition import PCA

warnings.simplefilter("error")
print("scikit-learn", sklearn.__version__, "numpy", np.__version__)
same = True


def say(what: str, found: object, as_said: bool) -> None:
    global same
    same = same and bool(as_said)
    print(f"  {what}: {found}" + ("" if as_said else "  <- not as said"))


def angle(one: PCA, other: PCA) -> float:
    """Degrees between the first directions, 0 to 90."""
    return float(np.degrees(np.arccos(min(1.0, abs(float(one.components_[0] @ other.components_[0].astype(float)))))))


def off(x: np.ndarray, **how) -> float:
    """Mean distance of the numbers from what three directions give back."""
    model = PCA(3, **how).fit(x)
    return float(np.abs(model.inverse_transform(model.transform(x)).astype(float) - x).mean())


random = np.random.default_rng(0)
print("a road of 2 km by 10 m that leads to 30 degrees, in metres of a map (UTM)")
along, across = random.uniform(-1000, 1000, 5000), random.uniform(-5, 5, 5000)
turn = np.radians(30)
road = np.stack([along * np.cos(turn) - across * np.sin(turn), along * np.sin(turn) + across * np.cos(turn)], 1)
road = (road + [691_000, 5_334_000]).astype(np.float32)


def heading(x: np.ndarray, **how) -> float:
    east, north = PCA(**how).fit(x).components_[0]
    return float(np.degrees(np.arctan2(north, east)) % 180)


for what, got, right in (
    ("float32", heading(road), False),
    ("float32, the first 19 points", heading(road[:19]), True),
    ('float32, "full"', heading(road, svd_solver="full"), True),
    ("float64", heading(road.astype(float)), True),
    ("float32 without its mean", heading((road - road.mean(0, dtype=float)).astype(np.float32)), True),
):
    say(what, f"{got:.1f} degrees", (abs(got - 30) < 0.5) == right)

print("ten sensors that follow three causes: mean and spread of a column, rows")
for mean, spread in ((0, 1), (288, 0.3), (2000, 2), (101_325, 100)):
    for rows in (99, 100, 10_000):
        causes = random.normal(size=(rows, 3)) @ random.normal(size=(3, 10)) + 0.1 * random.normal(size=(rows, 10))
        x = (mean + spread * causes / 2).astype(np.float32)
        auto, full = PCA().fit(x), PCA(svd_solver="full").fit(x.astype(float))
        worse = off(x) / off(x, svd_solver="full")
        kept = PCA(0.99).fit(x).n_components_, PCA(0.99, svd_solver="full").fit(x).n_components_
        white = PCA(3, whiten=True).fit_transform(x).std(0, ddof=1)
        told = f"{auto._fit_svd_solver}, first direction {angle(auto, full):.2f} degrees off, 0.99 keeps {kept[0]} for {kept[1]}"
        told += f", {worse:.2f} times as far off, whitened {' '.join(f'{w:.2f}' for w in white)}"
        good = angle(auto, full) < 0.1 and worse < 1.01 and kept[0] == kept[1] and np.allclose(white, 1, atol=0.01)
        bad = kept[0] > kept[1] and worse > 1.5 and (rows == 100 or angle(auto, full) > 5)
        say(f"{mean}, {spread}, {rows}", told, bad if mean > 0 and rows >= 100 else good)
if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
