#!/usr/bin/env bash
# DuckDB looks at about 1000 evenly spaced rows of a pandas column of dtype object and gives the column
# the type it finds there. What lies between those rows is cast to it, without an error or a warning: in
# a column of whole numbers 0.4 becomes 0 and 2.5 becomes 2; in one of True and False a 5 becomes True; in
# one of dates a time of day is lost; also within lists and dictionaries. A sum differs from pandas' own,
# and so does the answer from one order of the same rows to another. Below 2000 rows all of them are
# looked at, so a small test sees nothing. Such a column is what an empty frame gets that is filled
# cell by cell, or a frame that was transposed. polars and pyarrow find floats in it.
# Seen with duckdb 2.0.1, and 1.5.6 with pandas 2.3.3; pandas 3.1.1.
# What to do: frame.infer_objects() before the query, or SET GLOBAL pandas_analyze_sample to the number
# of rows.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
install() {
  "${PYTHON:-python3}" -m venv "$work/$1"
  "$work/$1/bin/pip" install --quiet --disable-pip-version-check "duckdb==$1" "${@:2}" \
    || { echo "could not install the packages" >&2; exit 2; }
}
install 1.5.6 pandas==2.3.3 numpy==2.4.6
install 2.0.1 pandas==3.1.1 numpy==2.4.6 polars==2.1.0 pyarrow==26.0.1
cd "$work"

cat >look.py <<'PY'
import datetime
import sys
import warnings

import duckdb
import pandas as pd

warnings.simplefilter("error")
print("duckdb", duckdb.__version__, "pandas", pd.__version__)
same = True


def check(what: str, got: object, wanted: object) -> None:
    global same
    same = same and got == wanted
    print(f"  {what}: {got}" + ("" if got == wanted else f", not {wanted}"))


def ask(frame: pd.DataFrame, what: str) -> list:
    """What DuckDB answers of the frame's column a."""
    connection.register("frame", frame)
    return [row[0] for row in connection.execute(f"select {what} from frame").fetchall()]


connection = duckdb.connect()
scores = pd.DataFrame(index=range(3000), columns=["a"])
for row in range(3000):
    scores.at[row, "a"] = 1 if row % 3 == 0 else 0
scores.at[7, "a"] = 0.4
assert scores["a"].dtype == object
check("sum in pandas", float(scores["a"].sum()), 1000.4)
check("sum in DuckDB", ask(scores, "sum(a)"), [1000])
check("its type", ask(scores.head(3000), "typeof(any_value(a))"), ["INTEGER"])
check("of the first 1999 rows", ask(scores.head(1999), "typeof(any_value(a))"), ["DOUBLE"])
moved = pd.concat([scores.iloc[[7]], scores.drop(7)])
check("the same rows, that one first", [round(float(x), 6) for x in ask(moved, "sum(a)")], [1000.4])
wide = pd.DataFrame({row: {"name": "x", "a": value} for row, value in enumerate(scores["a"])})
check("a frame that was transposed", ask(wide.T, "sum(a)"), [1000])

day, time = datetime.date(2024, 1, 1), datetime.datetime(2024, 5, 5, 13, 30)
cases = {
    "2.5 among 1": (1, 2.5, 2),
    "5 among True": (True, 5, True),
    "13:30 among dates": (day, time, time.date()),
    "[3.7] among [1, 2]": ([1, 2], [3.7], [4]),
    "1.7 among 1 in a dictionary": ({"k": 1}, {"k": 1.7}, {"k": 2}),
}
for what, (usual, odd, becomes) in cases.items():
    frame = pd.DataFrame({"a": pd.Series([usual] * 3000, dtype=object)})
    frame.at[7, "a"] = odd
    got = ask(frame, "a")
    check(what, (got[7], set(map(str, got[:7] + got[8:]))), (becomes, {str(usual)}))

check("infer_objects", [round(float(x), 6) for x in ask(scores.infer_objects(), "sum(a)")], [1000.4])
if duckdb.__version__ == "2.0.1":
    import polars
    import pyarrow

    check("polars", str(polars.from_pandas(scores)["a"].dtype), "Float64")
    check("pyarrow", str(pyarrow.Table.from_pandas(scores)["a"].type), "double")
connection.execute("set global pandas_analyze_sample = 3000")
check("with all rows looked at", [round(float(x), 6) for x in ask(scores, "sum(a)")], [1000.4])
if not same:
    sys.exit("No longer so: see the lines above.")
PY
for version in 1.5.6 2.0.1; do
  "$version/bin/python" look.py
done
echo "still so"
