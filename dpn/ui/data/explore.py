"""The data explorer: class balance, samples by class; a data set is fetched, kept or removed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import settings, ui
from dpn.charts.bars import balance_figure
from dpn.data.catalogue import DatasetInfo
from dpn.data.downloads import download
from dpn.data.loading import Dataset
from dpn.data.look import WORDS
from dpn.errors import DataError
from dpn.language import again, joined, t
from dpn.texts.sets import keep_fetched
from dpn.ui import access
from dpn.ui.address import state
from dpn.ui.maze import samples as maps
from dpn.ui.moves import lists as series_lists
from dpn.ui.texts import item_rows, lists
from dpn.ui.words import THINGS

#: Samples shown of each class, and classes shown at once.
SAMPLES, CLASSES = 12, 20


def offer_download(info: DatasetInfo) -> None:
    """Offer to fetch a data set that is not here yet; show how far it is."""
    st.write(ui.plain(info.about))
    st.info(t("It is not on this machine yet: {size} MB to download.", size=info.download_mb))
    if st.button(t("Download"), type="primary", icon=":material/download:", key="download"):
        bar = st.progress(0.0, text=t("Connecting …"))

        def show(done: int, total: int) -> None:
            share = min(done / max(total, 1), 1.0)
            bar.progress(
                share, text=t("{done:.1f} of {total:.1f} MB", done=done / 1e6, total=total / 1e6)
            )

        try:
            fetch = keep_fetched if info.world == "text" else download
            fetch(info.name, settings.data_dir(), show)
        except DataError as error:
            bar.empty()
            ui.show_error(str(error))
        else:
            st.rerun()


def explore(info: DatasetInfo) -> None:
    """Show what is in a data set that is here."""
    st.write(ui.plain(info.about))
    with st.spinner(t("Reading the data …"), show_time=True):
        data = ui.dataset(info.name)
    if data.notes:
        st.caption(ui.plain(joined(map(again, data.notes))))
    things = t(THINGS[data.world])
    parts = {"training": data.y_train, "validation": data.y_val, "test": data.y_test}
    with st.container(horizontal=True, gap="medium", key="numbers"):
        for label, labels in parts.items():
            of = t("next items") if data.world == "list" else things
            st.metric(_part_words(label, of), f"{len(labels):,}", width=150)
        if data.world != "maze":
            kinds = t("Items") if data.world == "list" else t("Classes")
            st.metric(kinds, f"{data.classes:,}", width=90)
        if data.world == "picture":
            channels, height, width = data.image_shape
            colour = t("colour") if channels == 3 else t("grey")
            st.metric(t("Image"), f"{height}×{width} {colour}", width=190)
        elif data.world == "series":
            st.metric(t("Steps a series"), f"{data.sizes['length']:,}", width=150)
            st.metric(t("Channels"), f"{data.sizes['channels']:,}", width=110)
        elif data.world == "list":
            st.metric(t("Items before"), f"{data.sizes['length']:,}", width=150)
        elif data.world == "text":
            st.metric(t("Words a text"), f"{data.sizes['length']:,}", width=150)
    if data.world == "picture":
        st.caption(t(WORDS[data.preparation]))
    if data.world == "maze":
        st.markdown(t("**Samples of each kind**"))
        maps.some_maps()
        return
    _keep_or_remove(info)
    if data.world == "list":
        _lists(data)
        return
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        _samples(data)
    with right:
        st.markdown(t("**Class balance**"))
        counts = {
            label: np.bincount(labels.numpy(), minlength=data.classes)
            for label, labels in parts.items()
        }
        balance_words = t(
            "{things} of each class: training, validation and test on top of each other.",
            things=things.capitalize(),
        )
        figure = balance_figure(counts, data.class_names, things)
        ui.figure(figure, "balance", alt=balance_words)
        st.caption(
            t(
                "Validation {things} are held out of the training part to compare settings. Test "
                "{things} are only for the final score.",
                things=things,
            )
        )


def _part_words(part: str, things: str) -> str:
    if part == "training":
        return t("Training {things}", things=things)
    return t("Test {things}" if part == "test" else "Validation {things}", things=things)


def _lists(data: Dataset) -> None:
    """Show some lists of a data set."""
    rng = _other_samples(t("**Some of its lists**, from their beginning"))
    item_rows.some_lists(data.name, rng)
    st.caption(
        t(
            "Each item is learned from those before it. The last item of a list is only for the "
            "final score, the one before it to compare settings."
        )
    )


def _other_samples(words: str) -> np.random.Generator:
    """Draw a title and a button for other samples; return what chooses them."""
    if asked := state.take("samples"):
        st.session_state["sample_seed"] = asked
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words)
        if st.button(t("Other samples"), icon=":material/shuffle:", key="other_samples"):
            st.session_state["sample_seed"] = st.session_state.get("sample_seed", 0) + 1
    state.put(samples=st.session_state.get("sample_seed") or None)
    return np.random.default_rng(st.session_state.get("sample_seed", 0))


def _keep_or_remove(info: DatasetInfo) -> None:
    """Offer what can be done with a set that this visitor has brought."""
    is_held = ui.sets.is_held(info.name)
    if not (is_held or ui.sets.is_mine(info.name)):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(
            t("Train on it"), type="primary", icon=":material/play_circle:", key="own_train"
        ):
            st.switch_page("pages/1_Train.py")
        if is_held and access.may_keep():
            st.button(
                t("Keep on the server"),
                icon=":material/save:",
                key="own_keep",
                on_click=_keep,
                args=(info.name,),
            )
        if is_held:
            sure = st.button(t("Remove"), icon=":material/delete:", key="own_remove")
        else:
            with st.popover(t("Remove"), icon=":material/delete:"):
                st.markdown(t("It is deleted for all, for good."))
                sure = st.button(t("Remove it"), key="own_remove", type="primary")
        if sure:
            with ui.guard():
                ui.sets.let_go(info.name)
                st.rerun()
    if not is_held:
        st.caption(t("You keep it on this server: it is there for all."))


def _keep(name: str) -> None:
    with ui.guard():
        st.session_state["dataset"] = ui.sets.keep(name, ui.sets.name_to_keep(name))


def _samples(data: Dataset) -> None:
    things = t(THINGS[data.world])
    rng = _other_samples(t("**Samples by class** (training {things})", things=things))
    labels = data.y_train.numpy()
    shown = range(data.classes)
    if data.classes > CLASSES:
        first = st.number_input(
            t("First class shown"), 1, data.classes - CLASSES + 1, key="first_class"
        )
        first -= 1
        shown = range(first, first + CLASSES)
    for index in shown:
        if data.world == "text":
            lists.samples_of(data.name, index, rng)
            continue
        if data.world == "series":
            series_lists.samples_of(data.name, index, rng)
            continue
        chosen = rng.permutation(np.flatnonzero(labels == index))[:SAMPLES]
        name, strip = st.columns([1, 6], vertical_alignment="center", gap="small")
        name.markdown(ui.plain(data.class_names[index]))
        images = data.x_train[chosen].numpy()
        alt = t("Training images of {name}", name=data.class_names[index])
        strip.image(_strip(images), width="stretch", output_format="PNG", alt=alt)


def _strip(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return images (N, C, H, W) side by side, enlarged so that their pixels stay sharp.

    Where there are fewer than ``SAMPLES``, the rest of the row is transparent.
    """
    count, channels, height, width = images.shape
    wide = np.zeros((SAMPLES, 4, height, width), dtype=np.uint8)
    wide[:count, :3] = images  # one channel of grey is all three
    wide[:count, 3] = 255
    row = wide.transpose(2, 0, 3, 1).reshape(height, SAMPLES * width, 4)
    factor = max(1, 56 // height)
    row = row.repeat(factor, axis=0).repeat(factor, axis=1)
    if count < SAMPLES:
        return row
    return row[:, :, 0] if channels == 1 else row[:, :, :3]
