"""Pictures class by class: name a class, drop or shoot pictures of it, and go on to the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import streamlit as st

from dpn import ui
from dpn.errors import ImageError
from dpn.files.folders import PICTURES
from dpn.language import joined, msg, t
from dpn.names import MAX_NAME_LENGTH, is_class_name
from dpn.own.layouts.pictures import class_by_class
from dpn.own.parts import Raw
from dpn.own.split import FEW
from dpn.own.thumbs import COLOUR_SIDE, Thumb, thumb_of
from dpn.ui import menus
from dpn.ui.train.tiles import SMALL, picture_of, tile, tiles

#: Pictures of a draft, and those of a class that are shown.
MOST, SHOWN = 2_000, 12
_HOW = {
    "drop": (":material/upload:", msg("Drop")),
    "shoot": (":material/photo_camera:", msg("Camera")),
}


@dataclass(eq=False)
class Draft:
    """Pictures with their classes, in the order they came; ``turn`` counts what was taken."""

    pictures: list[tuple[str, Thumb]] = field(default_factory=list)
    turn: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def version(self) -> str:
        """Tells it from itself before."""
        return f"draft-{self.turn}"


def classes(draft: Draft) -> Raw | None:
    """Draw the classes and the place for more; return them as soon as there are enough."""
    counts = Counter(name for name, _ in draft.pictures)
    name = st.text_input(
        t("Name of the class"),
        max_chars=MAX_NAME_LENGTH,
        key="draft-class",
        placeholder=t("cat"),
        help=t("Name a class, add pictures of it, then name the next one."),
    ).strip()
    how = menus.ways(_HOW, t("Pictures"), "draft-how", "drop", label_visibility="collapsed")
    key = f"draft-{how}-{draft.turn}"
    if not name:
        st.caption(t("First name what you are about to show."))
    elif how == "shoot":
        st.camera_input(
            t("Pictures of {name}", name=ui.plain(name)),
            key=key,
            on_change=_take,
            args=(draft, name, key),
        )
    else:
        st.file_uploader(
            t("Pictures of {name}", name=ui.plain(name)),
            type=[suffix.removeprefix(".") for suffix in PICTURES],
            accept_multiple_files=True,
            key=key,
            on_change=_take,
            args=(draft, name, key),
        )
    for problem in draft.problems:
        st.warning(ui.plain(problem), icon=":material/image_not_supported:")
    _show(draft, counts)
    missing = {name: FEW - count for name, count in counts.items() if count < FEW}
    if len(counts) >= 2 and not missing:
        return class_by_class(draft.pictures)
    wanted = [
        t("{count} of {name}", count=count, name=ui.plain(name)) for name, count in missing.items()
    ]
    if counts:
        needed = [t("Still missing: {wanted}.", wanted=t(", ").join(wanted))] if wanted else []
        needed += [t("Name a second class above.")] if len(counts) == 1 else []
        st.caption(joined([*needed, t("{few} pictures each are the least.", few=FEW)]))
    return None


def _take(draft: Draft, name: str, key: str) -> None:
    """Take what was dropped or shot, and make room for the next."""
    sent = st.session_state.get(key)
    files = sent if isinstance(sent, list) else [sent] if sent else []
    draft.problems = []
    if not is_class_name(name):
        draft.problems = [
            t("A class is called by 1 to {most} visible characters.", most=MAX_NAME_LENGTH)
        ]
        return
    for file in files:
        if len(draft.pictures) >= MOST:
            words = t("{most:,} pictures are the most here; bring more as a zip.", most=MOST)
            draft.problems.append(words)
            break
        try:
            draft.pictures.append((name, thumb_of(file.getvalue(), file.name)))
        except ImageError as error:
            draft.problems.append(str(error))
    if files:
        draft.turn += 1


def _show(draft: Draft, counts: Counter[str]) -> None:
    for place, (name, count) in enumerate(counts.items()):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{ui.plain(name)}**: {count}", width="content")
            st.button(
                t("Undo"),
                key=f"draft-undo-{place}",
                type="tertiary",
                icon=":material/undo:",
                on_click=_drop,
                args=(draft, name, False),
                help=t("Takes the last picture away."),
            )
            st.button(
                t("Remove"),
                key=f"draft-remove-{place}",
                type="tertiary",
                icon=":material/delete:",
                on_click=_drop,
                args=(draft, name, True),
            )
        shown = [thumb for other, thumb in draft.pictures if other == name][-SHOWN:]
        boxes = [picture_of(thumb.small[COLOUR_SIDE], SMALL, name) for thumb in shown]
        st.html(tiles([tile(box, "") for box in boxes]))


def _drop(draft: Draft, name: str, everything: bool) -> None:
    mine = [place for place, (other, _) in enumerate(draft.pictures) if other == name]
    gone = set(mine if everything else mine[-1:])
    draft.pictures = [one for place, one in enumerate(draft.pictures) if place not in gone]
    draft.turn += 1
    draft.problems = []
