"""Small files in the shape of the two sets of handwriting."""

import gzip

import numpy as np

from dpn.hands.written import PENS, SCANS


def write_hands(folder, pens=40, scans=20):
    """Write made-up handwriting of the two kinds into a data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.integers(0, 101, (pens, 16)), np.arange(pens)[:, None] % 10], axis=1)
    np.savetxt(folder / PENS, rows, "%d", delimiter=",")
    lines = ["A header", "entheight = 32", ""]
    for index in range(scans):
        bits = np.zeros((32, 32), int)
        bits[4:28, 10 + index % 3 : 16] = 1
        bits[26:28, 6:22] = 1
        lines += ["".join(map(str, row)) for row in bits] + [f" {index % 10}"]
    with gzip.open(folder / SCANS, "wt", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
