"""Your lesson: what answers should have been; pictures that are saved, loaded and removed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st
from PIL import Image

from dpn import ui
from dpn.errors import ConfigError, DPNError, ImageError
from dpn.language import again, t
from dpn.own.making import make
from dpn.own.parts import Part, Raw
from dpn.pictures.decode import decode
from dpn.pictures.files import input_spec
from dpn.pictures.png import enlarge, png, to_picture
from dpn.pictures.prepare import prepare
from dpn.runs.config import RunConfig
from dpn.teaching.lesson_files import MOST, Picture, read_lesson, to_npz, to_zip
from dpn.ui import menus
from dpn.ui.kept import remembered

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

THUMB = 56  # pixels

Pixels = npt.NDArray[np.uint8]


@dataclass
class Lesson:
    """The corrected pictures of one session.

    ``pictures`` holds each by the name of what it came from, so that one that is corrected twice
    is there once. ``changed`` are those whose list of classes is still to hear of a change.
    """

    pictures: dict[str, Picture] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)


def your_lesson() -> Lesson:
    """Return this session's lesson, which a reload finds again; no one else ever sees it."""
    return remembered("lesson", Lesson, _bytes_of)


def _bytes_of(lesson: Lesson) -> int:
    images = (picture.image for picture in lesson.pictures.values())
    return sum(len(picture.file) for picture in lesson.pictures.values()) + sum(
        image.nbytes for image in images if image is not None
    )


def correct(config: RunConfig, source: str, picture: Picture) -> None:
    """Offer the right answer for a picture; the one that is chosen joins the lesson.

    Args:
        config: of the model that answered.
        source: tells this picture from all others of the session.
        picture: it, with any name.
    """
    lesson = your_lesson()
    known = lesson.pictures.get(source)
    new = sorted({p.name for p in lesson.pictures.values()} - set(config.class_names))
    choices, question = [*config.class_names, *new], t("Is it something else? Say what it is.")
    key = f"right-{source}"
    # Changed by something else than this list, or the list is new: its page was left meanwhile.
    if source in lesson.changed or (known and key not in st.session_state):
        lesson.changed.discard(source)
        st.session_state[key] = known.name if known else None
    with st.container(key="correct"):
        right = menus.right_class(question, choices, key)
        with (
            st.popover(t("A new symbol"), icon=":material/add:"),
            st.form(f"new-{source}", border=False),
        ):
            name = st.text_input(t("Its name"), max_chars=64, key=f"name-{source}").strip()
            if st.form_submit_button(t("Add")) and name:
                right = name
                lesson.changed.add(source)
    if right is None:
        if lesson.pictures.pop(source, None):
            st.rerun()
    elif known is None or _told(known) != (right, *_told(picture)[1:]):
        _add(source, replace(picture, name=right))
        st.rerun()


def _told(picture: Picture) -> tuple[object, ...]:
    """Return what is taught of a picture: its class, the file, and how that is read."""
    return picture.name, picture.file, picture.kind, picture.dark_on_light


def _add(source: str, picture: Picture) -> None:
    lesson = your_lesson()
    if len(lesson.pictures) >= MOST and source not in lesson.pictures:
        raise ConfigError(
            t("A lesson has at most {most:,} pictures. Remove some first.", most=MOST)
        )
    lesson.pictures[source] = picture


def show_pictures(lesson: Lesson) -> None:
    """Draw the pictures, how many there are of each class, and a button that removes each."""
    if not lesson.pictures:
        return
    counts = Counter(picture.name for picture in lesson.pictures.values())
    st.caption(" · ".join(f"{ui.plain(name)}: {n}" for name, n in sorted(counts.items())))
    with st.container(horizontal=True, gap="xsmall", key="thumbnails"):
        for source, picture in list(lesson.pictures.items())[-60:]:
            with st.container(width=THUMB, gap=None):
                alt = t("A picture of {name}", name=picture.name)
                st.image(_thumbnail(picture), width=THUMB, output_format="PNG", alt=alt)
                words = f"{ui.plain(picture.name[:8])} ✕"
                if st.button(words, key=f"drop-{source}", type="tertiary", help=t("Remove")):
                    del lesson.pictures[source]
                    lesson.changed.add(source)
                    st.rerun()


