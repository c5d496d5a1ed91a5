"""The Inside page: one score, taken apart."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import streamlit as st

from dpn import ui
from dpn.charts.bars import probability_chart
from dpn.charts.sum import sum_chart
from dpn.charts.template import template_chart
from dpn.doubt.known import claims
from dpn.explain.account import Term, account
from dpn.jobs.questions import Question
from dpn.language import joined, language, msg, speaking, t
from dpn.runs.config import RunConfig
from dpn.runs.run import Run
from dpn.ui import menus
from dpn.ui.address import state
from dpn.ui.explainers import explainer
from dpn.ui.inside import before_after, steps, what_if
from dpn.ui.inside.alike import find_alike, show_alike
from dpn.ui.inside.case import Case, answer_words, by_windows
from dpn.ui.inside.look import look
from dpn.ui.inside.places.charts import show_likeness, show_places, show_squares
from dpn.ui.inside.places.find import find_places
from dpn.ui.inside.places.kinds import show_kinds
from dpn.ui.inside.places.place import Places
from dpn.ui.inside.places.short import short_words
from dpn.ui.inside.places.words import place_words
from dpn.ui.inside.smoothing import choose_smoothing
from dpn.ui.inside.subject import Subject, arrive, choose_subject, is_test_image
from dpn.ui.inside.sum_words import band_words, sum_words, template_words, verdict
from dpn.ui.model import answering, travel

ITS_ANSWER, RUNNER_UP = msg("its answer"), msg("the runner-up")
NOTHING = msg("nothing: its own score")
TEMPLATE_TITLES = {
    "dpn": msg("the template that won"),
    "residual": msg("what brighter pixels would do"),
    "mlp": msg("what brighter pixels would do"),
}
#: Why the exact sums are folded where places are blanked.
WHY_FOLDED = msg(
    "These add up exactly, but are not what would be lost without a place: the layers mix what "
    "lies side by side before it is added up. For that go by the places above."
)
DEEPER = {
    "steps": (":material/footprint:", msg("Step by step")),
    "what_if": (":material/ink_eraser:", msg("What if")),
    "time": (":material/history:", msg("Through time")),
    "lesson": (":material/school:", msg("Before and after the lesson")),
}


def inside(*, entered: bool) -> None:
    """Draw the page; whatever is chosen on it redraws nothing around it."""
    if entered:
        what_if.enter()
        steps.enter()
    arrive()
    st.html(look())
    st.fragment(_inside)()


def _inside() -> None:
    # The language is asked once: hundreds of texts would look for it in the session.
    with ui.guard(), speaking(language()):
        with st.container(key="choices-inside"):
            left, right = st.columns([1, 1], gap="small")
        with left:
            chosen = answering.choose_run(with_data=is_test_image())
        if chosen:
            subject = choose_subject(*chosen, right)
            if subject is not None:
                _account(*chosen, subject)


def _account(run: Run, config: RunConfig, subject: Subject) -> None:
    """Draw the answer, where it was decided, its template and sum, and the ways to look further."""
    with st.container(key="answered"):  # side by side; on a phone one below the other
        answer, probabilities, in_short = st.container(), st.container(), st.empty()
    left, right = st.columns([1.45, 1], gap="large", vertical_alignment="bottom")
    with left:
        heading = st.container()
        target, contrast = _classes(run, config)
    with right:
        moment = travel.choose_moment(run)
        operator, temperature = choose_smoothing(run, config.model)
    question = Question(target, contrast, operator, temperature)
    found = ui.model_server().explain(run, subject.image[None], question, moment)
    case = Case(run, config, subject, question, moment, found)
    answer.markdown(answer_words(case))
    with probabilities:
        p, doubts = claims(found.probabilities, found.known)[0], found.known is not None
        data, spec = probability_chart(config.class_names, p, doubts=doubts, dark=ui.is_dark())
        alt = t("How likely each class is")
        st.vega_lite_chart(data, spec, key="inside_probabilities", width="stretch", alt=alt)
    why = t("Why {name}?", name=case.target)
    if case.contrast is not None:
        why = t("Why {name} and not {other}?", name=case.target, other=case.contrast)
    heading.markdown(f"#### {why}")
    with _waiting(case):
        terms, places = account(found, config.model), find_places(case)
    in_short.markdown(short_words(case, places, terms), unsafe_allow_html=True)
    show_places(case, places, terms, verdict(case, terms))
    st.markdown(place_words(case, places), unsafe_allow_html=True)
    with st.container():  # the charts below keep their place, so are not built anew
        show_kinds(case, places)
        show_likeness(case, places)
        if case.is_photo and (near := find_alike(case)):
            show_alike(case, near)
    if by_windows(case):
        st.fragment(_folded)(case, terms, places)
    else:
        _template(case, places)
        _sum(case, terms, places)
    explainer("template")
    explainer("sum")
    _deeper(case, terms)


def _waiting(case: Case) -> AbstractContextManager[None]:
    """Return what is shown the first time a photo is asked about: the test images are, too."""
    if not case.is_photo or ui.is_compared(case.run, case.moment):
        return nullcontext()
    return st.spinner(t("Classifying the test images …"), show_time=True)


def _deeper(case: Case, terms: list[Term]) -> None:
    """Draw one of the ways to look further; the last one needs the model before a lesson."""
    lesson = case.config.lesson
    has_before = lesson is not None and ui.run_here(lesson["parent"]) is not None
    ways = [way for way in DEEPER if way != "lesson" or has_before]
    if asked := state.take("deeper", ways, t("one of {names}", names=", ".join(ways))):
        ui.put("deeper", asked)
    chosen = st.segmented_control(
        t("Go deeper"),
        ways,
        format_func=menus.labels(ways, lambda way: f"{DEEPER[way][0]} {t(DEEPER[way][1])}"),
        key="deeper",
        persist_state="session",
    )
    state.put(deeper=chosen)
    if chosen != "steps":
        state.put(step=None)
    if chosen == "steps":
        steps.steps(case)
    elif chosen == "what_if":
        what_if.what_if(case, terms)
    elif chosen == "time":
        travel.through_time(case.run, case.config, case.moment)
    elif chosen == "lesson":
        before_after.before_after(case, terms)
    explainer("origins")


def _classes(run: Run, config: RunConfig) -> tuple[int | None, int | str | None]:
    """Draw which class is explained, and against which; return both as ``explain`` takes them."""
    names, known = config.class_names, range(len(config.class_names))
    keys = (f"target-{run.id}", f"contrast-{run.id}")
    words = t("a class from 0 to {last}", last=len(names) - 1)
    or_none = t("none, or {others}", others=words)
    if (asked := state.take("class", known, words)) is not None:
        ui.put(keys[0], asked)
    if (asked := state.take("contrast", ("none", *known), or_none)) is not None:
        ui.put(keys[1], NOTHING if asked == "none" else asked)
    with st.container(horizontal=True, gap="small"):
        target = menus.choose_class(t("Why"), (ITS_ANSWER,), names, keys[0], 150)
        others = (RUNNER_UP, NOTHING)
        contrast = menus.choose_class(t("and not"), others, names, keys[1], 190)
    against = {RUNNER_UP: "runner_up", NOTHING: None}.get(str(contrast), contrast)
    asked_for = None if isinstance(target, str) else target
    said = {RUNNER_UP: None, NOTHING: "none"}.get(str(contrast), contrast)
    state.put(**{"class": asked_for, "contrast": said})
    return asked_for, against


def _folded(case: Case, terms: list[Term], places: Places) -> None:
    """Draw the exact sums once they are opened; to open them draws nothing else."""
    name, icon = t("By bands and by pixels"), ":material/view_week:"
    fold = st.expander(name, icon=icon, key="by_parts", on_change="rerun")
    if fold.open:
        with ui.guard(), fold:
            st.markdown(t(WHY_FOLDED))
            show_squares(case, terms)
            _sum(case, terms, places)
            _template(case, places)


def _sum(case: Case, terms: list[Term], places: Places) -> None:
    """Draw the same score as the sum of what each part added."""
    st.markdown(f"#### {t('Exactly, part by part')}")
    total = t("score") if case.contrast is None else t("lead")
    data, spec = sum_chart(case.subject.image, terms, total, dark=ui.is_dark())
    alt = t("What each part added to the {total}", total=total)
    st.vega_lite_chart(data, spec, key="sum", width="stretch", alt=alt)
    st.caption(joined(filter(None, [sum_words(case), band_words(case, places, terms)])))


def _template(case: Case, places: Places) -> None:
    """Draw the composed template, and what each pixel adds by it."""
    found = case.found
    assert found.composed_template is not None
    assert found.pixel_map is not None
    names, usual = case.config.class_names, None
    if places.usual and found.contrast is not None:
        first, second = (names[int(of[0])] for of in (found.target, found.contrast))
        average = t("average {first} minus average {second}", first=first, second=second)
        usual = (average, places.usual[0] - places.usual[1])
    title = t(TEMPLATE_TITLES[case.config.model.model])
    data, spec = template_chart(
        case.subject.image,
        found.composed_template[0],
        found.pixel_map[0],
        title,
        usual,
        dark=ui.is_dark(),
    )
    alt = t("Pictures: {told}.", told=t("; ").join([title, t("what each pixel adds")]))
    st.vega_lite_chart(data, spec, key="template", width="stretch", alt=alt)
    st.caption(template_words(case, places))
