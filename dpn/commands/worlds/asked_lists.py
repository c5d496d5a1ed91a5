"""The lists of items that the command line is asked about: --items, a list a line, or a table."""

from __future__ import annotations

import csv
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dpn.errors import DataError, did_you_mean, said
from dpn.files.decoding import decoded, lines_of
from dpn.items.reading import called, is_of_lists, read_lists
from dpn.names import shown
from dpn.runs.config import RunConfig
from dpn.runs.run import Run

#: What a list is called in the answers, and its items, or what is wrong with it.
Source = tuple[dict[str, Any], list[int] | DataError]

_ACCEPTED = (
    "Accepted: a list a line, with commas between its items, or a CSV with the columns user, item "
    "and time."
)


def asked_lists(
    options: Namespace, run: Run, config: RunConfig, say: Callable[[str], None]
) -> list[Source]:
    """Return the lists that are asked about: --items, those of files of users, or a list a line.

    ``say`` is called with what was assumed of a file. One that cannot be read has its error.

    Raises:
        DataError: --items names what is none.
    """
    number = {name: i for i, name in enumerate(config.class_names)}
    found: list[Source] = []
    if options.items is not None:
        lines = csv.reader(options.items.splitlines(), skipinitialspace=True)
        found.append(({}, _numbers([cell for line in lines for cell in line], number, run.id)))
    for name in options.files:
        try:
            lists = list(_lists_in(Path(name), say))
            if not lists:
                raise DataError(f"{shown(Path(name).name)} holds no list. {_ACCEPTED}")
        except DataError as error:
            found.append(({"file": name}, error))
            continue
        for told, names in lists:
            items: list[int] | DataError
            try:
                items = _numbers(names, number, run.id)
            except DataError as error:
                items = error
            found.append(({"file": name, **told}, items))
    return found


def _lists_in(path: Path, say: Callable[[str], None]) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield the lists of a file, with which each is: its line, or its number and user."""
    if is_of_lists(path):
        read = read_lists(path, to_learn=False)
        for note in read.notes:
            say(note)
        for i, (user, items) in enumerate(zip(read.users, read.lists, strict=True), start=1):
            yield {"line": i, "user": user}, items
        return
    words, notes = decoded(path, _ACCEPTED)
    for note in notes:
        say(note)
    rows = csv.reader(lines_of(words), skipinitialspace=True)
    try:
        for row in rows:
            if row and (len(row) > 1 or row[0].strip()):
                yield {"line": rows.line_num}, row
    except csv.Error as error:
        raise DataError(
            f"{shown(path.name)}, line {rows.line_num:,}: {error}. {_ACCEPTED}"
        ) from error


def _numbers(names: Sequence[str], number: dict[str, int], run_id: str) -> list[int]:
    """Return the numbers of items that a list names.

    Raises:
        DataError: it names none, or one that the run does not know.
    """
    names = [called(name) for name in names if name.strip()]
    if not names:
        raise DataError("A list must name at least one item; put commas between them.")
    for name in names:
        if name not in number:
            hint = did_you_mean(name, number)
            few = ", ".join(map(shown, [*number][:3]))
            raise DataError(
                f"Run {run_id!r} knows no item {said(name)}"
                + (hint or f". Accepted are its {len(number):,} items, such as {few}.")
            )
    return [number[name] for name in names]
