"""Which column of a table holds the texts, which the classes, and which the parts."""

from __future__ import annotations

from collections.abc import Sequence

from dpn.files.folders import PARTS
from dpn.keeping import UnclearColumns
from dpn.names import listed

#: What is said where a file is none of it.
ACCEPTED = (
    "Accepted: a CSV or TSV with a column of texts and one of classes, JSON lines with such "
    "fields, or lines with the class in front of the text."
)
#: What people call the columns.
TEXT_NAMES = (
    *("text", "sentence", "question", "query", "utterance", "message", "review", "content"),
    *("tweet", "comment", "description", "body", "headline", "title", "sms", "v2"),
    *("文本", "内容", "句子", "问题", "评论", "正文", "标题"),
)
LABEL_NAMES = (
    *("label", "category", "class", "intent", "sentiment", "target", "topic", "polarity", "rating"),
    *("emotion", "language", "labels", "v1"),
    *("标签", "类别", "分类", "意图", "情感"),
)
PART_NAMES = ("split", "part", "fold", "subset")
#: Values of a column of classes, to each that differs, at the least.
EACH = 2


def name_both(cells: Sequence[str]) -> bool:
    """Return whether cells name a column of texts and one of classes."""
    names = {cell.strip().strip('"').lower() for cell in cells}
    return bool(names & set(TEXT_NAMES)) and bool(names & set(LABEL_NAMES))


def has_names(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first of rows names the columns.

    It does if it holds a usual name, or if in a column of classes it is the only one of its kind.
    """
    first = [cell.strip().lower() for cell in rows[0]]
    if set(first) & {*TEXT_NAMES, *LABEL_NAMES}:
        return True
    others = [[row[i] for row in rows[1:]] for i in range(len(first))]
    return any(
        _is_of_classes(column) and rows[0][i] not in column for i, column in enumerate(others)
    )


def find_columns(
    rows: Sequence[Sequence[str]],
    names: Sequence[str],
    file: str,
    text: str | None = None,
    label: str | None = None,
) -> tuple[int, int, int | None]:
    """Return where the texts, the classes and, None if nowhere, the parts are.

    By the names that are given, else by usual names, else by what the columns hold: texts are the
    longest, and classes are the one other column whose values come again and again.

    Args:
        rows: some of a table, all of one width.
        names: of its columns.
        file: its name.
        text: a name that was said, one of them.
        label: likewise.

    Raises:
        DataError: it is not clear; it says how to tell.
    """
    columns = [[row[i].strip() for row in rows] for i in range(len(names))]
    free = list(range(len(names)))
    part = next((i for i in free if _is_of_parts(names[i], columns[i])), None)
    at_text, at_label = (None if name is None else names.index(name) for name in (text, label))
    free = [i for i in free if i not in (part, at_text, at_label)]
    if at_text is None:
        at_text = _text_among(free, columns, names)
        free = [i for i in free if i != at_text]
    if at_label is None:
        at_label = _usual(names, free, LABEL_NAMES)
        able = [i for i in free if _is_of_classes(columns[i])]
        if at_label is None and len(able) == 1:
            at_label = able[0]
        if at_label is None and len(able) > 1:
            named = listed([names[i] for i in able])
            raise UnclearColumns(
                f"It is not clear which column of {file} holds the classes: {named} could. "
                "Say it with --label-column NAME.",
                names,
                at_text,
            )
    if at_text is None or at_label is None:
        raise UnclearColumns(
            f"{file} has no column of classes beside its texts: its columns are {listed(names)}. "
            "Each class must come more than once; or say it with --label-column NAME.",
            names,
            at_text,
        )
    return at_text, at_label, part


def text_column(
    rows: Sequence[Sequence[str]], names: Sequence[str], text: str | None = None
) -> int:
    """Return which column holds the texts: the one of that name, or as ``find_columns``."""
    if text is not None:
        return names.index(text)
    columns = [[row[i] for row in rows] for i in range(len(names))]
    found = _text_among(range(len(names)), columns, names)
    assert found is not None  # a table has a column
    return found


def _text_among(
    free: Sequence[int], columns: Sequence[Sequence[str]], names: Sequence[str]
) -> int | None:
    found = _usual(names, free, TEXT_NAMES)
    if found is None and free:
        found = max(free, key=lambda i: sum(map(len, columns[i])))
    return found


def _usual(names: Sequence[str], among: Sequence[int], usual: Sequence[str]) -> int | None:
    """Return the column whose name comes first in ``usual``."""
    found = {names[i].lower(): i for i in reversed(among)}
    return next((found[name] for name in usual if name in found), None)


def _is_of_classes(column: Sequence[str]) -> bool:
    values = [value for value in column if value]
    return 2 <= len(set(values)) <= len(values) // EACH


def _is_of_parts(name: str, column: Sequence[str]) -> bool:
    values = {value.lower() for value in column if value}
    return name.lower() in PART_NAMES and bool(values) and values <= PARTS.keys()
