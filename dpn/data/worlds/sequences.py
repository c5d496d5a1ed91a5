"""Data sets whose inputs differ in length: texts, series, and lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from dpn.data.known import DIGITS_TEST_FRACTION, DIGITS_TEST_SEED
from dpn.data.worlds.dataset import Dataset, stratified_mask
from dpn.errors import DataError
from dpn.items import sets as items
from dpn.items.examples import NOTHING as NO_ITEM
from dpn.items.examples import parts_of
from dpn.language import Later, msg
from dpn.series import sets as series
from dpn.texts import sets as texts
from dpn.texts.vocabulary import FILE as VOCABULARY
from dpn.texts.vocabulary import NOTHING, Vocabulary, most_read, most_tokens, words_of

#: A set in parts, as its file has it.
Parted = TypeVar("Parted", texts.TextSet, series.SeriesSet)
Loader = Callable[[str, Path, float, int], Dataset]


def loader_of(name: str, data_dir: Path) -> Loader | None:
    """Return what loads a set of texts, series or lists; None of pictures, or of no set at all.

    It takes the name, the data folder, the validation fraction and the seed.
    """
    if items.is_set(name, data_dir):
        return load_lists
    if series.is_set(name, data_dir):
        return load_series
    return load_texts if texts.is_set(name, data_dir) else None


def _with_test_part(found: Parted, words: str) -> Parted:
    """Return a set with a test part, which ``words`` say was taken where none came along."""
    if found.test:
        return found
    held = stratified_mask(found.y_train, DIGITS_TEST_FRACTION, DIGITS_TEST_SEED)
    train, test = (
        [one for one, is_in in zip(found.train, held, strict=True) if is_in == wanted]
        for wanted in (False, True)
    )
    return replace(
        found,
        train=train,
        y_train=found.y_train[~held],
        test=test,
        y_test=found.y_train[held],
        notes=(*found.notes, Later(words, count=int(held.sum()))),
    )


def _too_few(name: str, things: str, found: Parted) -> DataError:
    """Return what is said of a set of which nothing can be held out to validate with."""
    most = max(Counter([*found.y_train.tolist(), *found.y_test.tolist()]).values())
    return DataError(
        f"{name} has too few {things}: its largest class has {most}, and one at least needs 3, of "
        "which one is for the test and one to validate with. Bring more of each."
    )


def read_series_parts(name: str, data_dir: Path) -> series.SeriesSet:
    """Return series of their own lengths, with a test part, in the order of ``load_series``.

    Raises:
        DataError: their file cannot be read, or holds fewer than two classes.
    """
    words = msg("It has no test part: a fifth of it serves as one ({count:,} series).")
    return _with_test_part(series.read_set(name, data_dir), words)


def load_series(name: str, data_dir: Path, fraction: float, seed: int) -> Dataset:
    """Return a set of series, as ``load_dataset``: each x float32 (N, n, C), NaN behind its end."""
    import torch

    notes = (found := read_series_parts(name, data_dir)).notes
    held = stratified_mask(found.y_train, fraction, seed)
    if not held.any() or not found.test:
        raise _too_few(name, "series", found)
    # One of each of ten classes with five series would be a fifth of them: not of all, then.
    wanted = max(1, round(fraction * len(held)))
    spared = np.random.default_rng(seed).permutation(np.flatnonzero(held))[wanted:]
    held[spared] = False
    steps = sum(map(len, found.train)) / len(found.train)
    x, y = series.together(found.train), found.y_train
    parts = (x[~held], y[~held], x[held], y[held], series.together(found.test), found.y_test)
    return Dataset(
        name,
        found.class_names,
        "",
        *map(torch.from_numpy, parts),
        notes=notes,
        world="series",
        sizes={"channels": len(found.channels), "length": max(1, round(steps))},
        beside={series.FILE: {"channels": list(found.channels)}},
    )


def read_text_parts(name: str, data_dir: Path) -> texts.TextSet:
    """Return texts as they were written, with a test part, in the order of ``load_texts``.

    Raises:
        DataError: their file cannot be read, or holds fewer than two classes.
    """
    words = msg("It has no test part: a fifth of it serves as one (texts: {count:,}).")
    return _with_test_part(texts.read_set(name, data_dir), words)


def load_texts(name: str, data_dir: Path, fraction: float, seed: int) -> Dataset:
    """Return a set of texts, as ``load_dataset``; the words are those of the training part."""
    import torch

    notes = (found := read_text_parts(name, data_dir)).notes
    held = stratified_mask(found.y_train, fraction, seed)
    if not (held.any() and found.test):
        raise _too_few(name, "texts", found)
    trained = [text for text, is_held in zip(found.train, held, strict=True) if not is_held]
    vocabulary = Vocabulary(words_of(trained))
    most = most_tokens(len(found.train) + len(found.test))
    x = vocabulary.encode(found.train, most)
    lengths = (x[~held, :, 0] != NOTHING).sum(axis=1)
    length = max(1, round(lengths.mean()))
    if (read := most_read(length)) < most:
        full, most, x = int((lengths > read).sum()), read, x[:, :read]
    else:
        full = int((lengths == most).sum())
    if full:
        notes = (*notes, f"Of long texts ({full:,}) the first {most:,} words are read.")
    y, x_test = found.y_train, vocabulary.encode(found.test, most)
    tensors = map(torch.from_numpy, (x[~held], y[~held], x[held], y[held], x_test, found.y_test))
    return Dataset(
        name,
        found.class_names,
        "",
        *tensors,
        notes=notes,
        world="text",
        sizes={"vocabulary": len(vocabulary.words), "length": length},
        beside={VOCABULARY: vocabulary.to_json()},
    )


def load_lists(name: str, data_dir: Path, fraction: float, seed: int) -> Dataset:  # noqa: ARG001
    """Return a set of lists, as ``load_dataset``: which items are held out, their order decides."""
    import torch

    found = items.read_set(name, data_dir)
    parts = parts_of(found.lists, repeats=found.repeats)
    lengths = (parts[0][0] != NO_ITEM).sum(axis=1)
    if not len(lengths):
        raise DataError(f"{name} has no list of more than three items; bring longer ones")
    tensors = map(torch.from_numpy, (array for part in parts for array in part))
    return Dataset(
        name,
        found.items,
        "",
        *tensors,
        notes=found.notes,
        world="list",
        sizes={"length": max(1, round(lengths.mean())), "repeats": found.repeats},
        beside={items.FILE: {"lists": len(found.lists)}},
    )
