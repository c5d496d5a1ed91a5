"""JSON as rows: an object a line, one list of objects, or an object with a list a part.

Also what tables are written as: [["hello", "greet"]], {"text": ["hello"], "label": ["greet"]},
{"columns": ["text", "label"], "data": [["hello", "greet"]]}; and what frameworks of intents write:
{"rasa_nlu_data": {"common_examples": [{"text", "intent"}]}}, {"utterances": […]},
{"intents": [{"tag": "greet", "patterns": ["hello"]}]}, {"greet": ["hello"]},
{"PlayMusic": [{"data": [{"text": "play "}, {"text": "jazz"}]}]}, and that as {"intents":
{"PlayMusic": {"utterances": […]}}}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from dpn.errors import DataError
from dpn.files.decoding import lines_of
from dpn.files.folders import PARTS
from dpn.texts.columns import LABEL_NAMES, TEXT_NAMES, name_both

#: What an object calls the texts where it holds several of one class.
_SEVERAL = ("patterns", "examples", "utterances", "texts", "sentences", "phrases", "queries")

#: What a column of texts is called beside its usual names.
_TEXTS = {*TEXT_NAMES, *_SEVERAL, "input"}

#: What is kept of a task of Label Studio's.
_OF_TASK = ("id", "data")
_PLURALS = (("$", ""), ("s$", ""), ("es$", ""), ("ies$", "y"))

#: Rows, and the names of their columns, None where they have none.
Table = tuple[list[list[str]], list[str] | None]


def rows_of_json(words: str, name: str, *, sure: bool) -> Table | None:
    """Return the rows of JSON and the names of its fields; None if it is none.

    Args:
        words: what the file says.
        name: what it is called.
        sure: whether it must be JSON.

    Raises:
        DataError: it must be JSON and is none, or holds something else than objects.
    """
    records: Any = None
    try:
        records = json.loads(words)
    except (ValueError, RecursionError) as error:
        if words.lstrip().startswith("["):
            if sure:
                raise DataError(f"{name} is no JSON: {error}.") from error
            return None
    while (
        isinstance(records, dict)
        and len(records) == 1
        and isinstance(inner := next(iter(records.values())), dict)
    ):
        records = inner
    if isinstance(records, dict):
        if of_parts := _of_parts(records):
            return of_parts, ["text", "label", "split"]
        if of_intents := _of_intents(records):
            return of_intents, ["text", "label"]
        if of_columns := _of_columns(records):
            return of_columns
        records = _of_classes(records) or _lists_in(records) or records
    if _are_rows(records):
        records = [[_chosen(cell) for cell in row] for row in records]
        return [[_plain(cell) for cell in row] for row in records], None
    if isinstance(records, dict):  # one object, over one line or several
        records = [records]
    if not isinstance(records, list):
        records = []
        for number, line in enumerate(lines_of(words), start=1):
            if not line.strip():
                continue
            try:
                records.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                if not sure and number == 1:
                    return None
                raise DataError(f"Line {number:,} of {name} is no JSON object: {error}.") from error
    if not all(isinstance(record, dict) for record in records):
        such = '{"text": "…", "label": "…"}'
        raise DataError(f"{name} must hold an object for each text, such as {such}.")
    if not _have_texts(records):
        records = [each for record in records for each in _each_of(record)]
    records = [_flat(_annotated(record)) for record in records]
    names = list(dict.fromkeys(key for record in records for key in record))
    return [[_plain(record.get(key)) for key in names] for record in records], names


def _are_rows(found: Any) -> bool:
    """Return whether it is a list of lists of one length, as a table has."""
    if not isinstance(found, list) or not all(isinstance(row, list) for row in found):
        return False
    return len({len(row) for row in found}) == 1 and len(found[0]) > 1


def _annotated(record: dict[str, Any]) -> dict[str, Any]:
    """Return an object with the class that somebody chose: Label Studio's annotations[0]."""
    try:
        result = record["annotations"][0]["result"]
        label = next(one["value"]["choices"][0] for one in result if "choices" in one["value"])
    except (KeyError, IndexError, TypeError, StopIteration):
        return record
    return {**{key: value for key, value in record.items() if key in _OF_TASK}, "label": label}


def _chosen(cell: Any) -> Any:
    """Return the class of spaCy's {"cats": {"good": 1.0, "bad": 0.0}}, "" of several; else it."""
    cats = cell.get("cats") if isinstance(cell, dict) else None
    if not isinstance(cats, dict) or not all(isinstance(v, (int, float)) for v in cats.values()):
        return cell
    likely = [name for name, share in cats.items() if share >= 0.5]
    return likely[0] if len(likely) == 1 else ""


