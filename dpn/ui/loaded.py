"""Data sets, and what models say of their test images: loaded once, for all sessions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dpn.data.catalogue import DatasetInfo, dataset_info
from dpn.data.known import DATASETS
from dpn.data.npz import read_npz
from dpn.data.worlds.sequences import read_series_parts, read_text_parts
from dpn.errors import DataError, DPNError
from dpn.items import sets as of_lists
from dpn.runs.run import Run
from dpn.sampling.spread import spread
from dpn.series import sets as of_series
from dpn.texts.sets import TextSet, path_of
from dpn.ui.sets import folder_of
from dpn.ui.shared import model_server, warm_up

if TYPE_CHECKING:
    from torch import Tensor

    from dpn.data.loading import Dataset
    from dpn.evaluation.evaluate import Evaluation, Layer

#: Files up to this size are read whole, in a second at most, before anything is trained on them.
QUICK_BYTES = 20 * 2**20
#: The share that validates, and its seed: of texts they decide which words have numbers.
HELD_OUT = (0.1, 0)
#: Test images that others are compared with: their maps are 33 MB of a wide encoder.
MOST_COMPARED = 2_000


def dataset(name: str, held_out: tuple[float, int] = HELD_OUT) -> Dataset:
    """Return a data set that is on disk or embedded; it is in memory once, for all sessions.

    Raises:
        DataError: it is not here, or cannot be read.
    """
    folder = folder_of(name)
    changed = _changed(folder / f"{name}.npz", *_paths(name, folder))
    return _dataset(name, str(folder), changed, held_out)


def _paths(name: str, folder: Path) -> list[Path]:
    return [of(name, folder) for of in (path_of, of_series.path_of, of_lists.path_of)]


def _changed(*files: Path) -> int:
    return next((file.stat().st_mtime_ns for file in files if file.is_file()), 0)


@st.cache_resource(show_spinner=False, max_entries=4)
def _dataset(
    name: str,
    folder: str,
    changed: int,  # noqa: ARG001 - part of the key
    held_out: tuple[float, int],
) -> Dataset:
    from dpn.data.loading import load_dataset

    warm_up().wait()
    of, seed = held_out
    return load_dataset(name, Path(folder), validation_fraction=of, seed=seed, download=False)


def counted(info: DatasetInfo) -> DatasetInfo:
    """Return what is known of a set; of all but pictures also how many, and of how many classes.

    Raises:
        DataError: they cannot be read.
    """
    if info.world not in ("text", "series", "list"):
        return info
    folder = folder_of(info.name)
    return _counted(info.name, str(folder), _changed(*_paths(info.name, folder)))


@st.cache_resource(show_spinner=False, max_entries=64)
def _counted(name: str, folder: str, changed: int) -> DatasetInfo:  # noqa: ARG001 - part of the key
    return dataset_info(name, Path(folder))


def texts(name: str) -> TextSet:
    """Return a set of texts as they were written, in the order of ``dataset``; it is kept.

    Raises:
        DataError: they are not here, or cannot be read.
    """
    folder = folder_of(name)
    return _texts(name, str(folder), _changed(path_of(name, folder)))


@st.cache_resource(show_spinner=False, max_entries=4)
def _texts(name: str, folder: str, changed: int) -> TextSet:  # noqa: ARG001 - part of the key
    return read_text_parts(name, Path(folder))


def series(name: str) -> of_series.SeriesSet:
    """Return a set of series, each as long as it is, in the order of ``dataset``; it is kept.

    Raises:
        DataError: they are not here, or cannot be read.
    """
    folder = folder_of(name)
    return _series(name, str(folder), _changed(*_paths(name, folder)))


@st.cache_resource(show_spinner=False, max_entries=4)
def _series(name: str, folder: str, changed: int) -> of_series.SeriesSet:  # noqa: ARG001 - part of the key
    return read_series_parts(name, Path(folder))


def lists(name: str) -> of_lists.ListSet:
    """Return a set of lists of items, in the order of ``dataset``; it is kept.

    Raises:
        DataError: they are not here, or cannot be read.
    """
    folder = folder_of(name)
    return _lists(name, str(folder), _changed(*_paths(name, folder)))


@st.cache_resource(show_spinner=False, max_entries=4)
def _lists(name: str, folder: str, changed: int) -> of_lists.ListSet:  # noqa: ARG001 - part of the key
    return of_lists.read_set(name, Path(folder))


def data_notes(info: DatasetInfo) -> tuple[str, ...]:
    """Return what was assumed to read a data set of one's own; of a large one what headers tell.

    Raises:
        DataError: its numbers or labels cannot be used.
    """
    if info.source != "npz" or info.path is None or info.path.stat().st_size > QUICK_BYTES:
        return info.notes
    notes, problem = _data_notes(info.name, str(info.path), info.path.stat().st_mtime_ns)
    if problem:
        raise DataError(problem)
    return notes


@st.cache_resource(show_spinner=False, max_entries=64)
def _data_notes(
    name: str,
    path: str,
    changed: int,  # noqa: ARG001 - part of the key
) -> tuple[tuple[str, ...], str]:
    usual = DATASETS[name].class_names if name in DATASETS else ()
    try:
        return read_npz(Path(path), usual).notes, ""
    except DataError as error:
        return (), str(error)


def test_images(run: Run) -> tuple[Tensor, Tensor]:
    """Return the test images (N, C, H, W), uint8, and labels (N,) of a run's data set.

    Raises:
        DataError: the data set is not on this machine, or cannot be read.
        RunError: it is no longer the one that the run was made from.
    """
    config = run.config()
    own = config.training.validation_fraction, config.training.seed
    data = dataset(config.training.dataset, own if config.model.world == "text" else HELD_OUT)
    from dpn.training.opening import check_same_data

    check_same_data(run, config, data)
    return data.x_test, data.y_test


def class_means(run: Run) -> NDArray[np.float32] | None:
    """Return the mean test image (K, H, W), 0..1, of each class a drawn digit's run knows.

    None where there is nothing to compare a drawing with: photos, whose mean is a blur, dark ink,
    whose bright pixels are paper, and data that are not on this machine.
    """
    if run.config().preparation in ("photo", "dark_ink"):
        return None
    try:
        test_images(run)
    except DPNError:
        return None
    return _class_means(str(run.path), run.config().training.dataset)


@st.cache_resource(show_spinner=False, max_entries=16)
def _class_means(path: str, name: str) -> NDArray[np.float32]:  # noqa: ARG001 - part of the key
    images, labels = test_images(Run(Path(path)))
    ink = images.numpy().mean(axis=1) / np.float32(255)
    of = labels.numpy()
    classes = range(Run(Path(path)).config().model.classes)
    empty = np.zeros(ink.shape[1:], np.float32)
    return np.stack([ink[of == k].mean(axis=0) if (of == k).any() else empty for k in classes])


def evaluation(run: Run, moment: int | None = None) -> Evaluation:
    """Return how the run's model, or a snapshot of it, answers the test images; it is kept.

    Raises:
        DPNError: as ``test_images`` and ``ModelServer.evaluate``.
    """
    return _evaluation(str(run.path), moment, run.weights_stamp())


@st.cache_resource(show_spinner=False, max_entries=64)
def _evaluation(
    path: str,
    moment: int | None,
    stamp: int,  # noqa: ARG001 - part of the key
) -> Evaluation:
    run = Run(Path(path))
    return model_server().evaluate(run, *test_images(run), moment)


def compared(run: Run) -> NDArray[np.int64]:
    """Return the indices of ``MOST_COMPARED`` of a run's test images, spread over all.

    Raises:
        DPNError: as ``test_images``.
    """
    return spread(len(test_images(run)[1]), MOST_COMPARED)


def between(layer: Layer, run: Run, moment: int | None = None) -> NDArray[np.float32]:
    """Return what a run's model makes of test images, see ``ModelServer.between``; it is kept.

    Of those ``compared``, in which what is alike is looked for.

    Raises:
        DPNError: as ``test_images`` and ``ModelServer.between``.
    """
    return _between(layer, str(run.path), moment, run.weights_stamp())


@st.cache_resource(show_spinner=False, max_entries=16)
def _between(
    layer: Layer,
    path: str,
    moment: int | None,
    stamp: int,  # noqa: ARG001 - part of the key
) -> NDArray[np.float32]:
    run = Run(Path(path))
    images = test_images(run)[0][compared(run)]
    return model_server().between(layer, run, images, moment).numpy()
