#!/usr/bin/env bash
# With orjson installed, which Plotly then takes by itself (engine "auto") and streamlit[charts] brings, a
# missing date is no gap any more. Of dates in nanoseconds, as Parquet files of older pandas have them, it
# is a point in the year 1677, and the axis goes from there to now; of NumPy's dates by days, in go.Scatter,
# it is 1 January 1970. Of other units, among them pandas 3's own microseconds, it stays missing on an axis,
# but the dates that hover over points are a table, and of that the figure is no JSON: a page made of it
# (write_html) stays empty. No error and no warning. Texts among the data, such as names on the x axis,
# make orjson refuse, and then Plotly takes its own way for the whole figure, which is right.
# Seen with plotly 7.1.0, orjson 3.13.0, pandas 3.1.1, numpy 2.4.6; without orjson all is right.
# What to do: plotly.io.json.config.default_engine = "json", or drop the rows without a date.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
get() { "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$@" \
  || { echo "could not install the packages" >&2; exit 2; }; }
get plotly==7.1.0 pandas==3.1.1 numpy==2.4.6 narwhals==2.29.0
cd "$work"

cat >look.py <<'PY'
import importlib.util
import json
import sys
import warnings

import numpy as np
import pandas as pd
import plotly
import plotly.express as px
import plotly.graph_objects as go

warnings.simplefilter("error")
fast = importlib.util.find_spec("orjson") is not None
print("plotly", plotly.__version__, "pandas", pd.__version__, "with" if fast else "without", "orjson")
same = True


def say(what: str, found: object, as_said: bool) -> None:
    global same
    same = same and bool(as_said)
    print(f"  {what}: {found}" + ("" if as_said else "  <- not as said"))


def table(unit: str) -> pd.DataFrame:
    """Three measurements, the second of them without a date."""
    days = pd.to_datetime(["2026-01-01", None, "2026-01-03"])
    return pd.DataFrame({"date": days.as_unit(unit), "y": [1.0, 2.0, 3.0], "name": ["a", "b", "c"]})


def read(figure) -> dict | None:
    """Return the figure's first trace as a browser gets it; None if it is no JSON."""
    try:
        return json.loads(figure.to_json())["data"][0]
    except json.JSONDecodeError:
        return None


print("dates on the x axis: what the missing one becomes")
for unit in ("s", "ms", "us", "ns"):
    became = read(px.scatter(table(unit), x="date", y="y"))["x"][1]
    say(unit, became, str(became).startswith("1677") if fast and unit == "ns" else became in (None, "NaT"))
by_days = np.array(["2026-01-01", "NaT", "2026-01-03"], "datetime64[D]")
became = read(go.Figure(go.Scatter(x=by_days, y=[1.0, 2.0, 3.0])))["x"][1]
say("numpy's days", became, str(became).startswith("1970-01-01") if fast else became in (None, "NaT"))
named = read(px.scatter(table("ns"), x="date", y="y", text="name"))["x"][1]
say("ns, with a text at each point", named, named in (None, "NaT"))

print("dates that hover over the points: what the missing one becomes")
for unit in ("s", "ms", "us", "ns"):
    trace = read(px.scatter(table(unit), x="y", y="y", hover_data=["date"]))
    became = trace and trace["customdata"][1][0]
    if not fast:
        say(unit, became, trace is not None and became in (None, "NaT"))
    elif unit == "ns":
        say(unit, became, str(became).startswith("1677"))
    else:
        say(unit, "the figure is no JSON" if trace is None else became, trace is None)
named = read(px.scatter(table("us"), x="name", y="y", hover_data=["date"]))
say("us, with texts on the x axis", named and named["customdata"][1][0], named is not None)

if fast:
    figure = px.scatter(table("us"), x="y", y="y", hover_data=["date"])
    page = figure.to_html(include_plotlyjs=False)
    found = page[page.index('"customdata"') :][:85]
    say("in the page", found, "[,[" in found)
    plotly.io.json.config.default_engine = "json"
    say('us, with the engine "json"', read(figure)["customdata"][1][0], read(figure) is not None)
if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
get orjson==3.13.0
venv/bin/python look.py
echo "still so"
