"""Files of series, written for tests."""

import numpy as np

#: Classes of three series.
NAMED = np.array(["up", "down", "up"])


def write(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def long(head, row, series=6, steps=4):
    """A table of series 0, 1 … with their steps, two of each of three classes."""
    names = ("up", "down", "on")
    rows = [
        row.format(i=i, t=t, x=10 * i + t, k=i % 3, who=i % 2, word=names[i % 3])
        for i in range(series)
        for t in range(steps)
    ]
    return head + "\n" + "\n".join(rows) + "\n"


def pack(folder, name="a.npz", **arrays):
    np.savez(folder / name, **arrays)
    return folder / name
