"""What a number was read as: its digits on the picture, why it was cut so, and each corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dpn import ui
from dpn.charts.number.boxes import DIGIT, number_picture
from dpn.charts.number.trellis import number_trellis
from dpn.explain.account import adding_up, signed
from dpn.language import t
from dpn.names import listed
from dpn.numbers.reading import LineRead, Part, Reading, SheetRead
from dpn.pictures.png import png
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.teaching.lesson_files import Picture
from dpn.ui import answers, menus
from dpn.ui.classify import corrections
from dpn.ui.classify.upload import LastUpload
from dpn.ui.model import answering

#: Where a digit of a number waits for Inside.
FOR_INSIDE = "number_digit"


def show_number(run: Run, config: RunConfig, found: SheetRead, words: DeltaGenerator) -> None:
    """Draw what a sheet says, in ``words`` what is said first, and below how it was found."""
    _say(words, found)
    data, spec = number_picture(found, dark=ui.is_dark())
    alt = t("The digits, and how likely each is")

    def clicked() -> None:
        chosen = st.session_state["number_picture"]["selection"].get(DIGIT)
        if chosen:
            _take_along(run, found, int(chosen[0]["number"]))
            st.session_state["number_clicked"] = True

    st.vega_lite_chart(
        data, spec, key="number_picture", width="stretch", alt=alt, on_select=clicked
    )
    if st.session_state.pop("number_clicked", False):
        st.switch_page("pages/3_Inside.py")
    number = _choose_digit(found)
    line, place = _line_of(found, number)
    left, right = st.columns([1.35, 1], gap="large")
    with left:
        st.markdown(f"#### {t('Why these cuts?')}")
        st.markdown("  \n".join(_cut_words(line)) or t("It is one digit: no cut is needed."))
        first = number - place
        data, spec = number_trellis(line, first, dark=ui.is_dark())
        alt = (
            t("The trellis: cuts across, digits down.")
            + " "
            + t("; ").join(
                f"{reading.text} ({answers.percent(reading.probability)})"
                for reading in line.readings
            )
        )
        st.vega_lite_chart(data, spec, key="number_trellis", width="stretch", alt=alt)
    with right:
        digit = line.digits[place]
        name = ui.plain(digit.part.name)
        st.markdown("#### " + t("This {name}", name=name))
        odds, log_p = adding_up([digit.part.odds, digit.part.log_p])
        st.markdown(
            t(
                "{share} sure. Its score is **{score}**: {odds} for being a whole digit, "
                "{log_p} for being {name}.",
                share=answers.percent(digit.probability),
                score=signed(odds + log_p),
                odds=signed(odds),
                log_p=signed(log_p),
                name=t("an 8") if name == "8" else t("a {name}", name=name),
            )
        )
        st.button(
            t("Look inside"),
            icon=":material/account_tree:",
            key="number_inside",
            on_click=_go,
            args=(run, found, number),
        )
        if st.session_state.pop("number_go", False):
            st.switch_page("pages/3_Inside.py")
        picture = _picture(found, number)
        source = f"number-{hashlib.sha256(picture).hexdigest()[:12]}"
        called = t("digit {place} of {number}", place=place + 1, number=line.text)
        corrections.correct(config, source, Picture("", picture, dark_on_light=True, called=called))


def _say(words: DeltaGenerator, found: SheetRead) -> None:
    """Say what is read, how likely that is, and the next readings."""
    (text, sure), *others = found.readings
    said = [t("{share} sure", share=answers.percent(sure))]
    for other, p in others:
        one = ui.plain(" / ".join(other.split("\n")))
        said.append(t("or **{other}** with {share}", other=one, share=answers.percent(p)))
    lines = "\n\n".join(f"## {ui.plain(line)}" for line in text.split("\n"))
    with words.container(key="answer"):
        st.markdown(lines + "\n\n" + "  \n".join(said))
        if found.marks:
            marks = ui.plain(listed([t(mark) for mark in found.marks]))
            st.caption(t("Left out: {marks}. Only digits are read.", marks=marks))


def _choose_digit(found: SheetRead) -> int:
    """Draw the digits to choose from; return the number of the chosen one."""
    numbers = list(range(len(found.digits)))
    chosen = st.segmented_control(
        t("Digit"),
        numbers,
        format_func=menus.labels(
            numbers,
            lambda number: found.digits[number].part.name,
            lambda number: t("place {number}", number=number + 1),
        ),
        required=True,
        default=0,
        key=f"number_chosen-{found.text}",
    )
    return int(chosen or 0)


def _line_of(found: SheetRead, number: int) -> tuple[LineRead, int]:
    """Return the line that a digit stands in, and its place there."""
    for line in found.lines:
        if number < len(line.digits):
            return line, number
        number -= len(line.digits)
    raise AssertionError(number)


def _cut_words(line: LineRead) -> Iterator[str]:
    """Say of each place between two digits what a cut there is worth."""
    best = line.readings[0]
    for place, other in enumerate(line.instead):
        before, after = (ui.plain(best.parts[i].name) for i in (place, place + 1))
        between = f"**{before} | {after}**"
        if other is None:
            yield t("{between}: the ink can be cut here only.", between=between)
        else:
            ours, theirs = _apart(best, other), _apart(other, best)
            numbers = adding_up([p.score for p in ours] + [-p.score for p in theirs])
            here, there = numbers[: len(ours)], [-one for one in numbers[len(ours) :]]
            yield t(
                "{between}: cut here, {here}. Cut elsewhere, at best {there} (read {other}): "
                "{gain:.2f} less.",
                between=between,
                here=_sum(ours, here),
                there=_sum(theirs, there),
                other=ui.plain(other.text),
                gain=sum(numbers),
            )


def _apart(reading: Reading, other: Reading) -> list[Part]:
    """Return the parts of a reading that another one does not have."""
    return [part for part in reading.parts if part not in other.parts]


def _sum(parts: Sequence[Part], numbers: Sequence[float]) -> str:
    """Say what parts add, by numbers that add up as they are read."""
    terms = t(" and ").join(
        f"{ui.plain(part.name)} {signed(number)}"
        for part, number in zip(parts, numbers, strict=True)
    )
    return terms or t("nothing more")


def _picture(found: SheetRead, number: int) -> bytes:
    """Return a digit's own ink as a picture, dark on light."""
    own = np.where(found.owners == number + 1, found.sheet.ink, 0)
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    crop = own[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return png((255 - np.pad(crop, max(4, max(crop.shape) // 5))).astype(np.uint8))


def _take_along(run: Run, found: SheetRead, number: int) -> None:
    line, place = _line_of(found, number)
    name = t("Digit {place} of {number}", place=place + 1, number=line.text)
    st.session_state[FOR_INSIDE] = LastUpload(name, _picture(found, number), "drawing", True)
    answering.take_along(run, "number")


def _go(run: Run, found: SheetRead, number: int) -> None:
    _take_along(run, found, number)
    st.session_state["number_go"] = True
