#!/usr/bin/env bash
# SMOTE makes new rows of a rare class between two of its own. Of uint8, as pictures are kept, and of any
# other unsigned type it does so for the columns that rise from one row to the other; of those that fall
# the difference wraps round: between 60 and 10 lie 60 to 255 and then 0 to 9. The result keeps its dtype
# and range, no error and no warning; in pictures of digits some 7% of the new pixels are outside of all
# that their class has in that place. A nearest-neighbour classifier then finds 45% of the rare eights,
# where it finds 94% after the same numbers as floats. BorderlineSMOTE, ADASYN, SVMSMOTE, KMeansSMOTE and
# SMOTENC do the same, also of a pandas frame; RandomOverSampler(shrinkage=...) makes floats and is right.
# Seen with imbalanced-learn 0.14.2, scikit-learn 1.9.1, numpy 2.4.6.
# What to do: hand over X.astype("float32"), and round and cut what comes back.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check imbalanced-learn==0.14.2 \
  scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys
import warnings

import imblearn
import numpy as np
import pandas as pd
import sklearn
from imblearn.over_sampling import ADASYN, SMOTE, SMOTENC, SVMSMOTE, BorderlineSMOTE, KMeansSMOTE, RandomOverSampler
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

warnings.simplefilter("error")
print("imbalanced-learn", imblearn.__version__, "scikit-learn", sklearn.__version__, "numpy", np.__version__)
same = True


def say(what: str, found: object, as_said: bool) -> None:
    global same
    same = same and bool(as_said)
    print(f"  {what}: {found}" + ("" if as_said else "  <- not as said"))


print("forty rows of one class, and two rows of another: 10 and 60")
values = np.array([200] * 40 + [10, 60])[:, None]
classes = np.array([0] * 40 + [1] * 2)
for kind in ("uint8", "uint16", "int16", "float32"):
    new = SMOTE(k_neighbors=1, random_state=0).fit_resample(values.astype(kind), classes)[0][42:, 0]
    outside = new[(new < 10) | (new > 60)]
    told = f"{len(outside)} of {len(new)} new ones are outside of 10 to 60, among them {outside[:3].tolist()}"
    say(f"{kind}, given back as {new.dtype}", told, (len(outside) > 10) == kind.startswith("u") and new.dtype == kind)

print("other ways, and how many of their new numbers are outside of what the rare class has")
random = np.random.default_rng(0)
many = random.normal([120, 150, 100], 25, (200, 3))
few = random.normal([170, 100, 150], 20, (25, 3))
table = np.concatenate([many, few]).clip(0, 255).round()
rare = np.array([0] * 200 + [1] * 25)
low, high = table[200:].min(0), table[200:].max(0)
ways = {
    "SMOTE": SMOTE(random_state=0),
    "SMOTE of a pandas frame": SMOTE(random_state=0),
    "BorderlineSMOTE": BorderlineSMOTE(random_state=0),
    "ADASYN": ADASYN(random_state=0),
    "SVMSMOTE": SVMSMOTE(random_state=0, out_step=0),
    "KMeansSMOTE": KMeansSMOTE(random_state=0, kmeans_estimator=2, cluster_balance_threshold=0.05),
    "SMOTENC": SMOTENC([0], random_state=0),
    "RandomOverSampler with shrinkage": RandomOverSampler(random_state=0, shrinkage=0.01),
}
for name, way in ways.items():
    shares = []
    for kind in ("uint8", "float64"):
        x = table.astype(kind)
        new = np.asarray(way.fit_resample(pd.DataFrame(x) if "pandas" in name else x, rare)[0])[225:].astype(float)
        margin = 2 if "shrinkage" in name else 1e-6
        shares.append(float(((new < low - margin) | (new > high + margin)).mean()))
    right = "shrinkage" in name
    told = f"uint8 {shares[0]:.1%}, float64 {shares[1]:.1%}"
    say(name, told, (shares[0] == 0 if right else shares[0] > 0.02) and shares[1] == 0)

print("digits of 8 by 8 pixels, 0 to 255, of which one is rare: 12 of it among 900 pictures")
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.target))
pictures, written = (digits.data[order] * 255 / 16).round(), digits.target[order]
test, asked = pictures[900:], written[900:]
for digit in (8, 9):
    kept = np.concatenate([np.flatnonzero(written[:900] != digit), np.flatnonzero(written[:900] == digit)[:12]])
    known, names = pictures[kept], written[kept]
    found = {}
    for kind in ("uint8", "float32"):
        x, y = SMOTE(random_state=0).fit_resample(known.astype(kind), names)
        strange, total = 0, 0
        for name in range(10):
            own, new = known[names == name], x[len(kept) :][y[len(kept) :] == name].astype(float)
            strange += int(((new < own.min(0) - 0.01) | (new > own.max(0) + 0.01)).sum())
            total += new.size
        answers = KNeighborsClassifier().fit(x.astype(float), y).predict(test)
        found[kind] = strange / total, float((answers[asked == digit] == digit).mean())
    told = ", ".join(f"{kind}: {share:.1%} of new pixels outside, {hit:.0%} found" for kind, (share, hit) in found.items())
    wrong, right = found["uint8"], found["float32"]
    say(f"digit {digit}", told, wrong[0] > 0.03 and right[0] == 0 and right[1] - wrong[1] > 0.15)
if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
