"""Time travel: the moment of a training whose weights answer."""

from __future__ import annotations

import streamlit as st

from dpn import ui
from dpn.language import percent, t
from dpn.runs.config import RunConfig
from dpn.runs.history import Curves, smooth
from dpn.runs.run import Run
from dpn.runs.snapshots import list_snapshots, read_snapshot
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.explainers import explainer

#: The last place of the slider: the weights as they are now.
NOW = -1


def choose_moment(run: Run) -> int | None:
    """Draw the slider over a training's snapshots; return the chosen step, or None for now.

    A run without snapshots (a shipped one) gets no slider.
    """
    steps = list_snapshots(run.path)
    if run.result() is not None:
        steps = steps[:-1]  # the last one is the model as it is now
    if not steps:
        state.put(moment=None)
        return None
    # Kept apart from the slider, which is another one on each page, and when a snapshot joins.
    kept = st.session_state.setdefault("moments", {})
    if (asked := state.take("moment", steps, t("a batch that the slider has"))) is not None:
        kept[run.id] = asked
    key, places = f"moment-{run.id}-{len(steps)}", [*steps, NOW]
    moment = kept.get(run.id, NOW)
    moment = moment if moment in places else NOW
    ui.put(key, moment)

    def keep() -> None:
        kept[run.id] = st.session_state[key]

    st.select_slider(
        t("Moment of the training"),
        places,
        value=moment,
        format_func=menus.labels(
            places, lambda at: t("now") if at == NOW else t("batch {at:,}", at=at)
        ),
        key=key,
        on_change=keep,
        help=t("The weights as they were after this batch. Everything on the page follows."),
    )
    state.put(moment=None if moment == NOW else moment)
    return None if moment == NOW else moment


def through_time(run: Run, config: RunConfig, moment: int | None) -> None:
    """Draw the loss with the moment marked, and the confusion matrix of its validation."""
    # They import pandas: Home, which has neither, begins to stand before.
    from dpn.charts.confusion import confusion_chart
    from dpn.charts.curves import loss_chart

    kept = list_snapshots(run.path)
    curves = ui.history(str(run.path / "metrics.jsonl")).poll()
    if not kept:
        st.info(
            t(
                "Of this run no earlier weights were kept (a shipped one has none). "
                "Train a model: then a slider above moves through its training."
            )
        )
        return
    step = kept[-1] if moment is None else moment
    total = int(max(curves.steps["step"].max(initial=0), kept[-1]))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(_words(curves, step, config.training.label_smoothing))
        data, spec = loss_chart(curves, total, step)
        alt = t("The training loss of each batch, with this moment marked.")
        st.vega_lite_chart(data, spec, key="travel_loss", width="stretch", alt=alt)
    with right:
        st.markdown(t("**Validation images then**: true class and answer"))
        confusion = read_snapshot(run.path, step)[1].numpy()
        data, spec = confusion_chart(confusion, config.class_names, dark=ui.is_dark())
        alt = t("Validation images then: a row a true class, a column an answer.")
        st.vega_lite_chart(data, spec, key="travel_confusion", width="stretch", alt=alt)
    explainer("time")


def _words(curves: Curves, step: int, smoothing: float) -> str:
    """Say how good the model was at a step, as far as it was measured, and name each loss."""
    steps, validation = curves.steps, curves.validation
    words, head = [], t("**Batch {step:,}**", step=step)
    at = int(steps["step"].searchsorted(step, side="right"))
    if at:
        loss = smooth(steps["loss"])[at - 1]
        smoothed = t(
            "training loss {loss:.3f}, with label smoothing {smoothing:g}, as drawn",
            loss=loss,
            smoothing=smoothing,
        )
        words.append(smoothed if smoothing else t("training loss {loss:.3f}, as drawn", loss=loss))
    at = int(validation["step"].searchsorted(step))
    if at < len(validation["step"]) and validation["step"][at] == step:
        accuracy, loss = validation["accuracy"][at], validation["loss"][at]
        words.append(
            t(
                "validation accuracy {accuracy}, loss on validation images {loss:.3f}",
                accuracy=percent(accuracy),
                loss=loss,
            )
        )
    return t("{what}: {words}", what=head, words=t("; ").join(words)) if words else head
