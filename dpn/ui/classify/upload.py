"""Upload pictures or take one with the camera, and have them all answered."""

from __future__ import annotations

import base64
import hashlib
import io
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st
from PIL import Image

from dpn import ui
from dpn.doubt.known import claims
from dpn.errors import ImageError
from dpn.files.folders import PICTURES
from dpn.jobs.questions import Answer
from dpn.language import msg, t
from dpn.names import shown
from dpn.pictures.decode import decode
from dpn.pictures.files import input_spec
from dpn.pictures.pages import first_of
from dpn.pictures.prepare import Prepared, prepare
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.teaching.lesson_files import Picture
from dpn.ui import menus
from dpn.ui.classify import corrections
from dpn.ui.classify.answer_table import COLUMNS, answer_table, to_csv
from dpn.ui.classify.shown import show_answer
from dpn.ui.model import answering, travel

KINDS = {
    "auto": msg("Decide for me"),
    "drawing": msg("Drawing"),
    "photo": msg("Photo"),
    "plain": msg("As it is"),
}
#: What was taken -> how that is said.
READ_AS = {
    "drawing": msg("a drawing"),
    "photo": msg("a photo of paper"),
    "plain": msg("a picture like the training images"),
}
#: name -> (words, dark on light)
GROUNDS = {
    "detect": (msg("Detect"), None),
    "dark": (msg("Dark ink"), True),
    "light": (msg("Light ink"), False),
}
#: What a picture is read as, in a word.
IN_SHORT = {"drawing": msg("drawing"), "photo": msg("photo"), "plain": msg("plain")}
MAX_MB = 20


@dataclass(frozen=True, eq=False)
class Item:
    """One uploaded file: its pixels prepared, or why not."""

    name: str
    prepared: Prepared | None
    thumbnail: str
    problem: str


class LastUpload(NamedTuple):
    """The picture that was last answered: a file, and how it was to be read."""

    name: str
    data: bytes
    kind: str
    dark_on_light: bool | None


def drop_pictures(label: str, key: str) -> list[Any]:
    """Draw the place to drop pictures; return the files that lie there."""
    return (
        st.file_uploader(
            label,
            type=[suffix.removeprefix(".") for suffix in PICTURES],
            accept_multiple_files=True,
            max_upload_size=MAX_MB,
            help=t(
                "PNG, JPEG, WebP, BMP, GIF or TIFF, up to {most} MB each. Export HEIC as JPEG "
                "first.",
                most=MAX_MB,
            ),
            key=key,
        )
        or []
    )


def upload(run: Run, config: RunConfig) -> None:
    """Draw the place to drop files, and the table of answers."""
    _answer_all(run, config, drop_pictures(t("Pictures"), "pictures"))


def camera(run: Run, config: RunConfig) -> None:
    """Draw the camera, and the answer about its picture."""
    picture = st.camera_input(t("Take a picture of one digit or object"), key="shot")
    _answer_all(run, config, [picture] if picture else [])


def _answer_all(run: Run, config: RunConfig, files: list[Any]) -> None:
    if not files:
        return
    kind, dark_on_light = "auto", None
    if config.preparation != "photo":
        with st.container(horizontal=True, gap="medium"):
            kind = (
                st.segmented_control(
                    t("Treat as"),
                    list(KINDS),
                    format_func=lambda name: t(KINDS[name]),
                    default="auto",
                    required=True,
                    key="kind",
                )
                or "auto"
            )
            ground = st.segmented_control(
                t("Ink"),
                list(GROUNDS),
                format_func=menus.labels(GROUNDS, lambda name: t(GROUNDS[name][0])),
                default="detect",
                required=True,
                key="ground",
            )
            dark_on_light = GROUNDS[ground or "detect"][1]
    items = [_item(file, config, kind, dark_on_light) for file in files]
    for item in items:
        if item.problem:
            st.warning(ui.plain(item.problem), icon=":material/image_not_supported:")
    sent = [file for file, item in zip(files, items, strict=True) if item.prepared]
    good = [item for item in items if item.prepared]
    if not good:
        return
    inputs = np.stack([item.prepared.input for item in good if item.prepared])
    answer = ui.model_server().predict(run, inputs, travel.choose_moment(run))
    chosen = 0
    if len(good) > 1:
        chosen = _table(good, answer, config)
    item = good[chosen]
    assert item.prepared is not None
    data = sent[chosen].getvalue()
    words = first_of(data) + _reading_words(item.prepared, kind)
    st.markdown(f"**{ui.plain(item.name)}**{words}")
    row = slice(chosen, chosen + 1)
    known = None if answer.known is None else answer.known[row]
    one = Answer(answer.probabilities[row], answer.step, known)
    show_answer(config, item.prepared, one)
    st.session_state["last_upload"] = LastUpload(item.name, data, kind, dark_on_light)
    answering.offer_inside("upload", run)
    picture = Picture("", data, kind=kind, dark_on_light=dark_on_light, called=shown(item.name))
    corrections.correct(config, f"upload-{hashlib.sha256(data).hexdigest()[:12]}", picture)


