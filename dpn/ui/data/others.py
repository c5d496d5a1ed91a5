"""Bring what is no picture: a file of texts, series or lists, told what was understood of it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dpn import settings, ui
from dpn.data.catalogue import DatasetInfo, dataset_info
from dpn.data.worlds.bringing import bring
from dpn.errors import DataError
from dpn.keeping import UnclearColumns, keep
from dpn.language import msg, t
from dpn.own.keeping import mark_as_mine
from dpn.ui import access, menus
from dpn.ui.kept import kept
from dpn.ui.words import THINGS

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

#: The columns of a table that hold the texts and the classes, where that was asked.
Said = tuple[str | None, str | None]
#: Bytes of a file's name without its ending: file systems allow 255 for all of it.
_LONGEST = 200
HELP = msg(
    "**Texts**: CSV, TSV or JSON with a text and a class, lines with the class in front, Rasa's "
    "intents  \n**Series**: .ts, .arff, npz with x (N, T, C) and y, a CSV with a row a step, or a "
    "table with a row a series  \n**Lists**: a CSV with user, item and time, or MovieLens' files"
    "  \n**A zip** of one of these, or of a folder for each class, with a text or a series in each "
    "file; or of `train/` and `test/` with `seq.in` and `label`  \nA file called …train… and one "
    "called …test… go together. Larger: `python -m dpn train --dataset FILE`."
)


@dataclass(frozen=True, eq=False)
class Understood:
    """What files hold, what was assumed, and the file that the set is kept as, with its ending."""

    info: DatasetInfo
    notes: tuple[str, ...]
    content: bytes
    ending: str


@dataclass(eq=False)
class Brought:
    """The files that a window has sent, and what was found in them, by the columns that were said.

    Each file is read once, however often the panel is drawn.
    """

    files: tuple[str, ...] = ()
    found: dict[Said, Understood | DataError] = field(default_factory=dict)


def offer(close: Callable[[], None]) -> None:
    """Draw where files are dropped, and what they hold; ``close`` is called when they are used."""
    if access.owner() is not None:
        st.info(t("On a server for others, texts, series and lists are not taken yet."))
        return
    sent = st.file_uploader(
        t("Drop a file of texts, series or lists, or a zip"),
        accept_multiple_files=True,
        key="bring_others",
        help=t(HELP),
    )
    if not sent:
        kept().pop("brought", None)
        return
    with ui.guard():
        _tell(sent, close)


def tell(sent: Sequence[UploadedFile], close: Callable[[], None]) -> bool:
    """Draw what files hold that were dropped where pictures are; return whether it is any of it."""
    if access.owner() is not None or why_not(sent):
        return False
    with ui.guard():
        _tell(sent, close)
    return True


def why_not(sent: Sequence[UploadedFile]) -> str:
    """Return why files are no texts, series or lists; "" where they are, or it must be asked."""
    try:
        understood(sent)
    except UnclearColumns:
        return ""
    except DataError as error:
        return str(error)
    return ""


def say_why_not(sent: Sequence[UploadedFile]) -> None:
    """Say below what is wrong with pictures why files are nothing else either."""
    if access.owner() is None:
        st.caption(t("As texts, series or lists: {why}", why=ui.plain(why_not(sent))))


def _tell(sent: Sequence[UploadedFile], close: Callable[[], None]) -> None:
    try:
        found = understood(sent)
    except UnclearColumns as unclear:
        chosen = _choose_columns(unclear, "-".join(file.file_id for file in sent))
        if chosen is None:
            return
        found = understood(sent, chosen)
    info = found.info
    counts = {"name": ui.plain(info.name), "n": info.images or 0, "k": info.classes or 0}
    if info.world == "list":
        words = t("**{name}**: {n:,} next items to learn, {k:,} items.", **counts)
    else:
        of = t(THINGS[info.world])
        words = t("**{name}**: {n:,} {of}, {k:,} classes.", of=of, **counts)
    st.markdown(words)
    if found.notes:
        st.caption(ui.plain(" ".join(found.notes)))
    st.button(
        t("Use it"),
        type="primary",
        icon=":material/check:",
        key="bring_others_use",
        on_click=_use,
        args=(found, close),
    )


def _choose_columns(unclear: UnclearColumns, key: str) -> Said | None:
    """Ask which column holds the classes, and of texts which holds those; None until it is said."""
    names, text = unclear.names, None
    if unclear.of_texts:
        st.info(t("Which column holds the texts, and which the classes?"))
    else:
        st.info(t("Which column holds the classes?"))
    with st.container(horizontal=True, gap="small", key="bring_columns"):
        if unclear.of_texts:
            text = st.selectbox(
                t("The texts are in"),
                names,
                index=unclear.text,
                format_func=menus.labels(names),
                key=f"bring-text-{key}",
            )
        label = st.selectbox(
            t("The classes are in"),
            names,
            index=None,
            format_func=menus.labels(names),
            key=f"bring-label-{key}",
        )
    if label is None or (text is None and unclear.of_texts):
        return None
    if text == label:
        raise DataError(t("Texts and classes must be in two columns. Choose another one."))
    return text, label


def _use(found: Understood, close: Callable[[], None]) -> None:
    """Keep the set, and make it the data set of this page."""
    with ui.guard():
        before = ui.sets.sets()
        name = keep(found.content, found.info.name, settings.data_dir(), found.ending)
        if name not in before:  # what was there is somebody's already
            mark_as_mine(name, settings.data_dir(), found.ending)
        st.session_state["dataset"] = name
        close()


def understood(sent: Sequence[UploadedFile], said: Said = (None, None)) -> Understood:
    """Return what files hold, and what was assumed; nothing is put into the data folder.

    Args:
        sent: the files.
        said: the columns of the texts and of the classes, where that was asked.

    Raises:
        DataError: they cannot be read.
    """
    files = tuple(file.file_id for file in sent)
    brought: Brought = kept().setdefault("brought", Brought(files))
    if brought.files != files:
        brought.files, brought.found = files, {}
    if said not in brought.found:
        with st.spinner(t("Reading …"), show_time=True):
            try:
                brought.found[said] = _read(sent, said)
            except DataError as error:
                error.__cause__ = error.__context__ = None  # their frames hold all that was read
                brought.found[said] = error.with_traceback(None)
    found = brought.found[said]
    if isinstance(found, DataError):
        raise found.with_traceback(None)
    return found


def _read(sent: Sequence[UploadedFile], said: Said) -> Understood:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder) / "kept"
        file = _written(sent, Path(folder))
        name, notes = bring(file, here, *said, called=file.name)
        (file,) = here.iterdir()
        ending = file.name.removeprefix(name)
        return Understood(dataset_info(name, here), notes, file.read_bytes(), ending)


def _written(sent: Sequence[UploadedFile], folder: Path) -> Path:
    """Write files into a folder; return the one to bring: of two the one to train on."""
    paths = []
    for file in sent:
        path = Path(file.name)
        name = re.sub(r"[^\w .+-]+", "-", path.stem).encode()[:_LONGEST].decode(errors="ignore")
        paths.append(folder / f"{name}{path.suffix.lower()[:20]}")
        paths[-1].write_bytes(file.getbuffer())
    trained = [path for path in paths if "train" in path.stem.lower()]
    if len(found := trained if len(paths) > 1 else paths) != 1:
        raise DataError(
            t(
                "Drop one file, or one called …train… and one called …test…; of many a zip of "
                "folders called as their classes."
            )
        )
    return found[0]
