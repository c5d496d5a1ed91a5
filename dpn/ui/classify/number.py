"""Several digits in a row: draw, upload or photograph them, and have them read whole."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dpn import settings, ui
from dpn.errors import DPNError, ImageError
from dpn.language import t
from dpn.names import harmless
from dpn.numbers.read import read_sheet, reads_digits
from dpn.numbers.reading import SheetRead
from dpn.numbers.sheet import find_sheet
from dpn.pictures.decode import decode
from dpn.pictures.files import input_spec
from dpn.pictures.ink import BlankDrawing
from dpn.pictures.pages import first_of
from dpn.runs.config import RunConfig
from dpn.runs.folder import find_run
from dpn.runs.run import Run
from dpn.ui.classify.draw import canvas
from dpn.ui.classify.number_answer import show_number
from dpn.ui.classify.sketch import INK, PAPER, put_drawing, sketch, take_drawing
from dpn.ui.classify.upload import READ_AS, drop_pictures
from dpn.ui.model import answering, travel

#: Pixels of the wide canvas; a phone makes it as narrow as itself.
WIDE, TALL = 560, 240
BRUSH = 10
#: What is offered where the chosen model reads no numbers.
ABLE = "shipped-mnist-residual"
#: Bytes of sheets that a session keeps as they were read: dozens of photos.
MOST_KEPT = 100_000_000
#: Where the drawing is kept.
SKETCH = "sketch-number"


def can_read(config: RunConfig) -> bool:
    """Return whether a run's model reads numbers; if not, say so and offer one that does."""
    if reads_digits(config.class_names, input_spec(config)):
        return True
    st.info(
        t("Numbers are read by a model that knows the digits 0 to 9 from ink: this one does not.")
    )
    with contextlib.suppress(DPNError):
        able = find_run(ABLE, settings.runs_dir())
        title = ui.plain(ui.title_of(able))
        words = t("Read with {model}", model=title)
        st.button(words, key="number_able", on_click=answering.let_answer, args=(able,))
    return False


def draw(run_id: str, *, entered: bool) -> None:
    """Draw the wide canvas and the reading; a stroke redraws nothing else."""
    take_drawing(SKETCH, (WIDE, TALL))
    if entered:
        sketch(SKETCH).renew()
    st.fragment(_canvas_and_reading)(run_id)


def _canvas_and_reading(run_id: str) -> None:
    with st.container(key="wide"):
        left, right = st.columns([1.35, 1], gap="large")
    with left:
        size = (WIDE, TALL)
        canvas(sketch(SKETCH), "number", BRUSH, size, stroke_color=INK, background_color=PAPER)
    put_drawing(SKETCH)
    with ui.guard():
        pictures = sketch(SKETCH).pictures
        if not pictures:
            right.info(t("Write a number of up to 12 digits: it is read after each stroke."))
            return
        assert pictures[-1] is not None
        run = answering.still_here(run_id)
        with right:
            try:
                found = _read(run, run.config(), pictures[-1], t("the drawing"), "drawing", True)
            except BlankDrawing as blank:
                st.info(ui.plain(str(blank)))
                return
            words = st.container()
        show_number(run, run.config(), found, words)


def upload(run: Run, config: RunConfig) -> None:
    """Draw the place to drop files, and what they say."""
    _read_all(run, config, drop_pictures(t("Pictures of numbers"), "number_files"))


def camera(run: Run, config: RunConfig) -> None:
    """Draw the camera, and what its picture says."""
    words = t("Take a picture of a number, or of several lines")
    picture = st.camera_input(words, key="number_shot")
    _read_all(run, config, [picture] if picture else [])


def _read_all(run: Run, config: RunConfig, files: Sequence[Any]) -> None:
    good: list[tuple[str, SheetRead]] = []
    parts: list[str] = []
    for file in files:
        try:
            good.append((file.name, _read(run, config, file.getvalue(), file.name, "auto", None)))
            parts.append(first_of(file.getvalue()))
        except ImageError as error:
            message = str(error)
            problem = message if file.name in message else f"{file.name}: {message}"
            st.warning(ui.plain(problem), icon=":material/image_not_supported:")
    if not good:
        return
    chosen = _table(good) if len(good) > 1 else 0
    name, found = good[chosen]
    kind = t(READ_AS[found.sheet.kind])
    st.markdown(f"**{ui.plain(name)}**{parts[chosen]}" + t(": read as {kind}", kind=kind))
    show_number(run, config, found, st.container())


def _table(good: list[tuple[str, SheetRead]]) -> int:
    """Draw what each file says; return the row that was picked, or 0."""
    rows = [
        {"file": harmless(name), "reads": found.text.replace("\n", " / "), "sure": p}
        for name, found in good
        for p in [found.readings[0][1]]
    ]
    sure = st.column_config.ProgressColumn(t("sure"), format="percent", min_value=0, max_value=1)
    event = st.dataframe(
        rows,
        column_config={"sure": sure, "file": t("file"), "reads": t("reads")},
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="number_table",
    )
    picked = event.selection.rows
    return int(picked[0]) if picked and picked[0] < len(good) else 0


def _read(
    run: Run, config: RunConfig, data: bytes, name: str, kind: str, dark: bool | None
) -> SheetRead:
    """Read a picture with a run's model; what was read last is not read again.

    Raises:
        DPNError: as ``decode``, ``find_sheet``, ``read_sheet`` and ``ModelServer.predict``.
    """
    spec = input_spec(config)
    moment = travel.choose_moment(run)
    key = (hash(data), run.id, run.weights_stamp(), moment)
    kept: dict[Any, SheetRead] = st.session_state.setdefault("numbers_read", {})
    if key not in kept or answering.is_live(run):
        server = ui.model_server()
        sheet = find_sheet(decode(data, name), kind, dark)
        kept.pop(key, None)
        found = read_sheet(
            sheet,
            config.class_names,
            spec,
            lambda inputs: server.predict(run, inputs, moment).probabilities,
            server.judge_pieces,
        )
        while kept and sum(map(_bytes_of, kept.values())) + _bytes_of(found) > MOST_KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = found
    return kept[key]


def _bytes_of(found: SheetRead) -> int:
    return found.sheet.picture.nbytes + found.sheet.ink.nbytes + found.owners.nbytes
