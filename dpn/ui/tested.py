"""What models say of the test images of their data: asked once, for all sessions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dpn.doubt.known import claims
from dpn.errors import DPNError
from dpn.runs.run import Run
from dpn.sampling.spread import spread
from dpn.ui.loaded import HELD_OUT, changed, dataset
from dpn.ui.shared import model_server

if TYPE_CHECKING:
    from torch import Tensor

    from dpn.evaluation.evaluate import Evaluation

#: Test images that others are compared with: their maps are 33 MB of a wide encoder.
MOST_COMPARED = 2_000
#: Of which runs, at which moments and of which files it is known what their models make of them.
_compared = set[tuple[str, int | None, int]]()


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


def stamp(run: Run) -> int:
    """Return a number that changes whenever a run's weights do, or the file of its data set.

    Whatever is kept of the answers to test images is kept by it.

    Raises:
        RunError: the run's config cannot be read.
    """
    return hash((run.weights_stamp(), changed(run.config().training.dataset)))


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
    return _class_means(str(run.path), stamp(run))


@st.cache_resource(show_spinner=False, max_entries=16)
def _class_means(path: str, stamp: int) -> NDArray[np.float32]:  # noqa: ARG001 - part of the key
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
    return _evaluation(str(run.path), moment, stamp(run))


@st.cache_resource(show_spinner=False, max_entries=64)
def _evaluation(
    path: str,
    moment: int | None,
    stamp: int,  # noqa: ARG001 - part of the key
) -> Evaluation:
    run = Run(Path(path))
    return model_server().evaluate(run, *test_images(run), moment)


def claimed(run: Run, indices: Sequence[int], moment: int | None = None) -> NDArray[np.float32]:
    """Return what a run claims of each class of some of its test images (n, K); it is kept.

    That is P(class) times known where the run tells none of its classes, as all pages say an
    answer. Of all test images nobody asks it: what they score is of P alone.

    Raises:
        DPNError: as ``test_images`` and ``ModelServer.predict``.
    """
    return _claimed(str(run.path), tuple(indices), moment, stamp(run), run.answers_stamp())


@st.cache_resource(show_spinner=False, max_entries=64)
def _claimed(
    path: str,
    indices: tuple[int, ...],
    moment: int | None,
    *_stamps: int,
) -> NDArray[np.float32]:
    run = Run(Path(path))
    answer = model_server().predict(run, test_images(run)[0][list(indices)].numpy(), moment)
    return claims(answer.probabilities, answer.known)


def compared(run: Run) -> NDArray[np.int64]:
    """Return the indices of ``MOST_COMPARED`` of a run's test images, spread over all.

    Raises:
        DPNError: as ``test_images``.
    """
    return spread(len(test_images(run)[1]), MOST_COMPARED)


def between(run: Run, moment: int | None = None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what a run's model makes of test images, see ``ModelServer.between``; it is kept.

    Of those ``compared``, in which what is alike is looked for.

    Raises:
        DPNError: as ``test_images`` and ``ModelServer.between``.
    """
    key = str(run.path), moment, stamp(run)
    found = _between(*key)
    _compared.add(key)
    return found


def is_compared(run: Run, moment: int | None = None) -> bool:
    """Return whether ``between`` was asked before, so that it answers at once.

    Raises:
        RunError: the run's config cannot be read.
    """
    return (str(run.path), moment, stamp(run)) in _compared


@st.cache_resource(show_spinner=False, max_entries=16)
def _between(
    path: str,
    moment: int | None,
    stamp: int,  # noqa: ARG001 - part of the key
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    run = Run(Path(path))
    images = test_images(run)[0][compared(run)]
    maps, summaries = model_server().between(run, images, moment)
    return maps.numpy(), summaries.numpy()