def _thumbnail(picture: Picture) -> Pixels:
    if picture.image is not None:
        return enlarge(to_picture(picture.image), THUMB)
    small = Image.fromarray(decode(picture.file, picture.called)).convert("RGB")
    small.thumbnail((2 * THUMB, 2 * THUMB))
    return np.asarray(small)


def inputs_of(lesson: Lesson, config: RunConfig) -> tuple[Pixels, list[str], list[bytes]]:
    """Return the lesson as this model takes it: images (N, C, H, W), their names, each as a file.

    Raises:
        ImageError: a picture has no ink, or another shape than the model's and no file.
    """
    images, names, files = [], [], []
    for picture in lesson.pictures.values():
        image, file = picture.image, picture.file
        if image is None:
            image = _prepared(picture, config)
        elif image.shape != config.model.image_shape:
            raise ImageError(
                t(
                    "A picture of the lesson has the shape {shape}, this model takes {taken}. "
                    "Choose another model, or remove the picture.",
                    shape=image.shape,
                    taken=config.model.image_shape,
                )
            )
        else:
            file = png(to_picture(image))
        images.append(image)
        names.append(picture.name)
        files.append(file)
    return np.stack(images), names, files


def _prepared(picture: Picture, config: RunConfig) -> Pixels:
    try:
        rgba = decode(picture.file, picture.called)
        spec = input_spec(config)
        return prepare(rgba, spec, picture.kind, picture.dark_on_light).input
    except ImageError as error:
        message = str(error)
        if message.startswith(picture.called):
            raise
        raise ImageError(f"{picture.called}: {message}") from error


def save_or_load(lesson: Lesson, config: RunConfig) -> None:
    """Offer the lesson as a file, and take one."""
    with st.popover(t("Save or load"), icon=":material/save:"):
        if lesson.pictures:
            images, names, files = inputs_of(lesson, config)
            st.download_button(
                t("As a data set (npz)"), to_npz(images, names), "lesson.npz", key="lesson_npz"
            )
            pairs = list(zip(names, files, strict=True))
            st.download_button(
                t("As pictures (zip)"), to_zip(pairs), "lesson.zip", key="lesson_zip"
            )
            if st.button(
                t("Train on it"), key="lesson_own", help=t("It becomes a data set on Train.")
            ):
                own = make(Raw(t("a lesson"), {"": Part(images, np.array(names))}))
                uneven = own.is_uneven
                st.session_state["dataset"] = ui.sets.hold(own, t("my lesson"), balanced=uneven)
                st.switch_page("pages/1_Train.py")
        sent = st.file_uploader(t("A saved lesson"), ["npz", "zip"], key="lesson_upload")
        if sent and st.session_state.get("lesson_loaded") != sent.file_id:
            st.session_state["lesson_loaded"] = sent.file_id
            _load(sent)
            st.rerun()
        if sent:
            for note in st.session_state.get("lesson_notes", ()):
                st.caption(ui.plain(again(note)))
            if problem := st.session_state.get("lesson_problem"):
                ui.show_error(problem)


def _load(sent: UploadedFile) -> None:
    """Add the pictures of a saved lesson; what is wrong with it is said as long as it is there."""
    notes: tuple[str, ...] = ()
    problem = ""
    try:
        pictures = read_lesson(sent.getvalue(), sent.name)
        notes = pictures.notes
        for index, picture in enumerate(pictures):
            _add(f"{sent.file_id}-{index}", replace(picture, kind="auto"))
    except DPNError as error:
        problem = str(error)
    st.session_state["lesson_notes"], st.session_state["lesson_problem"] = notes, problem
