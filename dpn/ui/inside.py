"""The Inside page: one score, taken apart."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dpn import charts, charts_inside, settings, ui
from dpn.account import Term, account, deciding, signed
from dpn.config import OPERATOR_NAMES, ModelConfig
from dpn.explanation import Explanation
from dpn.runs import Run, RunConfig, find_run
from dpn.serving import Question
from dpn.ui import steps, travel, what_if
from dpn.ui.answers import percent
from dpn.ui.lessons import lesson
from dpn.ui.subject import Subject

ITS_ANSWER, RUNNER_UP, NOTHING = "its answer", "the runner-up", "nothing: its own score"
OPERATORS = {"hard": "Hard", "soft": "Soft", "sparse": "Sparse"}
TEMPERATURES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
TEMPLATE_TITLES = {
    "dpn": "the template that won",
    "residual": "through the encoder",
    "mlp": "the score's slope",
}
DEEPER = {
    "steps": ":material/footprint: Step by step",
    "what_if": ":material/ink_eraser: What if",
    "time": ":material/history: Through time",
}


@dataclass(frozen=True)
class Case:
    """One image explained: what was asked of which model, and what came out."""

    run: Run
    config: RunConfig
    subject: Subject
    question: Question
    moment: int | None
    found: Explanation

    @property
    def model(self) -> ModelConfig:
        """The model's config, with the operator and temperature that were asked for."""
        asked = {"operator": self.question.operator, "temperature": self.question.temperature}
        return self.config.model.replace(**{k: v for k, v in asked.items() if v is not None})

    @property
    def target(self) -> str:
        """The explained class, as Markdown."""
        return ui.plain(self.config.class_names[int(self.found.target[0])])

    @property
    def contrast(self) -> str | None:
        """The class it is set against, as Markdown."""
        if self.found.contrast is None:
            return None
        return ui.plain(self.config.class_names[int(self.found.contrast[0])])


def inside(run: Run, config: RunConfig, subject: Subject, *, entered: bool) -> None:
    """Draw the account of one image; its knobs redraw nothing else of the page."""
    if entered:
        what_if.enter()
        steps.enter()
    st.fragment(_account)(run.id, config, subject)


def _account(run_id: str, config: RunConfig, subject: Subject) -> None:
    with ui.guard():
        run = find_run(run_id, settings.runs_dir())
        left, right = st.columns([1.45, 1], gap="large")
        with left:
            heading = st.container()
            target, contrast = _classes(run, config)
        with right:
            answer = st.container()
            operator, temperature = _smoothing(run, config.model)
            moment = travel.choose_moment(run)
        question = Question(target, contrast, operator, temperature)
        found = ui.server().explain(run, subject.image[None], question, moment)
        case = Case(run, config, subject, question, moment, found)
        terms = account(found, config.model)
        with left:
            _sum(case, terms, heading)
        with answer:
            _probabilities(case)
        _template(case, deciding(terms)[0])
        _deeper(case, terms)


def _deeper(case: Case, terms: list[Term]) -> None:
    """Draw one of the three ways to look further."""
    chosen = st.segmented_control(
        "Go deeper",
        list(DEEPER),
        format_func=DEEPER.__getitem__,
        default="steps",
        required=True,
        key="deeper",
        persist_state="session",
    )
    if chosen == "what_if":
        what_if.what_if(case, terms)
    elif chosen == "time":
        travel.through_time(case.run, case.config, case.moment)
    else:
        steps.steps(case)
    lesson("origins")


def _classes(run: Run, config: RunConfig) -> tuple[int | None, int | str | None]:
    """Draw which class is explained, and against which; return both as ``explain`` takes them."""
    names = config.class_names
    with st.container(horizontal=True, gap="small"):
        target = st.selectbox(
            "Why",
            [ITS_ANSWER, *range(len(names))],
            format_func=lambda i: i if isinstance(i, str) else names[i],
            key=f"target-{run.id}",
            persist_state="session",
            width=150,
        )
        contrast = st.selectbox(
            "and not",
            [RUNNER_UP, NOTHING, *range(len(names))],
            format_func=lambda i: i if isinstance(i, str) else names[i],
            key=f"contrast-{run.id}",
            persist_state="session",
            width=190,
        )
    meant = {ITS_ANSWER: None, RUNNER_UP: "runner_up", NOTHING: None}
    return meant.get(target, target), meant.get(contrast, contrast)


