"""How shares are written: never as all or none where they are neither, and in one place."""

import re
from pathlib import Path

import pytest

from dpn.language import percent

#: What writes ``:.1%`` itself: this, what says "more than 99.9%", and the edges of bins.
OWN = {
    "language.py": 1,
    "ui/answers.py": 1,
    "charts/bars.py": 1,
    "charts/number/boxes.py": 1,
    "charts/evaluation.py": 2,
    "ui/train/watch.py": 1,  # the width of a bar
}


@pytest.mark.parametrize(
    ("share", "digits", "words"),
    [
        (1, 2, "100.00%"), (0, 2, "0.00%"), (0.99371, 2, "99.37%"), (0.5, 0, "50%"),
        (1 - 1 / 30_000, 2, "99.99%"), (1 / 30_000, 2, "0.01%"),
        (0.9996, 1, "99.9%"), (1e-9, 1, "0.1%"), (0.996, 0, "99%"), (0.001, 0, "1%"),
    ],
)  # fmt: skip
def test_what_is_not_all_never_reads_as_all_nor_some_as_none(share, digits, words):
    assert percent(share, digits) == words


def test_shares_are_written_in_one_place():
    folder = Path(__file__).parents[1] / "dpn"
    found = {}
    for path in folder.rglob("*.py"):
        written = re.findall(r"\{[^{}\n]*:[^{}\n]*\.(?:\d|\{digits\})%\}", path.read_text("utf-8"))
        if written:
            found[path.relative_to(folder).as_posix()] = len(written)
    assert found == OWN
