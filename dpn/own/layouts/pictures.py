"""Pictures in folders named as their classes, or one by one with the class somebody named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dpn.errors import DataError, ImageError
from dpn.language import t
from dpn.names import is_class_name, tally
from dpn.own.files import Bounds, File
from dpn.own.parts import PARTS, Part, Raw
from dpn.own.thumbs import Thumb, Thumbs, thumb_of
from dpn.pictures.folders import Path, Place, no_class, places_of, said_of
from dpn.pictures.size_limits import MAX_BYTES

#: Called with (pictures done, pictures in all).
Progress = Callable[[int, int], None]


def read_pictures(
    files: Sequence[File],
    bounds: Bounds,
    progress: Progress | None = None,
    named: Mapping[Path, tuple[str, str]] | None = None,
) -> Raw:
    """Read pictures by the folders they lie in; those that cannot be used are left out.

    ``named`` are those whose (class, part) a table tells: used where their folders tell none.

    Raises:
        DataError: there are more than ``bounds`` allow.
    """
    if len(files) > bounds.pictures:
        raise DataError(
            t(
                "{count:,} pictures are more than the {most:,} that are accepted here. Bring fewer "
                "of each class.",
                count=len(files),
                most=bounds.pictures,
            )
        )
    files = sorted(files, key=lambda file: file.path)  # archives hold them in any order
    places = places_of([file.path for file in files])
    if named and not is_by_folder(places):
        places = [Place(None, part=place.part) for place in places]
    raw = Raw("pictures in class folders", {}, notes=said_of(places))
    thumbs: list[tuple[str, str, Thumb]] = []
    lonely: dict[tuple[str, ...], list[str]] = {}
    for index, (file, place) in enumerate(zip(files, places, strict=True)):
        if place.beside:
            continue
        name, part = place.label, place.part
        if name is None and named and file.path in named:
            name, by_table = named[file.path]
            part = part or by_table
        if name is None or not is_class_name(name):
            lonely.setdefault(file.path[:-1], []).append(file.called)
            continue
        try:
            if file.size > MAX_BYTES:
                raise DataError(f"it takes {file.size / 1e6:,.0f} MB; make it smaller.")
            thumbs.append((part, name, thumb_of(file.read(), file.called)))
        except (DataError, ImageError) as error:
            said = str(error)
            raw.left_out.append(said if said.startswith(file.called) else f"{file.called}: {said}")
        if progress and index % 10 == 9:
            progress(index + 1, len(files))
    for first, *others in lonely.values():
        more = t(" and {count:,} more beside it", count=len(others)) if others else ""
        raw.left_out.append(f"{first}{more}: {no_class()}")
    return by_part(thumbs, raw)


def is_by_folder(places: Sequence[Place]) -> bool:
    """Return whether the folders of pictures tell two classes."""
    return len({place.label for place in places} - {None}) > 1


def by_part(thumbs: Sequence[tuple[str, str, Thumb]], raw: Raw) -> Raw:
    """Put pictures, each with its part and class, into their parts."""
    for part in PARTS:
        mine = [(name, thumb) for at, name, thumb in thumbs if at == part]
        if mine:
            labels = np.array([name for name, _ in mine])
            called = f"{part or 'the'} pictures", f"{part or 'the'} classes"
            raw.parts[part] = Part(Thumbs([thumb for _, thumb in mine]), labels, called)
    return raw


def class_by_class(pictures: Sequence[tuple[str, Thumb]]) -> Raw:
    """Return pictures that were dropped or shot one by one, each with the class it was named."""
    counts = Counter(name for name, _ in pictures)
    raw = Raw(f"pictures of {tally(len(counts), 'class', 'classes')}", {})
    return by_part([("", name, thumb) for name, thumb in pictures], raw)
