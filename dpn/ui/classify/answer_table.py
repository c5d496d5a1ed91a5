"""The table of answers to several files: on the page, and as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dpn.language import msg, percent
from dpn.names import harmless

#: What its columns are called on the page, beside the picture and how sure an answer is.
COLUMNS = msg("file"), msg("answer"), msg("second"), msg("third"), msg("read as")


def answer_table(
    names: list[str], claimed: npt.NDArray[np.float32], class_names: tuple[str, ...]
) -> pd.DataFrame:
    """Return the top-3 answers of N files as a table, one row a file; ``claimed`` is (N, K).

    No spreadsheet takes a cell for a formula: the table on the page can be saved as CSV, too.
    """
    order = np.argsort(-claimed, axis=1, kind="stable")
    rows = []
    for name, p, best in zip(names, claimed, order, strict=True):
        row: dict[str, Any] = {
            "file": harmless(name),
            "answer": harmless(class_names[best[0]]),
            "sure": float(p[best[0]]),
        }
        for place, index in zip(("second", "third"), best[1:3], strict=False):
            row[place] = harmless(f"{class_names[index]} ({percent(p[index])})")
        rows.append(row)
    return pd.DataFrame(rows)


def to_csv(table: pd.DataFrame) -> bytes:
    """Return the table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows(table.itertuples(index=False))
    return out.getvalue().encode("utf-8-sig")  # the mark makes Excel read it as UTF-8
