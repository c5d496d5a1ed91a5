"""An npz of series: x (N, T, C) or (N, T) and y, whole or in parts; read without trusting it.

An array (N, C, T) is told from the first as ``axes.py`` says.

NaN behind the last value of a series is padding: series of different lengths are kept so.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpn.errors import DataError
from dpn.names import composed, listed, shown
from dpn.series.axes import AXES, time_second
from dpn.series.found import ACCEPTED, MAX_BYTES, Series, check_size, checked

#: What people call the arrays, whole and in parts.
_X = ("x", "X", "data", "series", "values", "arr_0")
_Y = ("y", "Y", "labels", "label", "target", "arr_1")
_IN_PARTS = (("x_{}", "y_{}"), ("X_{}", "y_{}"), ("X_{}", "Y_{}"), ("{}_x", "{}_y"))
_OTHERS = ("class_names", "channels", "channel_names", "lengths", "length", AXES)


def read_npz(path: Path) -> Series:
    """Return the series of an npz; without y the labels are "".

    Raises:
        DataError: it is damaged, holds no series, or what it holds looks like pictures.
    """
    check_size(path)
    name = shown(path.name)
    arrays = _arrays(path, name)
    parts = _parts(arrays)
    if not parts:
        held = listed(_names(path)) or "nothing"
        raise DataError(
            f"{name} must hold x (N, T, C) or (N, T) and y (N,), or x_train, y_train, x_test and "
            f"y_test; it holds {held}."
        )
    given = arrays.get("class_names")
    values: list[NDArray[Any]] = []
    labels, parted = [], []
    notes: list[str] = []
    for part, x_name, y_name in parts:
        found, assumed = _series(arrays[x_name], x_name, name, arrays)
        notes += assumed
        values += found
        labels += _labels(arrays.get(y_name), y_name, len(found), given, name)
        parted += [part] * len(found)
    checked_values, filled = checked(values, name)
    width = checked_values[0].shape[1]
    named = arrays.get("channel_names", arrays.get("channels"))
    names = tuple(f"channel {i + 1}" for i in range(width))
    if named is not None and named.dtype.kind in "US" and named.shape == (width,):
        names = tuple(_words(named))
    return Series(checked_values, labels, parted, names, (*notes, *filled))


def holds_pictures(path: Path) -> bool:
    """Return whether an npz holds what the reader of pictures takes: bytes of two sides or more."""
    arrays = _arrays(path, shown(path.name))
    return any(arrays[x].dtype == np.uint8 and arrays[x].ndim >= 3 for _, x, _ in _parts(arrays))


def _arrays(path: Path, name: str) -> dict[str, NDArray[Any]]:
    """Return all arrays that matter, by name; nothing is unpickled."""
    wanted = {*_X, *_Y, *_OTHERS}
    wanted |= {
        word.format(part)
        for pair in _IN_PARTS
        for word in pair
        for part in ("train", "val", "test")
    }
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            size = sum(size for file, size in sizes.items() if file.removesuffix(".npy") in wanted)
        if size > 4 * MAX_BYTES:
            raise DataError(f"{name} unpacks to {size / 1e6:,.0f} MB; bring a part of it.")
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            return {key: file[key] for key in file.files if key in wanted}
    except DataError:
        raise
    except ValueError as error:
        if "pickle" in str(error).lower():
            raise DataError(
                f"{name} holds Python objects, which are never loaded. Save numbers: pad shorter "
                "series with NaN at their end."
            ) from None
        raise DataError(f"{name} is damaged or no npz; save it with numpy.savez.") from error
    except (OSError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error, SyntaxError) as error:
        raise DataError(f"{name} is damaged or no npz; save it with numpy.savez.") from error
    except Exception as error:  # on damaged input zip and npy raise a dozen types
        raise DataError(f"{name} is damaged or no npz; save it with numpy.savez.") from error


def _names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return sorted(name.removesuffix(".npy") for name in archive.namelist())


def _parts(arrays: dict[str, NDArray[Any]]) -> list[tuple[str, str, str]]:
    """Return (part, name of x, name of y) of what is there."""
    both = [pair for pair in _IN_PARTS if all(one.format("train") in arrays for one in pair)]
    for x, y in (*both, *_IN_PARTS):
        if x.format("train") in arrays:
            parts = [("train", x.format("train"), y.format("train"))]
            for part in ("val", "test"):  # validation series are held out anew
                if x.format(part) in arrays:
                    kept = "test" if part == "test" else "train"
                    parts.append((kept, x.format(part), y.format(part)))
            return parts
    y = next((name for name in _Y if name in arrays), "y")
    return [("train", x, y) for x in _X if x in arrays][:1]


def _series(
    x: NDArray[Any], x_name: str, file: str, arrays: dict[str, NDArray[Any]]
) -> tuple[list[NDArray[np.float64]], tuple[str, ...]]:
    """Return each series as (n, C), and what was assumed."""
    if x.dtype.kind not in "fiu" or x.ndim not in (2, 3):
        raise DataError(
            f"{x_name} of {file} must hold numbers (N, T, C) or (N, T): N series, T steps, C "
            f"channels; got {x.dtype} of shape {x.shape}."
        )
    if 0 in x.shape:
        raise DataError(f"{x_name} of {file} holds no series: its shape is {x.shape}. {ACCEPTED}")
    values = x.astype(np.float64)
    notes: tuple[str, ...] = ()
    if values.ndim == 2:
        values = values[:, :, None]
    else:
        values, notes = time_second(values, x_name, file, arrays)
    lengths = arrays.get("lengths", arrays.get("length"))
    if lengths is not None and lengths.shape == (len(x),) and lengths.dtype.kind in "iu":
        kept = [one[: max(int(n), 0)] for one, n in zip(values, lengths, strict=True)]
        return kept, notes
    there = np.asarray(~np.isnan(values).all(axis=2), np.bool_)
    steps = values.shape[1]
    ends = np.where(there.any(axis=1), steps - there[:, ::-1].argmax(axis=1), steps)
    return [one[:n] for one, n in zip(values, ends, strict=True)], notes


def _labels(
    y: NDArray[Any] | None, name: str, count: int, given: NDArray[Any] | None, file: str
) -> list[str]:
    if y is None:
        return [""] * count
    if y.ndim == 2 and y.shape[1] > 1 and y.dtype.kind in "biuf":  # one-hot
        if not (np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()):
            raise DataError(f"{name} of {file} must mark one class a series; got shape {y.shape}.")
        y = y.argmax(axis=1)
    y = y.reshape(-1)
    if len(y) != count:
        raise DataError(f"{name} of {file} must hold {count:,} classes, got {len(y):,}.")
    if y.dtype.kind in "US":
        return _words(y)
    if y.dtype.kind not in "biuf" or not (np.isfinite(y).all() and (y == np.rint(y)).all()):
        raise DataError(f"{name} of {file} must hold whole numbers or words, one for each class.")
    numbers = y.astype(np.int64).tolist()
    if given is not None and given.dtype.kind in "US" and given.ndim == 1:
        names = _words(given)
        if min(numbers) < 0 or max(numbers) >= len(names):
            raise DataError(
                f"{name} of {file} must hold numbers in 0..{len(names) - 1}, as class_names has "
                f"{len(names)}; got {min(numbers)} to {max(numbers)}."
            )
        return [names[number] for number in numbers]
    return [str(number) for number in numbers]


def _words(array: NDArray[Any]) -> list[str]:
    words = np.strings.decode(array) if array.dtype.kind == "S" else array
    return [composed(str(word).strip()) for word in words.ravel()]