def _reading_words(prepared: Prepared, asked: str) -> str:
    """Say how a picture was read: by whom that was decided does not matter to a reader."""
    if prepared.inverted is None:
        is_plain = (prepared.kind, asked) == ("plain", "auto")
        return t(": read as {kind}", kind=t(READ_AS["plain"])) if is_plain else ""
    ground = t("dark ink on light" if prepared.inverted else "light ink on dark")
    return t(": read as {kind}, {ground}", kind=t(READ_AS[prepared.kind]), ground=ground)


def _in_short(prepared: Prepared) -> str:
    if prepared.figures > 1:
        return t("{count} figures", count=prepared.figures)
    return t(IN_SHORT[prepared.kind])


def _table(good: list[Item], answer: Answer, config: RunConfig) -> int:
    """Draw the table of answers and its download; return the row that was picked, or 0."""
    claimed = claims(answer.probabilities, answer.known)
    table = answer_table([item.name for item in good], claimed, config.class_names)
    shown = table.copy()
    shown.insert(0, "picture", [item.thumbnail for item in good])
    shown["read as"] = [_in_short(item.prepared) for item in good if item.prepared]
    sure = st.column_config.ProgressColumn(t("sure"), format="percent", min_value=0, max_value=1)
    event = st.dataframe(
        shown,
        column_config={
            "picture": st.column_config.ImageColumn(t("picture"), width="small"),
            "sure": sure,
            **{name: t(name) for name in COLUMNS},
        },
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="answers",
        row_height=44,
    )
    st.download_button(
        t("Download as CSV"),
        to_csv(table),
        file_name="answers.csv",
        mime="text/csv",
        key="answers_csv",
        icon=":material/download:",
    )
    rows = event.selection.rows
    return int(rows[0]) if rows and rows[0] < len(good) else 0


def _item(file: Any, config: RunConfig, kind: str, dark_on_light: bool | None) -> Item:
    """Prepare one file; what was prepared is kept as long as the file is."""
    kept = st.session_state.setdefault("uploads", {})
    key = (file.file_id, input_spec(config), kind, dark_on_light)
    if key not in kept:
        while len(kept) >= 200:
            kept.pop(next(iter(kept)))
        kept[key] = _prepare(file, config, kind, dark_on_light)
    item: Item = kept[key]
    return item


def _prepare(file: Any, config: RunConfig, kind: str, dark_on_light: bool | None) -> Item:
    try:
        rgba = decode(file.getvalue(), file.name)
        prepared = prepare(rgba, input_spec(config), kind, dark_on_light)
    except ImageError as error:
        message = str(error)
        problem = message if file.name in message else f"{file.name}: {message}"
        return Item(file.name, None, "", problem)
    return Item(file.name, prepared, _thumbnail(rgba), "")


def _thumbnail(rgba: npt.NDArray[np.uint8]) -> str:
    """Return a small PNG as a data URL, for the table."""
    image = Image.fromarray(rgba)
    image.thumbnail((80, 80))
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
