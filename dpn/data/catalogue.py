"""The data sets: what there is, where it comes from, and one way to load any of them.

    digits                                  embedded: no network
    mnist, fashion_mnist, kmnist, cifar10   <data_dir>/<name>.npz, else torchvision's files on disk,
                                            else a download
    anything else                           <data_dir>/<name>.npz, see ``dpn.data.npz``

A data set has three parts. Validation images are taken out of the training part by ``seed``; the
test part is never used for anything but ``x_test`` and ``y_test``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from dpn.data.known import DATASETS, check_known, check_name, is_for_visit, title_of_set
from dpn.data.npz import ImageShape, peek_npz, read_npz
from dpn.data.torchvision_sets import TORCHVISION_SETS, is_on_disk
from dpn.errors import DataError, did_you_mean, said
from dpn.items import sets as lists
from dpn.items.examples import parts_of
from dpn.language import msg, t
from dpn.mazes import sets as mazes
from dpn.models.config import WORLDS, ModelConfig
from dpn.models.presets import PRESET_NAMES, preset
from dpn.models.train_config import TrainConfig
from dpn.series import sets as series
from dpn.texts import sets
from dpn.texts.fetching import SOURCES
from dpn.texts.vocabulary import usual_length


@dataclass(frozen=True)
class DatasetInfo:
    """One line of the list of data sets."""

    name: str  #: what ``load_dataset`` takes
    title: str  #: the name for people
    about: str  #: one short sentence
    image_shape: ImageShape | None  #: (C, H, W); None where the file cannot be read
    classes: int | None  #: K; None where only reading the labels would tell
    source: str  #: "embedded", "npz", "on disk" (torchvision's files) or "download"
    path: Path | None = None  #: the file or folder it is read from
    download_mb: int | None = None  #: megabytes to fetch, for the source "download"
    problem: str | None = None  #: why it cannot be loaded
    images: int | None = None  #: training images of a set of one's own, as far as headers tell
    notes: tuple[str, ...] = ()  #: what was assumed, as far as the headers tell
    world: str = "picture"  #: what it is of, a key of ``dpn.models.config.WORLDS``
    even: bool = False  #: of series that were read: whether those to train on are of one length
    length: int = 16  #: of texts that were read: tokens of a usual one


def list_datasets(data_dir: Path) -> list[DatasetInfo]:
    """Return the known data sets, then every ``.npz`` of your own; quick, reads headers only.

    A file that cannot be loaded is listed with its ``problem``. A folder that cannot be read counts
    as empty; ``digits.npz`` is left out, since digits is always the embedded set.
    """
    return [_known_info(name, data_dir) for name in DATASETS] + list_own(data_dir)


def list_own(data_dir: Path) -> list[DatasetInfo]:
    """Return every ``.npz`` of your own in a folder, as ``list_datasets``."""
    own = sorted(path for path in data_dir.glob("*.npz") if path.stem not in DATASETS)
    return [_own_info(path) for path in own]


def list_texts(data_dir: Path) -> list[DatasetInfo]:
    """Return the sets of texts: the embedded one, what can be fetched, and one's own."""
    return [_text_info(name, data_dir) for name in sets.names_of_sets(data_dir)]


def list_series(data_dir: Path) -> list[DatasetInfo]:
    """Return the sets of series: the embedded ones, then those kept in the data folder."""
    return [_series_info(name, data_dir) for name in series.names_of_sets(data_dir)]


def list_lists(data_dir: Path) -> list[DatasetInfo]:
    """Return the sets of lists of items: the embedded one, then those kept in the data folder."""
    return [_list_info(name, data_dir) for name in lists.names_of_sets(data_dir)]


def _list_info(name: str, data_dir: Path) -> DatasetInfo:
    about, source, path = t("Your own lists."), "on disk", lists.path_of(name, data_dir)
    if name == lists.EMBEDDED:
        about, source = t(lists.ABOUT), "embedded"
    title = title_of_set(name)
    return DatasetInfo(name, title, about, None, None, source, path, world="list")


_EMBEDDED_SERIES = {
    "movements": msg("300 small movements of a hand in the plane, in five classes."),
    "strokes": msg("1,500 digits as the way of a pen, made by rule."),
}


def _series_info(name: str, data_dir: Path) -> DatasetInfo:
    about, source, path = t("Your own series."), "on disk", series.path_of(name, data_dir)
    if name in series.EMBEDDED:
        about, source = t(_EMBEDDED_SERIES[name]), "embedded"
    title = title_of_set(name)
    return DatasetInfo(name, title, about, None, None, source, path, world="series")


def list_mazes() -> list[DatasetInfo]:
    """Return the one set of maps, which is made by rule."""
    classes = len(mazes.OUTCOMES)
    title, about = t("Mazes"), t(mazes.ABOUT)
    return [DatasetInfo(mazes.NAME, title, about, None, classes, "embedded", world="maze")]