def _smoothing(run: Run, model: ModelConfig) -> tuple[str | None, float | None]:
    """Draw the maximum and its temperature; return those that differ from the training's."""
    if model.model == "mlp":
        return None, None
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        operator = _operator(run, model)
        temperature = st.select_slider(
            "Temperature τ",
            sorted({*TEMPERATURES, model.temperature}),
            value=model.temperature,
            format_func=lambda value: f"{value:g}",
            key=f"temperature-{run.id}",
            persist_state="session",
            disabled=operator == "hard",
            help="How much the maximum mixes decisions. The hard one mixes none.",
            width=180,
        )
    lesson("smoothing")
    return operator, temperature


def _operator(run: Run, model: ModelConfig) -> str | None:
    return st.segmented_control(
        "Maximum",
        list(OPERATOR_NAMES),
        format_func=OPERATORS.__getitem__,
        default=model.operator,
        required=True,
        key=f"operator-{run.id}",
        persist_state="session",
        help=f"It was trained with the {model.operator} one.",
    )


def _sum(case: Case, terms: list[Term], heading: DeltaGenerator) -> None:
    """Draw the sum, and say in words which part decided."""
    target, contrast = case.target, case.contrast
    heading.markdown(f"### Why {target}" + ("?" if contrast is None else f" and not {contrast}?"))
    total = "score" if contrast is None else "lead"
    image, dark = case.subject.image, ui.is_dark()
    data, spec = charts_inside.sum_chart(image, terms, total, dark=dark)
    with st.container(key="account"):
        st.vega_lite_chart(data, spec, key="sum", width="stretch")
        st.markdown(_verdict(case, terms))
    lesson("sum")


def _verdict(case: Case, terms: list[Term]) -> str:
    """Return in words: what speaks most for the answer, what against it, and what it comes to."""
    target, contrast = case.target, case.contrast
    if target == contrast:
        return "A class set against itself: everything is 0. Choose another one above."
    best, worst = deciding(terms)
    score = sum(term.value for term in terms)
    what = f"{target}'s score" if contrast is None else f"{target}'s lead over {contrast}"
    speak = "speak" if "s " in best.name else "speaks"  # rows 1-4, row 5
    words = [f"**{best.name.capitalize()}** {speak} most for {target}: **{signed(best.value)}**"]
    if worst.value < 0:
        words.append(f"most against it: **{worst.name}**, {signed(worst.value)}")
    return "; ".join(words) + f". All terms add up to {what}: **{signed(score)}**."


def _probabilities(case: Case) -> None:
    """Draw all probabilities, and whether the answer is right."""
    names, p = case.config.class_names, case.found.probabilities[0]
    first, second = (int(i) for i in (-p).argsort(kind="stable")[:2])
    answer, runner_up = ui.plain(names[first]), ui.plain(names[second])
    st.markdown(
        f"### {answer}, {percent(p[first])}\n"
        f"then **{runner_up}** with {percent(p[second])} · {_truth(case, first)}"
    )
    data, spec = charts.probability_chart(names, p, dark=ui.is_dark())
    st.vega_lite_chart(data, spec, key="inside_probabilities", width="stretch")


def _truth(case: Case, answer: int) -> str:
    label, words = case.subject.label, ui.plain(case.subject.words)
    if label is None:
        return words
    return f"{words}: " + ("**right**" if label == answer else "**wrong**")


def _template(case: Case, best: Term) -> None:
    """Draw the image, the composed template, and their product."""
    found = case.found
    assert found.composed_template is not None
    assert found.pixel_map is not None
    data, spec = charts_inside.template_chart(
        case.subject.image,
        found.composed_template[0],
        found.pixel_map[0],
        best.box,
        TEMPLATE_TITLES[case.config.model.model],
        dark=ui.is_dark(),
    )
    st.vega_lite_chart(data, spec, key="template", width="stretch")
    st.caption(_template_words(case, best))
    lesson("template")


def _template_words(case: Case, best: Term) -> str:
    found, target, model = case.found, case.target, case.config.model.model
    assert found.pixel_map is not None
    assert best.box
    colours = f"Blue speaks for {target}, orange against. "
    if model == "residual":
        where = f"{best.name} lies in the frame, and sees more of the image than that"
        share = "encoder's biases"
    else:
        top, bottom, left, right = best.box
        pixels = found.pixel_map[0].sum(axis=0)[top:bottom, left:right]
        gains, losses = float(pixels.clip(min=0).sum()), float(pixels.clip(max=0).sum())
        where = f"in the frame, {best.name}: for it {signed(gains)}, against it {signed(losses)}"
        share = "biases of its layers"
    words = colours + where[0].upper() + where[1:] + "."
    if model == "dpn":
        return words
    pixel_sum, bias = float(found.pixels[0]), float(found.encoder_bias[0])
    return words + f" All pixels add {signed(pixel_sum)}, the {share} {signed(bias)}."
