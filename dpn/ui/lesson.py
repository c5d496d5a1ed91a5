"""Your lesson: correct an answer, teach a copy of the model, keep it or throw it away."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import streamlit as st
from PIL import Image

from dpn import settings, ui
from dpn.decode import decode
from dpn.errors import ConfigError, DPNError, ImageError
from dpn.images import prepare
from dpn.lesson_files import MOST, Picture, read_lesson, to_npz, to_zip
from dpn.pictures import enlarge, png, to_picture
from dpn.runs import Run, RunConfig, find_run
from dpn.ui import answers

if TYPE_CHECKING:
    from dpn.lessons import Taught

METHODS = {"full": "all weights", "lora": "low-rank adapters", "readout": "read-out only"}
#: Seconds between two looks at a lesson being taught.
AGAIN = 0.3
THUMB = 56  # pixels
#: With more classes than this the right one is chosen from a list.
BUTTONS = 20

Pixels = npt.NDArray[np.uint8]


@dataclass
class Teaching:
    """A lesson on its way: its future, how far it is, and what it is held on."""

    run_id: str
    future: Future[tuple[Taught, tuple[float, float] | None, list[tuple[str, str, str]]]]
    done: int = 0
    total: int = 1
    phase: str = "Teaching"


@dataclass
class Lesson:
    """The corrected pictures of one session, and what is being made of them.

    ``pictures`` holds each by the name of what it came from, so that one that is corrected twice
    is there once. ``changed`` are those whose list of classes is still to hear of a change.
    """

    pictures: dict[str, Picture] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    teaching: Teaching | None = None


def your_lesson() -> Lesson:
    """Return this session's lesson; no other session ever sees it."""
    if type(st.session_state.get("lesson")) is not Lesson:
        st.session_state["lesson"] = Lesson()
    lesson: Lesson = st.session_state["lesson"]
    return lesson


