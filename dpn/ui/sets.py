"""The data sets that this visitor may use, the server's and their own; what is read from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dpn import settings
from dpn.data.catalogue import DATASETS, DatasetInfo, list_datasets, list_own
from dpn.data.npz import read_npz
from dpn.errors import DataError, DPNError, RunError
from dpn.own import keeping
from dpn.own.making import OwnSet
from dpn.runs.run import Run
from dpn.ui import access
from dpn.ui.access import visitor
from dpn.ui.shared import model_server, visits, warm_up

if TYPE_CHECKING:
    from torch import Tensor

    from dpn.data.loading import Dataset
    from dpn.evaluation.evaluate import Evaluation

#: Files up to this size are read whole, in a second at most, before anything is trained on them.
QUICK_BYTES = 20 * 2**20


def _own_folder() -> Path | None:
    context = get_script_run_ctx(suppress_warning=True)
    return visits().folder(visitor(), context.session_id if context else "")


def sets() -> dict[str, DatasetInfo]:
    """Return the server's data sets, then those that this visitor has brought, by name."""
    infos = list_datasets(settings.data_dir())
    if (folder := _own_folder()) is not None:
        kept = {info.name for info in infos}
        own = [info for info in list_own(folder) if info.name not in kept]
        infos += [
            replace(
                info,
                title=f"{info.title} (yours)",
                about=f"{info.about} It is here for your visit.",
            )
            for info in own
        ]
    return {info.name: info for info in infos}


def hold(own: OwnSet, name: str, *, balanced: bool) -> str:
    """Hold a set for this visit and return its full name.

    Raises:
        DataError: as ``Visits.add``.
    """
    context = get_script_run_ctx(suppress_warning=True)
    session = context.session_id if context else ""
    return visits().add(visitor(), session, own, name, balanced=balanced)


def keep(own: OwnSet | str, name: str) -> str:
    """Keep a set on the server, for all to use, and return its name there.

    Args:
        own: the set, or the name of one that is held for this visit.
        name: what it is called there.

    Raises:
        DataError: as ``keeping.keep``; the visitor must be allowed to.
    """
    if not access.may_keep():
        raise DataError("Sign in to keep data sets on this server.")
    data = folder_of(own) / f"{own}.npz" if isinstance(own, str) else own
    keeping.keep(data, name, settings.data_dir(), access.owner(), access.kept_quota())
    if isinstance(own, str):
        let_go(own)
    return name


def is_mine(name: str) -> bool:
    """Return whether this visitor keeps a set on the server, and may remove it."""
    owner = access.owner()
    return owner is not None and keeping.owner_of(name, settings.data_dir()) == owner


def let_go(name: str) -> None:
    """Remove a set that this visitor has brought, or keeps on the server."""
    if is_held(name):
        visits().remove(visitor(), name)
    elif is_mine(name):
        keeping.remove(name, settings.data_dir())


def is_held(name: str) -> bool:
    """Return whether a set is here for this visit only."""
    return folder_of(name) != settings.data_dir()


def is_balanced(name: str) -> bool:
    """Return whether this visitor wants each class of a set to be shown equally often."""
    return visits().is_balanced(visitor(), name)


def folder_of(name: str) -> Path:
    """Return the folder that a data set is read from: the server's, or this visitor's own."""
    here, own = settings.data_dir(), _own_folder()
    file = f"{name}.npz"
    if own is not None and not (here / file).is_file() and (own / file).is_file():
        return own
    return here


def may_see(run: Run) -> bool:
    """Return whether the images that a run was trained on are here for all, or this visitor's."""
    try:
        name = run.config().training.dataset
    except RunError:
        return False
    return name in DATASETS or (folder_of(name) / f"{name}.npz").is_file()


def dataset(name: str) -> Dataset:
    """Return a data set that is on disk or embedded; it is in memory once, for all sessions.

    Raises:
        DataError: it is not here, or cannot be read.
    """
    folder = folder_of(name)
    file = folder / f"{name}.npz"
    return _dataset(name, str(folder), file.stat().st_mtime_ns if file.is_file() else 0)


@st.cache_resource(show_spinner=False, max_entries=4)
def _dataset(name: str, folder: str, changed: int) -> Dataset:  # noqa: ARG001 - part of the key
    from dpn.data.loading import load_dataset

    warm_up().wait()
    return load_dataset(name, Path(folder), download=False)


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
    data = dataset(config.training.dataset)
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


def summaries(run: Run, moment: int | None = None) -> NDArray[np.float32]:
    """Return what the run's last layer reads (N, F) of each test image; it is kept.

    Raises:
        DPNError: as ``test_images`` and ``ModelServer.summarise``.
    """
    return _summaries(str(run.path), moment, run.weights_stamp())


@st.cache_resource(show_spinner=False, max_entries=16)
def _summaries(
    path: str,
    moment: int | None,
    stamp: int,  # noqa: ARG001 - part of the key
) -> NDArray[np.float32]:
    run = Run(Path(path))
    return model_server().summarise(run, test_images(run)[0], moment).numpy()
