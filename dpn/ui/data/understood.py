"""What was understood of what somebody brings, before it is used."""

from __future__ import annotations

import html
from typing import Protocol

import streamlit as st

from dpn import ui
from dpn.data.samples import one_of_each
from dpn.language import again, msg, t
from dpn.own.making import Options, OwnSet, make
from dpn.own.parts import Raw, Refused
from dpn.own.thumbs import COLOUR_SIDE, GREY_SIDE
from dpn.ui.train.tiles import caption, picture, tile, tiles

__all__ = ["OwnSet", "Upload", "show"]

#: Images shown, and pixels of each, about.
SAMPLES, SIDE = 16, 72
#: Classes shown with their bars, and sentences about what was left out.
MOST_CLASSES, MOST_LEFT_OUT = 20, 200
#: What is wrong in red boxes.
MOST_ERRORS = 4
#: What is said -> what is meant.
SIDES = {msg("As fits"): None, "28": GREY_SIDE, "32": COLOUR_SIDE}
COLOURS = {msg("As they are"): None, msg("Grey"): False, msg("Colour"): True}


class Upload(Protocol):
    """What the browser sent."""

    name: str

    def getvalue(self) -> bytes:
        """Return its bytes."""


def show(raw: Raw, version: str) -> OwnSet | None:
    """Draw what would be made of it, and what can be decided; None if nothing can be made.

    ``version`` tells it from what was brought before.
    """
    options = _options(raw, version)
    try:
        own = _made(raw, options, version)
    except Refused as error:
        refused(error.sentences)
        return None
    arrays, counts = own.arrays, own.counts
    channels, height, width = arrays.x_train.shape[1:]
    train, test = counts.sum(axis=0).tolist()
    colour = t("colour") if channels == 3 else t("grey")
    st.markdown(
        t(
            "**{count:,} images of {classes} classes**, {height}×{width} {colour}: {train:,} to "
            "train, {test:,} to test",
            count=train + test,
            classes=len(counts),
            height=height,
            width=width,
            colour=colour,
            train=train,
            test=test,
        )
    )
    st.html(_samples(own))
    st.html(_classes(own))
    notes = [*arrays.notes, *([t("The classes have unequal numbers of images.")] * own.is_uneven)]
    st.caption("  \n".join(f":material/check: {ui.plain(again(note))}" for note in notes))
    left_out(own.left_out)
    return own


def _options(raw: Raw, version: str) -> Options:
    with st.expander(t("Size, colour and more"), icon=":material/tune:"):
        with st.container(horizontal=True, gap="medium"):
            side = st.segmented_control(
                t("Pixels a side"),
                list(SIDES),
                format_func=t,
                default=next(iter(SIDES)),
                required=True,
                key=f"own-side-{version}",
            )
            colour = st.segmented_control(
                t("Colours"),
                list(COLOURS),
                format_func=t,
                default=next(iter(COLOURS)),
                required=True,
                key=f"own-colour-{version}",
            )
        turned = st.toggle(
            t("Mirror at the diagonal"),
            raw.transposed,
            key=f"own-turn-{version}",
            help=t("EMNIST's images lie so."),
        )
    return Options(
        side=SIDES[side or "As fits"],
        colour=COLOURS[colour or "As they are"],
        transposed=turned,
    )


def _made(raw: Raw, options: Options, version: str) -> OwnSet:
    """Make it once for each choice: the panel is drawn again with every click in it."""
    last = st.session_state.get("own_made")
    if last is None or last[0] != (version, options):
        last = (version, options), make(raw, options)
        st.session_state["own_made"] = last
    own: OwnSet = last[1]
    return own


def _samples(own: OwnSet) -> str:
    arrays = own.arrays
    chosen = one_of_each(arrays.y_train, SAMPLES)
    drawn = [
        tile(picture(arrays.x_train[i], SIDE, name), caption(name))
        for i, name in ((i, arrays.class_names[arrays.y_train[i]]) for i in chosen)
    ]
    return f'<div class="own-samples">{tiles(drawn)}</div>'


def _classes(own: OwnSet) -> str:
    totals = own.counts.sum(axis=1)
    rows = [
        f"<span>{html.escape(name)}</span><i style='width:{100 * total / totals.max():.0f}%'></i>"
        f"<b>{total:,}</b>"
        for name, total in zip(own.arrays.class_names[:MOST_CLASSES], totals, strict=False)
    ]
    more = len(totals) - MOST_CLASSES
    rest = t("and {count:,} more classes", count=more)
    rest = f"<small>{rest}</small>" if more > 0 else ""
    return f'<div class="own-classes">{"".join(rows)}</div>{rest}'


def refused(sentences: tuple[str, ...]) -> None:
    """Draw all that is wrong; of many sentences the first, and the rest to be opened."""
    for sentence in sentences[:MOST_ERRORS]:
        ui.show_error(again(sentence))
    left_out(sentences[MOST_ERRORS:])


def left_out(sentences: tuple[str, ...]) -> None:
    """Draw sentences about what was left out: one as it is, more to be opened."""
    if not sentences:
        return
    if len(sentences) == 1:
        st.caption(f":material/block: {ui.plain(again(sentences[0]))}")
        return
    with st.expander(t("What was left out"), icon=":material/block:"):
        for sentence in sentences[:MOST_LEFT_OUT]:
            st.caption(ui.plain(again(sentence)))
        if len(sentences) > MOST_LEFT_OUT:
            st.caption(t("And {count:,} more.", count=len(sentences) - MOST_LEFT_OUT))