@st.cache_resource(show_spinner=False)
def _teachers() -> ThreadPoolExecutor:
    """Return the one thread that teaches, for all sessions in turn."""
    from dpn.devices import cpu_count, set_threads

    return ThreadPoolExecutor(
        1, thread_name_prefix="teach", initializer=set_threads, initargs=(cpu_count(),)
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
    choices, question = [*config.class_names, *new], "Is it something else? Say what it is."
    key = f"right-{source}"
    if source in lesson.changed:  # by something else than this list, which still shows the old one
        lesson.changed.discard(source)
        st.session_state[key] = known.name if known else None
    with st.container(key="correct"):
        if len(choices) <= BUTTONS:
            right = st.pills(question, choices, format_func=ui.plain, key=key)
        else:
            right = st.selectbox(question, choices, index=None, key=key)
        with (
            st.popover("A new symbol", icon=":material/add:"),
            st.form(f"new-{source}", border=False),
        ):
            name = st.text_input("Its name", max_chars=64, key=f"name-{source}").strip()
            if st.form_submit_button("Add") and name:
                right = name
                lesson.changed.add(source)
    if right is None:
        if lesson.pictures.pop(source, None):
            st.rerun()
    elif known is None or (known.name, known.file) != (right, picture.file):
        _add(source, replace(picture, name=right))
        st.rerun()


def _add(source: str, picture: Picture) -> None:
    lesson = your_lesson()
    if len(lesson.pictures) >= MOST and source not in lesson.pictures:
        raise ConfigError(f"A lesson has at most {MOST:,} pictures. Remove some first.")
    lesson.pictures[source] = picture


def panel(run: Run, config: RunConfig) -> None:
    """Draw the session's lesson: its pictures, Teach, and what came of it."""
    lesson = your_lesson()
    with st.container(key="lesson"):
        count = len(lesson.pictures)
        st.subheader(
            f"Your lesson: {count} picture{'s' * (count != 1)}" if count else "Your lesson"
        )
        if not count:
            st.caption(
                "When an answer is wrong, say what it is. A few drawings are enough to teach the "
                "model your hand. They are yours alone and stay in this session."
            )
        with ui.guard():
            _thumbnails(lesson)
            _files(lesson, config)
        if not lesson.teaching:
            with ui.guard():
                _teach(lesson, run, config)
        else:
            done = lesson.teaching.future.done()
            st.fragment(_progress, run_every=None if done else AGAIN)()
        _chain(config)


def _thumbnails(lesson: Lesson) -> None:
    if not lesson.pictures:
        return
    counts = Counter(picture.name for picture in lesson.pictures.values())
    st.caption(" · ".join(f"{ui.plain(name)}: {n}" for name, n in sorted(counts.items())))
    with st.container(horizontal=True, gap="xsmall", key="thumbnails"):
        for source, picture in list(lesson.pictures.items())[-60:]:
            with st.container(width=THUMB, gap=None):
                st.image(_thumbnail(picture), width=THUMB, output_format="PNG")
                words = f"{ui.plain(picture.name[:8])} ✕"
                if st.button(words, key=f"drop-{source}", type="tertiary", help="Remove"):
                    del lesson.pictures[source]
                    lesson.changed.add(source)
                    st.rerun()


def _thumbnail(picture: Picture) -> Pixels:
    if picture.image is not None:
        return enlarge(to_picture(picture.image), THUMB)
    small = Image.fromarray(decode(picture.file, picture.name)).convert("RGB")
    small.thumbnail((2 * THUMB, 2 * THUMB))
    return np.asarray(small)


def _inputs(lesson: Lesson, config: RunConfig) -> tuple[Pixels, list[str], list[bytes]]:
    """Return the lesson as this model takes it: images, their names, and each as a PNG."""
    images, names, files = [], [], []
    for picture in lesson.pictures.values():
        image, file = picture.image, picture.file
        if image is None:
            rgba = decode(file, picture.name)
            spec = answers.input_spec(config)
            image = prepare(rgba, spec, picture.kind, picture.dark_on_light).input
        elif image.shape != config.model.image_shape:
            raise ImageError(
                f"A picture of the lesson has the shape {image.shape}, this model takes "
                f"{config.model.image_shape}. Choose another model, or remove the picture."
            )
        else:
            file = png(to_picture(image))
        images.append(image)
        names.append(picture.name)
        files.append(file)
    return np.stack(images), names, files


def _files(lesson: Lesson, config: RunConfig) -> None:
    with st.popover("Save or load", icon=":material/save:"):
        if lesson.pictures:
            images, names, files = _inputs(lesson, config)
            st.download_button(
                "As a data set (npz)", to_npz(images, names), "lesson.npz", key="lesson_npz"
            )
            pairs = list(zip(names, files, strict=True))
            st.download_button("As pictures (zip)", to_zip(pairs), "lesson.zip", key="lesson_zip")
        sent = st.file_uploader("A saved lesson", ["npz", "zip"], key="lesson_upload")
        if sent and st.session_state.get("lesson_loaded") != sent.file_id:
            st.session_state["lesson_loaded"] = sent.file_id
            pictures = read_lesson(sent.getvalue(), sent.name)
            for picture in pictures:
                if picture.file:
                    decode(picture.file, picture.name)  # refused now and not when it is taught
            for index, picture in enumerate(pictures):
                _add(f"{sent.file_id}-{index}", picture)
            st.rerun()


def _teach(lesson: Lesson, run: Run, config: RunConfig) -> None:
    if not lesson.pictures:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        start = st.button("Teach", key="teach", type="primary", icon=":material/school:")
        with st.popover("How", icon=":material/tune:"):
            method = st.radio(
                "What may change",
                list(METHODS),
                format_func=METHODS.__getitem__,
                key="teach_method",
                persist_state="session",
            )
            rehearse = st.radio(
                "What is rehearsed, so that nothing is forgotten",
                ["auto", "none"],
                format_func={"auto": "what the model knows", "none": "nothing"}.__getitem__,
                key="teach_rehearse",
                persist_state="session",
            )
    if start:
        images, names, _ = _inputs(lesson, config)
        ui.warm_up().wait()
        lesson.teaching = _begin(run, images, names, str(method), str(rehearse))
        st.rerun()


def _begin(run: Run, images: Pixels, names: list[str], method: str, rehearse: str) -> Teaching:
    from dpn.lessons import answers_of, hold_lesson, judge_lesson

    teaching: Teaching
    lesson = (run, images, names, settings.data_dir())

    def show(done: int, total: int) -> None:
        teaching.done, teaching.total = done, total

    def work() -> tuple[Taught, tuple[float, float] | None, list[tuple[str, str, str]]]:
        taught = hold_lesson(*lesson, method=method, rehearse=rehearse, progress=show)
        teaching.phase = "Checking on drawings it was not taught"
        judged = judge_lesson(*lesson, method=method, rehearse=rehearse, progress=show)
        old = answers_of(run.load_model(), run.config().class_names, images)
        new = answers_of(taught.model, taught.config.class_names, images)
        return taught, judged, list(zip(names, old, new, strict=True))

    teaching = Teaching(run.id, Future())
    teaching.future = _teachers().submit(work)
    return teaching


def _progress() -> None:
    lesson = your_lesson()
    teaching = lesson.teaching
    if teaching is None:
        return
    if not teaching.future.done():
        st.progress(min(teaching.done / max(teaching.total, 1), 1.0), text=f"{teaching.phase} …")
        return
    if not st.session_state.get("lesson_told"):
        st.session_state["lesson_told"] = True
        st.rerun()  # so that it is looked at no more
    with ui.guard():
        _outcome(lesson, teaching)


def _outcome(lesson: Lesson, teaching: Teaching) -> None:
    """Draw before and after, and Keep and Throw away."""
    try:
        taught, judged, told = teaching.future.result()
    except Exception:
        lesson.teaching = None
        st.session_state.pop("lesson_told", None)
        raise
    held = taught.config.lesson or {}
    before, after = held["accuracy_before"], held["accuracy_after"]
    with st.container(horizontal=True, gap="small", key="taught"):
        if judged:
            st.metric(
                "Your pictures",
                f"{judged[1]:.0%}",
                f"{100 * (judged[1] - judged[0]):+.0f} points",
                width=150,
                help="Each judged by a model that was taught the others (cross-validation).",
            )
        if after is not None:
            st.metric(
                "Test images",
                f"{after:.2%}",
                f"{100 * (after - before):+.2f} points",
                width=150,
                help="What it knew before: the data set's own test images.",
            )
        else:
            st.metric("Test images", "–", width=150, help="The data set is not on this machine.")
        st.metric("Taught in", f"{taught.seconds:.1f} s", width=110)
    changed = [
        f"{n}: {a} → **{b}**" for n, a, b in ([ui.plain(w) for w in t] for t in told) if a != b
    ]
    if changed:
        shown = ", ".join(changed[:12]) + (", …" if len(changed) > 12 else "")
        st.markdown(f"Changed answers (right class: before → after): {shown}")
    else:
        st.markdown("No answer about your pictures changed.")
    with st.container(horizontal=True, gap="small"):
        keep = st.button("Keep it", key="keep", type="primary", icon=":material/check:")
        drop = st.button("Throw away", key="throw_away", icon=":material/delete:")
    if keep or drop:
        if keep:
            from dpn.lessons import keep_lesson

            ui.look_at(keep_lesson(taught, settings.runs_dir()).id)
        lesson.teaching = None
        st.session_state.pop("lesson_told", None)
        st.rerun()


def _chain(config: RunConfig) -> None:
    """Draw the lessons that a model comes from, and what each cost on the test images."""
    rows: list[dict[str, Any]] = []
    while config.lesson and len(rows) < 20:
        held = config.lesson
        rows.append(
            {
                "pictures": held.get("images"),
                "method": METHODS.get(held["method"], held["method"]),
                "test before": _percent(held["accuracy_before"]),
                "after": _percent(held["accuracy_after"]),
                "taught from": held["parent"],
            }
        )
        try:
            config = find_run(held["parent"], settings.runs_dir()).config()
        except DPNError:
            break
    if rows:
        with st.expander(f"This model was taught {len(rows)} lesson{'s' * (len(rows) > 1)}"):
            st.dataframe(rows, hide_index=True)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"
