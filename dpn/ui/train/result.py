"""What a finished training scored: test accuracy, confusion matrix, worst mistakes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st

from dpn import ui
from dpn.charts.confusion import confusion_chart, confusion_words
from dpn.data.known import is_for_visit
from dpn.evaluation.counted import counted
from dpn.evaluation.scores import accuracy_words
from dpn.language import msg, t
from dpn.mazes.sets import SHORTEST
from dpn.runs.config import RunConfig
from dpn.runs.result import confusion_of
from dpn.runs.run import Run
from dpn.runs.title import MODEL_WORDS
from dpn.ui.inside.tiles import Tile, as_claimed, show_tiles
from dpn.ui.model import answering
from dpn.ui.moves import lists as series_lists
from dpn.ui.shared import history
from dpn.ui.texts import item_rows, lists
from dpn.ui.words import ANSWERED, THING, THINGS, how_many, passes

#: Mistakes shown with the result; all others are on Evaluate.
WORST = 12


def result(run: Run) -> None:
    """Draw what the finished run scored: test accuracy, confusion matrix, worst mistakes."""
    outcome, config = run.result(), run.config()
    if outcome is None:
        return
    names = config.class_names
    confusion = confusion_of(outcome)
    count = int(confusion.sum())
    st.subheader(t("Result"))
    with st.container(horizontal=True, gap="small", key="scores"):
        for label, text in (
            (t("Test accuracy"), accuracy_words(outcome["test_accuracy"], count, digits=2)),
            (
                t("Taught in") if config.lesson else t("Training time"),
                ui.took(outcome["train_seconds"]),
            ),
            (t("Parameters"), f"{outcome['parameters']:,}"),
        ):
            st.metric(label, text, width=180)
    st.caption(settings_words(config, _batch_size(run, config)))
    _ways_on(run, config)
    if config.model.world == "maze":
        _plans(confusion[SHORTEST])
        return
    if config.model.world == "list":
        if item_rows.is_measured(outcome):
            item_rows.quality(outcome)
        return
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        things = t(THINGS[config.model.world])
        st.markdown(t("**Confusion matrix**: where test {things} went", things=things))
        data, spec = confusion_chart(confusion, names, dark=ui.is_dark(), world=config.model.world)
        alt = confusion_words(confusion, names, world=config.model.world)
        with ui.matrix_room(len(names)):
            st.vega_lite_chart(data, spec, key="confusion", width="stretch", alt=alt)
    with right:
        st.markdown(t("**Worst mistakes**: wrong, and most sure of it"))
        tiles = [
            Tile(item["index"], item["label"], item["answer"], item["probability"])
            for item in outcome["mistakes"][:WORST]
        ]
        if not tiles:
            thing = t(THING[config.model.world])
            st.success(t("None: every test {thing} was answered right.", thing=thing))
            return
        if config.model.world in ("text", "series"):
            show = lists.show_texts if config.model.world == "text" else series_lists.show_series
            show(run, config, tiles)
            return
        if is_for_visit(config.training.dataset) and not ui.sets.may_see(run):
            st.caption(
                t("Its pictures were brought for a visit: they are gone, or another visitor's.")
            )
            return
        images = ui.test_images(run)[0].numpy()  # refused, if they are others now
        show_tiles(run, images, as_claimed(run, tiles), names)
        st.caption(t("True class → answer, and its probability. Press one to look inside."))


def _plans(counts: npt.NDArray[np.int64]) -> None:
    """Say how the plans on test maps turned out; ``counts`` (3,) are by ``OUTCOMES``."""
    none, longer, shortest = (f"{count:,}" for count in counts)
    st.markdown(
        t(
            "**Plans on test maps ({count:,})**: {shortest} as short as any, {longer} longer, "
            "{none} not arriving.",
            count=counts.sum(),
            shortest=shortest,
            longer=longer,
            none=none,
        )
    )


#: What a model is tried with: the words of the button, its icon, and the page.
_TRY_IT = {
    "text": (msg("Ask it"), "notes", lists.WORDS_PAGE),
    "series": (msg("Try it"), "gesture", series_lists.MOVES_PAGE),
    "maze": (msg("Plan with it"), "route", "pages/8_Maze.py"),
    "list": (msg("Ask it"), "format_list_numbered", lists.WORDS_PAGE),
    "photo": (msg("Try it on a photo"), "photo_camera", "pages/2_Classify.py"),
    "picture": (msg("Draw with this model"), "draw", "pages/2_Classify.py"),
}


def _ways_on(run: Run, config: RunConfig) -> None:
    """Offer to try the model, and to look at all its answers."""
    words, icon, page = _TRY_IT[
        config.model.world if config.preparation != "photo" else config.preparation
    ]
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="ways_on"):
        if st.button(
            t(words),
            icon=f":material/{icon}:",
            key="try_it",
            on_click=_let_answer,
            args=(run, config.model.world),
        ):
            st.switch_page(page)
        if config.model.world in ANSWERED:
            st.page_link(
                "pages/4_Evaluate.py", label=t("Explore the result"), icon=":material/fact_check:"
            )


def _let_answer(run: Run, world: str) -> None:
    answering.let_answer(run)
    if world in ("text", "list"):  # both are asked on Words
        st.session_state["words_what"] = world


def _batch_size(run: Run, config: RunConfig) -> int:
    """Return how many inputs a batch had: of a set with fewer than were asked for, all."""
    steps = history(str(run.path / "metrics.jsonl")).poll().steps
    first = steps["examples"][:1] / steps["step"][:1]
    return int(first[0]) if len(first) else config.training.batch_size


def settings_words(config: RunConfig, batch_size: int | None = None) -> str:
    """Return how a run was trained, in a line; its data set and its size are told elsewhere.

    ``batch_size`` is that of its batches, where it may be another one than was asked for.
    """
    model, training = config.model, config.training
    made = [how_many(model.hidden, "hidden unit")]
    if model.model == "planner":
        made = [
            how_many(model.decisions, "move"),
            t("{kind} maximum", kind=t(model.operator)),
        ]
    elif model.model != "mlp":
        made = [
            how_many(model.states, "state"),
            how_many(model.decisions, "decision"),
            t("{kind} maximum", kind=t(model.operator)),
        ]
    if model.model == "residual":
        channels = how_many(model.encoder_channels, "channel")
        made.append(t("{kind} encoder of {channels}", kind=t(model.encoder), channels=channels))
    size, steps = batch_size or training.batch_size, training.steps
    long = [
        passes(training.epochs, model.world) if steps is None else how_many(steps, "batch"),
        t("{some} a batch", some=counted(size, model.world)),
        training.optimizer,
        t("learning rate {rate:g}", rate=training.learning_rate),
        t("seed {seed}", seed=training.seed),
    ]
    comma = t(", ")
    said = f"{comma.join(made)} · {comma.join(long)}"
    return t("{what}: {words}", what=t(MODEL_WORDS[model.model]), words=said)
