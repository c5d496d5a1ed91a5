"""Which reader takes what somebody brings: files of whatever layout they have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dpn.errors import DataError
from dpn.files.decoding import document
from dpn.language import Later, msg, t
from dpn.names import tally
from dpn.own.files import PAGE, TABLES, Bounds, File, members, names_of, unpacked
from dpn.own.layouts.arrays import read_arrays, read_bitmaps
from dpn.own.layouts.idx import is_idx, is_mapping, read_idx
from dpn.own.layouts.named import LINES, named_in
from dpn.own.layouts.parquet import is_parquet, read_parquet
from dpn.own.layouts.pictures import Progress, is_by_folder, read_pictures
from dpn.own.layouts.table import is_of_pixels, read_tables
from dpn.own.parts import Raw, Refused
from dpn.pictures.folders import places_of, sort_out

#: A set of npy files with one of these names is images and labels; else each file is a class.
_ARRAYS = {"x", "x_train", "train_images", "images", "data"}
#: Where an idx file's name goes on with its part and kind; how all names of Quick, Draw! begin.
_PART_ON = re.compile(
    r"[-_. ]*\b(train|t10k|test|valid|val|images|labels)\b.*(ubyte|idx\d-\w+)$", re.I
)
_QUICK_DRAW = "full_numpy_bitmap_"


def bring(
    files: Sequence[File],
    bounds: Bounds = PAGE,
    progress: Progress | None = None,
    *,
    needs_labels: bool = True,
) -> Raw:
    """Read files of whatever layout they have.

    Args:
        files: uploads, or the files of a folder.
        bounds: how much is read.
        progress: called with (pictures done, pictures in all).
        needs_labels: whether pixels without labels are left out; else "" is each.

    Raises:
        Refused: nothing can be learned from them; it says all that is wrong.
    """
    try:
        if (
            len(files) == 1 and not is_parquet(files[0]) and (said := _document(files[0]))
        ):  # beside pictures it is left out
            raise DataError(f"{files[0].called} {said}")
        with unpacked(files, bounds) as found:
            return _read(found, bounds, progress, needs_labels)
    except Refused:
        raise
    except DataError as error:
        raise Refused([str(error)]) from error
    except MemoryError:
        raise Refused(["It needs more memory than is free; bring fewer images."]) from None


def _document(file: File) -> str:
    with file.open() as opened:
        return document(opened)


def suggested_name(files: Sequence[str]) -> str:
    """Return what a set may be called that is read from files of these names; "" is no idea."""
    stems = [
        _PART_ON.sub("", re.sub(r"\.gz$", "", name, flags=re.I)).split(".")[0] for name in files
    ]
    if all(stem.startswith(_QUICK_DRAW) for stem in stems):
        return " ".join(stem.removeprefix(_QUICK_DRAW) for stem in stems)
    return "" if stems[0].lower() in _ARRAYS else stems[0]


def _read(files: list[File], bounds: Bounds, progress: Progress | None, needs_labels: bool) -> Raw:
    by_path = {file.path: file for file in files}
    pictures, notes = sort_out(by_path)
    visible = _visible(files)
    npz = [file for file in visible if file.name.lower().endswith(".npz")]
    arrays = [file for file in visible if file.name.endswith(".npy")]
    idx = [file for file in visible if is_idx(file)]
    tables = [file for file in visible if file.name.lower().endswith(TABLES)]
    mappings = [file for file in visible if is_mapping(file)]
    parquet = [file for file in visible if is_parquet(file)]
    data = len(idx) + len(tables) + len(npz) + len(arrays) + len(parquet)
    seen = len(pictures)
    lines = [file for file in visible if file.name.lower().endswith(LINES)]
    named, naming = named_in([*tables, *lines], pictures) if pictures else ({}, [])
    places = places_of(pictures)
    if is_by_folder(places):  # a table tells only what the folders do not
        alone = [
            path for path, at in zip(pictures, places, strict=True) if not (at.label or at.beside)
        ]
        named = {path: named[path] for path in alone if path in named}
    is_told = bool(named) or is_by_folder(places)
    if data and (not is_told or len(pictures) < data):
        pictures = []  # a preview beside the data
    if pictures:
        raw = read_pictures([by_path[path] for path in pictures], bounds, progress, named)
        if named:
            raw.kind = "pictures and a table of their classes"
            words = msg("What lies in no folder of a class has that of {files}.")
            raw.notes.append(Later(words, files=names_of(naming)))
            notes = sort_out(by_path.keys() - {file.path for file in naming})[1]
        raw.left_out += notes
        return raw
    if parquet:
        if not bounds.parquet:
            raise Refused([t("On a server for others, Parquet files are not taken yet.")])
        return read_parquet(parquet, bounds, progress)
    if npz:
        return _read_npz(npz, bounds, needs_labels)
    if idx:
        return read_idx(idx, mappings, bounds)
    if arrays:
        names = {file.name.removesuffix(".npy").lower() for file in arrays}
        if names & _ARRAYS:
            return read_arrays(arrays, bounds, needs_labels=needs_labels)
        return read_bitmaps(arrays, bounds)
    tables = tables or [file for file in visible if is_of_pixels(file)]  # zip.train, optdigits.tra
    if tables:
        try:
            return read_tables(tables, mappings, bounds, needs_labels=needs_labels)
        except Refused as error:
            if seen:
                said = (
                    f"{tally(len(tables), 'table')} beside {tally(seen, 'picture')} read in their "
                    "place; to use the pictures, bring them alone."
                    if is_told
                    else f"{tally(seen, 'picture')} in no folders of two classes, and no table "
                    "tells more."
                )
                raise Refused([said, *error.sentences]) from error
            raise
    raise Refused(
        [
            t(
                "Nothing here can be learned from: {files}. Accepted are a zip of class folders "
                "with pictures, an npz, idx files (-ubyte), a CSV of pixels with a label column, "
                "Parquet with pictures, and Quick, Draw! bitmaps (.npy). Of texts, series and "
                "lists: python -m dpn train --dataset FILE.",
                files=names_of(files) or t("no files"),
            ),
            *notes,
        ]
    )


def _visible(files: Sequence[File]) -> list[File]:
    """Return the files that no system hides."""
    return [
        file for file in files if not any(name.startswith((".", "__MACOSX")) for name in file.path)
    ]


def _read_npz(files: Sequence[File], bounds: Bounds, needs_labels: bool) -> Raw:
    if len(files) > 1:
        raise Refused([f"Several npz files lie here ({names_of(files)}). Bring one at a time."])
    with members(files[0]) as arrays:
        inside = [file for file in arrays if file.name.endswith(".npy")]
        return read_arrays(inside, bounds, needs_labels=needs_labels)
