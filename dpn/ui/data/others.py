"""Bring what is no picture: a file of texts, series or lists, told what was understood of it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dpn import settings, ui
from dpn.data.catalogue import DatasetInfo, dataset_info
from dpn.data.worlds.bringing import ACCEPTED, bring
from dpn.errors import DataError
from dpn.language import msg, t
from dpn.texts.columns import UnclearColumns
from dpn.ui import access, menus
from dpn.ui.words import THINGS

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

#: The columns of a table that hold the texts and the classes, where that was asked.
Said = tuple[str | None, str | None]
#: Megabytes of a file.
MEGABYTES = 200
HELP = msg(
    "**Texts**: CSV, TSV or JSON lines with a text and a class, or lines with the class in front  "
    "\n**Series**: .ts, .arff, npz with x (N, T, C) and y, a CSV with a row a step, or a table "
    "with a row a series  \n**Lists**: a CSV with user, item and time  \nA file called …train… and "
    "one called …test… go together."
)


def offer(close: Callable[[], None]) -> None:
    """Draw where files are dropped, and what they hold; ``close`` is called when they are used."""
    if access.owner() is not None:
        st.info(t("On a server for others, texts, series and lists are not taken yet."))
        return
    sent = st.file_uploader(
        t("Drop a file of texts, series or lists"),
        [ending.lstrip(".") for ending in ACCEPTED],
        accept_multiple_files=True,
        key="bring_others",
        help=t(HELP),
        max_upload_size=MEGABYTES,
    )
    if not sent:
        return
    with ui.guard():
        try:
            said: Said = (None, None)
            info, notes = understood(sent)
        except UnclearColumns as unclear:
            chosen = _choose_columns(unclear, "-".join(file.file_id for file in sent))
            if chosen is None:
                return
            said = chosen
            info, notes = understood(sent, said)
        counts = {"name": ui.plain(info.name), "n": info.images or 0, "k": info.classes or 0}
        if info.world == "list":
            words = t("**{name}**: {n:,} next items to learn, {k:,} items.", **counts)
        else:
            of = t(THINGS[info.world])
            words = t("**{name}**: {n:,} {of}, {k:,} classes.", of=of, **counts)
        st.markdown(words)
        if notes:
            st.caption(ui.plain(" ".join(notes)))
        st.button(
            t("Use it"),
            type="primary",
            icon=":material/check:",
            key="bring_others_use",
            on_click=_use,
            args=(sent, said, close),
        )


def _choose_columns(unclear: UnclearColumns, key: str) -> tuple[str, str] | None:
    """Ask which column holds the texts and which the classes; None until both are chosen."""
    st.info(t("Which column holds the texts, and which the classes?"))
    names = unclear.names
    with st.container(horizontal=True, gap="small", key="bring_columns"):
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
    if text is None or label is None:
        return None
    if text == label:
        raise DataError(t("Texts and classes must be in two columns. Choose another one."))
    return text, label


def _use(sent: Sequence[UploadedFile], said: Said, close: Callable[[], None]) -> None:
    """Keep the files, and make what they hold the data set of this page."""
    with ui.guard(), tempfile.TemporaryDirectory() as folder:
        name, _ = bring(_written(sent, Path(folder)), settings.data_dir(), *said)
        st.session_state["dataset"] = name
        close()


def understood(
    sent: Sequence[UploadedFile], said: Said = (None, None)
) -> tuple[DatasetInfo, tuple[str, ...]]:
    """Return what files hold, and what was assumed; nothing is kept.

    Args:
        sent: the files.
        said: the columns of the texts and of the classes, where that was asked.

    Raises:
        DataError: they cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder) / "kept"
        name, notes = bring(_written(sent, Path(folder)), here, *said)
        info = dataset_info(name, here)
    return info, notes


def _written(sent: Sequence[UploadedFile], folder: Path) -> Path:
    """Write files into a folder; return the one to bring: of two the one to train on."""
    paths = []
    for file in sent:
        path = Path(file.name)
        name = re.sub(r"[^\w .+-]+", "-", path.stem)[:60] + path.suffix.lower()
        paths.append(folder / name)
        paths[-1].write_bytes(file.getvalue())
    trained = [path for path in paths if "train" in path.stem.lower()]
    if len(found := trained if len(paths) > 1 else paths) != 1:
        raise DataError(t("Drop one file, or one called …train… and one called …test…."))
    return found[0]