def _of_columns(whole: dict[str, Any]) -> Table | None:
    """Return the table of an object of columns or of rows, as pandas writes them; else None."""
    rows, names = whole.get("data"), whole.get("columns")
    if rows is not None and _are_rows(rows) and isinstance(names, list):
        return [[_plain(cell) for cell in row] for row in rows], [*map(str, names)]
    columns = list(whole.values())
    if columns and all(isinstance(one, dict) for one in columns):
        keys = list(columns[0])
        if any(list(one) != keys for one in columns):
            return None
        if len(keys) < len(columns):  # a row a key: {"0": {"text": "hello", "label": "greet"}}
            return [[*map(_plain, one.values())] for one in columns], keys
        columns = [list(one.values()) for one in columns]
    elif not _name_columns([*whole]) or not all(map(_are_cells, columns)):
        return None
    if len({len(one) for one in columns}) > 1:
        return None
    return [[*map(_plain, row)] for row in zip(*columns, strict=True)], [*whole]


def _name_columns(names: Sequence[str]) -> bool:
    """Return whether a text and a class are named, be it in the plural: inputs and targets."""
    said = [name.strip().lower() for name in names]
    each = {re.sub(end, one, name) for name in said for end, one in _PLURALS}
    return bool(each & _TEXTS) and bool(each & {*LABEL_NAMES})


def _are_cells(found: Any) -> bool:
    return isinstance(found, list) and not any(isinstance(one, dict) for one in found)


def _of_classes(whole: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the objects of an object with a list of texts a class; [] of any other."""
    if len(whole) < 2 or _name_columns([*whole]) or not all(map(_are_texts, whole.values())):
        return []
    return [{"text": text, "label": label} for label, texts in whole.items() for text in texts]


def _are_texts(found: Any) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(one, str) for one in found)


def _have_texts(records: Sequence[dict[str, Any]]) -> bool:
    """Return whether objects have one text each, beside classes that come again.

    An object of an intent has a description, perhaps, but is the only one of its class.
    """
    both = [record for record in records if name_both([*record])]
    names = {name for record in both for name in record if name.lower() in LABEL_NAMES}
    columns = [[str(record.get(name)) for record in both] for name in names]
    return bool(both) and all(len({*column}) < len(column) for column in columns)


def _each_of(record: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """Return an object for each text of one that holds several, or the one."""
    several = next((key for key in _SEVERAL if _are_texts(record.get(key))), None)
    if several is None:
        return [record]
    rest = {key: value for key, value in record.items() if key != several}
    return [{"text": text, **rest} for text in record[several]]


def _of_parts(whole: dict[str, Any]) -> list[list[str]]:
    """Return rows of one object that has a list of pairs a part, as CLINC150's; [] of any other."""
    rows = []
    for part, pairs in whole.items():
        if not isinstance(pairs, list):
            return []
        for pair in pairs:
            if not (isinstance(pair, list) and len(pair) == 2):
                return []
            rows.append([*map(_plain, pair), part.rpartition("_")[2]])
    return rows


def _of_intents(whole: dict[str, Any]) -> list[list[str]]:
    """Return rows of an object with a list an intent, of texts in pieces, as SNIPS'; else []."""
    rows = []
    intents = whole.get("intents")  # as snips-nlu has it, beside entities
    for intent, texts in (intents if isinstance(intents, dict) else whole).items():
        if isinstance(texts, dict):
            texts = texts.get("utterances")
        if not isinstance(texts, list):
            return []
        for text in texts:
            pieces = text.get("data") if isinstance(text, dict) else None
            if not isinstance(pieces, list) or not all(isinstance(one, dict) for one in pieces):
                return []
            rows.append(["".join(_plain(one.get("text")) for one in pieces), intent])
    return rows


def _lists_in(whole: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the objects of an object that holds one list of them, or one a part; else []."""
    lists = {
        key: value
        for key, value in whole.items()
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
    }
    if len(lists) > 1 and all(key.lower() in PARTS for key in lists):
        return [{**one, "split": key} for key, value in lists.items() for one in value]
    if len(lists) > 1:  # beside the texts lie lists of synonyms, entities, …
        lists = {key: value for key, value in lists.items() if name_both([*_flat(value[0])])}
    return next(iter(lists.values())) if len(lists) == 1 else []


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Return an object with what its objects hold beside its own fields, by the inner names."""
    flat = {key: value for key, value in record.items() if not isinstance(value, dict)}
    for key, value in record.items():
        if isinstance(value, dict):
            for name, inner in _flat(value).items():
                flat[name if name not in flat else f"{key}.{name}"] = inner
    return flat


def _plain(value: Any) -> str:
    if isinstance(value, list) and len(value) == 1:
        return _plain(value[0])
    if value is None or value != value or isinstance(value, (dict, list)):  # NaN is missing, too
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