def _text_info(name: str, data_dir: Path) -> DatasetInfo:
    path = sets.path_of(name, data_dir)
    if name in SOURCES:
        source, is_here = SOURCES[name], path.is_file()
        return DatasetInfo(
            name,
            source.title,
            t(source.about),
            None,
            source.classes,
            "on disk" if is_here else "download",
            path if is_here else None,
            None if is_here else max(1, round(source.total_bytes / 1e6)),
            images=source.texts,
            world="text",
        )
    about, source_kind = t("Your own texts."), "on disk"
    if name == sets.EMBEDDED:
        about = t("600 short questions, ten intents, English and Chinese.")
        source_kind = "embedded"
    title = title_of_set(name)
    return DatasetInfo(name, title, about, None, None, source_kind, path, world="text")


def dataset_info(name: str, data_dir: Path) -> DatasetInfo:
    """Return the line of one data set, with ``classes``, and of pictures ``image_shape``, known.

    Raises:
        DataError: there is no such data set, or it has a ``problem``.
    """
    check_name(name)
    listed = [*list_datasets(data_dir), *list_texts(data_dir), *list_series(data_dir)]
    listed += list_lists(data_dir)
    infos = {info.name: info for info in [*listed, *list_mazes()]}
    if name not in infos and is_for_visit(name):
        raise DataError(
            f"The data set {title_of_set(name)!r} was brought for a visit, and is gone or another "
            "visitor's. What was trained on it still answers; to train again, bring it again."
        )
    if name not in infos:
        able = ", ".join(info.name for info in infos.values() if not info.problem)
        near = did_you_mean(name, infos)
        put = f": put its file into {data_dir} (of pictures {name}.npz), or take one"
        do = f"{near} It may be one" if near else put
        raise DataError(f"dataset {said(name)} is not here{do} of {able}.")
    info = infos[name]
    if info.problem:
        raise DataError(info.problem)
    if info.world == "list":
        held = lists.read_set(name, data_dir)
        return replace(info, classes=len(held.items), images=len(parts_of(held.lists)[0][1]))
    if info.world != "picture" and info.classes is None:
        if info.world == "series":
            found = series.read_set(name, data_dir)
            info = replace(info, even=len({*map(len, found.train)}) == 1)
            return replace(info, classes=len(found.class_names), images=len(found.train))
        texts = sets.read_set(name, data_dir)
        info = replace(info, length=usual_length(texts.train))
        return replace(info, classes=len(texts.class_names), images=len(texts.train))
    if info.world == "picture" and info.classes is None and info.path:
        return replace(info, classes=len(read_npz(info.path).class_names))
    return info


def preset_of(
    info: DatasetInfo, model: str | None = None, name: str = PRESET_NAMES[0]
) -> tuple[ModelConfig, TrainConfig]:
    """Return the preset called ``name`` of a model, None for the usual one, on this data set.

    ``info`` is that of ``dataset_info``, which knows how many inputs there are, and how long.

    Raises:
        ConfigError: as ``preset``.
    """
    return preset(
        info.name,
        info.image_shape,
        info.classes or 2,
        WORLDS[info.world][0] if model is None else model,
        name,
        info.images,
        info.world,
        even=info.even,
        length=info.length,
    )


def _known_info(name: str, data_dir: Path) -> DatasetInfo:
    spec = DATASETS[name]
    classes = len(spec.class_names)
    info = DatasetInfo(name, spec.title, spec.about(), spec.image_shape, classes, "embedded")
    if name == "digits":
        return info
    files, path = TORCHVISION_SETS[name], data_dir / f"{name}.npz"
    try:
        if os.path.isfile(path):
            info = replace(info, source="npz", path=path)
            peeked = peek_npz(path)
            info = replace(info, notes=peeked.notes)
            check_known(name, path, peeked.image_shape, peeked.classes or classes)
            info = replace(info, about=spec.about(peeked.train + peeked.test))
        elif os.path.lexists(data_dir / files.folder):
            info = replace(info, source="on disk", path=data_dir / files.folder)
            is_on_disk(name, data_dir)
        else:
            megabytes = round(files.total_bytes / 1e6)
            info = replace(info, source="download", download_mb=megabytes)
    except DataError as error:
        return replace(info, problem=str(error))
    return info


def _own_info(path: Path) -> DatasetInfo:
    title = title_of_set(path.stem)
    info = DatasetInfo(path.stem, title, t("Your own data."), None, None, "npz", path)
    try:
        check_name(path.stem)
        peeked = peek_npz(path)
    except DataError as error:
        return replace(info, problem=str(error))
    about = t(
        "Your own images: {train:,} to train, {test:,} to test.",
        train=peeked.train,
        test=peeked.test,
    )
    info = replace(info, about=about, image_shape=peeked.image_shape, notes=peeked.notes)
    return replace(info, classes=peeked.classes, images=peeked.train)
