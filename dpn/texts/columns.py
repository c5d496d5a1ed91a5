"""Which column of a table holds the texts, which the classes, and which the parts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dpn.files.columns import is_name_of, say_the_same, usual
from dpn.files.folders import PARTS
from dpn.files.prose import is_prose
from dpn.keeping import UnclearColumns
from dpn.names import listed
from dpn.texts.days import NAMES as DAY_NAMES
from dpn.texts.days import are_days

#: What is said where a file is none of it.
ACCEPTED = (
    "Accepted: a CSV or TSV with a column of texts and one of classes, JSON lines with such "
    "fields, or lines with the class in front of the text."
)
#: What people call the columns.
TEXT_NAMES = (
    *("text", "sentence", "question", "query", "utterance", "utt", "message", "review", "content"),
    *("reviewtext", "review_text", "tweet", "comment", "comment_text", "phrase", "description"),
    *("body", "headline", "title", "sms", "v2", "texte", "texto", "frage", "satz", "kommentar"),
    *("文本", "内容", "句子", "问题", "评论", "正文", "标题", "pregunta", "commentaire"),
)
LABEL_NAMES = (
    *("label", "category", "class", "intent", "sentiment", "target", "topic", "polarity", "rating"),
    *("emotion", "language", "labels", "v1", "tag", "stars", "overall", "score"),
    *("klasse", "kategorie", "catégorie", "categorie", "clase", "categoría", "categoria"),
    *("标签", "类别", "分类", "意图", "情感"),
)
#: Columns that say the part of each row, and what their values mean.
_SAY_PARTS: dict[str, Mapping[str, str]] = {
    **dict.fromkeys(("split", "part", "fold", "subset", "partition", "set", "dataset"), PARTS),
    "is_test": {"true": "test", "1": "test", "false": "train", "0": "train"},
}
#: Values of a column of classes, to each that differs, at the least.
EACH = 2
#: Numbers that differ are measured, no classes, if they are more and most are not whole.
MOST_NUMBERS = 20
#: A name of something in a text, as assistants' data mark it: "wake me at [time : seven]".
_MARKED = re.compile(r"\[[^\[\]:]*:\s*([^\[\]]*)\]")
#: A quarter, a week or a month of a year.
_PERIOD = re.compile(r"\d{4}[\s/-]*[QWM]\d{1,2}|[QWM]\d{1,2}[\s/-]*\d{4}", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?\d*\.?\d+(?:e[-+]?\d+)?", re.IGNORECASE)


def name_both(cells: Sequence[str]) -> bool:
    """Return whether cells name a column of texts and one of classes."""
    names = {cell.strip().strip('"').lower() for cell in cells}
    return bool(names & set(TEXT_NAMES)) and bool(names & set(LABEL_NAMES))


def has_names(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first of rows names the columns.

    It does if it holds a usual name, if in a column of classes it is the only one of its kind, or
    if it is none of the numbers or dates of a column.
    """
    first = [cell.strip().lower() for cell in rows[0]]
    if set(first) & {*TEXT_NAMES, *LABEL_NAMES}:
        return True
    others = [[row[i] for row in rows[1:]] for i in range(len(first))]
    return any(
        (is_of_classes(column) and cell not in column) or is_name_of(cell, column)
        for cell, column in zip(rows[0], others, strict=True)
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
        able = _classes_among(free, columns, names)
        if len(able) > 1:
            named = listed([names[i] for i in able])
            raise UnclearColumns(
                f"It is not clear which column of {file} holds the classes: {named} could. "
                "Say it with --label-column NAME.",
                names,
                at_text,
            )
        at_label = able[0] if able else None
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
    columns = [[row[i].strip() for row in rows] for i in range(len(names))]
    free = [i for i in range(len(names)) if not _is_of_parts(names[i], columns[i])]
    found = _text_among(free or range(len(names)), columns, names)
    assert found is not None  # a table has a column
    return found


def texts_beside(
    rows: Sequence[Sequence[str]], names: Sequence[str], used: Sequence[int | None]
) -> list[str]:
    """Return the names of columns that hold other texts than the one that is used."""
    free = [i for i in range(len(names)) if i not in used]
    columns = {i: [row[i].strip() for row in rows] for i in free}
    return [
        names[i]
        for i, cells in columns.items()
        if len({*cells} - {""}) > len(rows) / 2 and is_prose(cells, 0.5)
    ]


def part_in(name: str, value: str) -> str:
    """Return the part that a column of parts, of this name, says with a value."""
    return _SAY_PARTS.get(name.lower(), PARTS).get(value.lower(), "train")


def are_measured(values: Sequence[str]) -> bool:
    """Return whether they are numbers that measure something, such as 3.27, and no classes."""
    each = {value for value in values if value}
    if len(each) <= MOST_NUMBERS or not all(map(_NUMBER.fullmatch, each)):
        return False
    return sum(not float(value).is_integer() for value in each) > len(each) / 2


def are_numbers(cells: Sequence[str]) -> bool:
    """Return whether cells are numbers, with a decimal point or comma."""
    return bool(cells) and all(_NUMBER.fullmatch(cell.replace(",", ".")) for cell in cells)


def _text_among(
    free: Sequence[int], columns: Sequence[Sequence[str]], names: Sequence[str]
) -> int | None:
    known = [name.strip().lower() for name in names]
    able = [i for i in free if len({*columns[i]}) > 1 and known[i] not in LABEL_NAMES] or free
    able = [i for i in able if not _is_marked(i, able, columns)] or able
    able = [i for i in able if not (are_numbers(columns[i]) or are_times(columns[i]))] or able
    found = usual(known, TEXT_NAMES, able)
    if found is None and able:
        found = max(able, key=lambda i: sum(map(len, columns[i])))
    return found


def _classes_among(
    free: Sequence[int], columns: Sequence[Sequence[str]], names: Sequence[str]
) -> list[int]:
    """Return the columns that could hold the classes: one where it is clear."""
    known = [name.strip().lower() for name in names]
    measured = [i for i in free if are_measured(columns[i])]
    able = [i for i in free if i not in measured]
    varied = [i for i in able if len({*columns[i]}) > 1]
    for among in (varied, able):
        if (found := usual(known, LABEL_NAMES, among)) is not None:
            return [_in_words(found, free, columns)]
    able = [i for i in able if is_of_classes(columns[i])]
    ends = {i: _words(names[i])[-1:] for i in able}
    able = [i for i in able if not are_days(columns[i])]
    able = [i for i in able if not {*ends[i]} & {*DAY_NAMES}] or able
    able = [i for i in able if ends[i] != ["id"]] or able
    able = [i for i in able if {*ends[i]} & {*LABEL_NAMES}] or able
    return list(dict.fromkeys(_in_words(i, able, columns) for i in able or measured[:1]))


def are_times(cells: Sequence[str]) -> bool:
    """Return whether cells are days, or quarters and weeks such as 1970 Q1."""
    return are_days(cells) or all(map(_PERIOD.fullmatch, cells))


def _in_words(at: int, among: Sequence[int], columns: Sequence[Sequence[str]]) -> int:
    """Return the column that says in words what this one says in numbers; else this one."""
    if not all(map(_NUMBER.fullmatch, {*columns[at]})) or not is_of_classes(columns[at]):
        return at
    able = (i for i in among if not any(map(_NUMBER.fullmatch, {*columns[i]})))
    return next((i for i in able if say_the_same(columns[at], columns[i])), at)


def _is_marked(at: int, among: Sequence[int], columns: Sequence[Sequence[str]]) -> bool:
    """Return whether a column is another one with marks in it."""
    plain = [_MARKED.sub(r"\1", cell) for cell in columns[at]]
    if plain == [*columns[at]]:
        return False
    wanted = [_squeezed(cell) for cell in plain]
    return any(
        2 * sum(map(str.__eq__, wanted, map(_squeezed, columns[i]))) > len(wanted)
        for i in among
        if i != at
    )


def _squeezed(cell: str) -> str:
    return "".join(cell.lower().split())


def _words(name: str) -> list[str]:
    """Return the words of a name: of "reviewTime" and "review_time" review and time."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())


def is_of_classes(column: Sequence[str]) -> bool:
    """Return whether the values of a column come again, as classes do; blank ones left aside."""
    values = [value for value in column if value]
    return 2 <= len(set(values)) <= len(values) // EACH


def _is_of_parts(name: str, column: Sequence[str]) -> bool:
    values = {value.lower() for value in column if value}
    if name.startswith("column "):  # it has no name, as in Google's AutoML: TRAIN, TEST
        return values <= PARTS.keys() and {*map(PARTS.get, values)} == {"train", "test"}
    return bool(values) and values <= _SAY_PARTS.get(name.strip().lower(), {}).keys()
