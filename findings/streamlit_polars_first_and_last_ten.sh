#!/usr/bin/env bash
# st.cache_data and st.cache_resource take a polars DataFrame or Series for the same one if its first ten
# and last ten rows are: a function is not called again, and its old answer is returned, whatever changed
# between them. No warning. Two libraries meet: Streamlit makes a hash of each row, hands these to
# pyarrow and takes the text of that array, and pyarrow writes the middle of a long array as dots.
# Only shape, names and types count beside the twenty rows. A pandas frame with as many rows is looked
# at as a whole. With 50,000 rows or more it is the ends of Streamlit's random sample of 10,000.
# Seen with streamlit 1.67.0, polars 2.1.0, pyarrow 26.0.1.
# What to do: hash_funcs={polars.DataFrame: lambda f: f.hash_rows().to_numpy().tobytes()} beside the
# names, or hand the function what the frame was made of: a path and its date, a choice, a version.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check streamlit==1.67.0 polars==2.1.0 \
  pyarrow==26.0.1 pandas==3.1.1 numpy==2.4.6 || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >app.py <<'PY'
import polars as pl
import streamlit as st


def all_rows(frame: pl.DataFrame) -> tuple[list[str], bytes]:
    return frame.columns, frame.hash_rows().to_numpy().tobytes()


@st.cache_data(show_spinner=False)
def dogs(frame) -> int:
    return int((frame["label"] == "dog").sum())


@st.cache_data(show_spinner=False, hash_funcs={pl.DataFrame: all_rows})
def dogs_by_all_rows(frame: pl.DataFrame) -> int:
    return int((frame["label"] == "dog").sum())


@st.cache_resource(show_spinner=False)
def total(series: pl.Series) -> float:
    return series.sum()


row = st.number_input("Row with a dog", -1, 99, -1)
labels = ["dog" if place == row else "cat" for place in range(100)]
frame = pl.DataFrame({"id": range(100), "label": labels})
st.text(dogs(frame))
st.text(dogs(frame.to_pandas()))
st.text(dogs_by_all_rows(frame))
st.text(total(pl.Series([0.0] * 10 + [row + 1.0] * 9_980 + [0.0] * 10)))
PY

cat >look.py <<'PY'
import sys

import polars as pl
import pyarrow as pa
import streamlit as st
from streamlit.testing.v1 import AppTest

print("streamlit", st.__version__, "polars", pl.__version__, "pyarrow", pa.__version__)
app = AppTest.from_file("app.py", default_timeout=60).run()
first = [text.value for text in app.text]
seen = {"polars": [], "pandas": [], "polars with hash_funcs": []}
sums = set()
for row in range(100):
    app.number_input[0].set_value(row).run()
    for places, text in zip(seen.values(), app.text):
        places += [row] if text.value == "1" else []
    sums.add(app.text[3].value)
for name, places in seen.items():
    print(f"  {name}: a dog is counted in {len(places)} of 100 rows: {places if len(places) < 100 else 'all'}")
print(f"  sums of 100 Series that differ in 9,980 of 10,000 numbers: {sums}")
ends, rows = [*range(10), *range(90, 100)], list(range(100))
as_said = first == ["0", "0", "0", "0.0"] and sums == {"0.0"} and list(seen.values()) == [ends, rows, rows]
if app.exception or not as_said:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
