"""Inside: the account of a score is what the model computed, whatever is turned."""

import re

import numpy as np
import pytest

from dpn import ui
from dpn.explain.account import account
from dpn.explain.drawings.shapes import stroke
from dpn.explain.regions import (
    where_within,
)
from dpn.explain.what_if import without
from dpn.runs.run import SHIPPED, Run
from tests.helpers import write_npz
from tests.pages.inside.seen import (
    DIGITS,
    INSIDE,
    assert_shows,
    assert_the_rest_adds_up,
    bullets,
    called_alike,
    chosen_places,
    erased,
    explained,
    in_short,
    lead,
    listed,
    odds,
    outcome,
    target_of,
    third_class,
    values,
)
from tests.pages.session import Session, finished_run, write_own


def test_a_test_image_of_the_shipped_digits_is_taken_apart():
    session = Session(INSIDE, image="225")
    assert session.at.selectbox(key="answering").value == DIGITS.id  # its data are here
    found = explained(DIGITS, 225)
    assert_shows(session, found, DIGITS)
    names = DIGITS.config().class_names
    target, contrast = names[found.target[0]], names[found.contrast[0]]
    assert f"#### Why {target} and not {contrast}?" in session.texts
    (verdict,) = (text for text in session.texts if "All bars add up" in text)
    assert f"{target}'s lead over {contrast}: **{found.score[0]:+.2f}**" in verdict
    assert f". So **{target}** is ahead of {contrast}, {odds(found.score[0])}" in verdict
    p = found.probabilities[0]
    assert np.exp(found.score[0]) == pytest.approx(
        p[target_of(found)] / p[found.contrast[0]], rel=1e-3
    )


@pytest.mark.parametrize("right", [True, False])
def test_it_is_said_whether_the_answer_is_right(right):
    scores = ui.evaluation(Run(SHIPPED / "shipped-digits-dpn"), None)
    said = scores.probabilities.argmax(axis=1)
    if not right:  # the shipped digits' model makes no mistake: another class is made the truth
        ui.test_images(DIGITS)[1][7] = (said[7] + 1) % 10
    session = Session(INSIDE, image="7")
    heading = next(text for text in session.texts if text.startswith("## "))
    assert heading.startswith(f"## {said[7]}, ")
    if right:
        assert ":green-badge[right]" in heading
        assert "wrong" not in heading
    else:
        assert f":red-badge[wrong] true class: {(said[7] + 1) % 10}" in heading


def test_any_class_can_be_set_against_any_other_or_none():
    session = Session(INSIDE, image="3")
    session.set("selectbox", f"target-{DIGITS.id}", 7)
    assert_shows(session, explained(DIGITS, 3, target=7), DIGITS)
    session.set("selectbox", f"contrast-{DIGITS.id}", 2)
    assert_shows(session, explained(DIGITS, 3, target=7, contrast=2), DIGITS)
    assert "#### Why 7 and not 2?" in session.texts
    session.set("selectbox", f"contrast-{DIGITS.id}", "nothing: its own score")
    assert_shows(session, explained(DIGITS, 3, target=7, contrast=None), DIGITS)
    assert "#### Why 7?" in session.texts
    session.set("selectbox", f"contrast-{DIGITS.id}", 7)
    assert any("set against itself" in text for text in session.texts)
    assert np.abs(values(session)).max() == 0


def test_it_is_said_where_the_strongest_place_is_not_in_the_band_that_adds_most():
    seen = set()
    for index in (*range(8), 143):
        session, found = Session(INSIDE, image=str(index)), explained(DIGITS, index)
        terms = [term for term in account(found, DIGITS.config().model) if term.box]
        best = max(terms, key=lambda term: term.value)
        image = ui.test_images(DIGITS)[0][index].numpy()
        mask = chosen_places(DIGITS, image, np.zeros(1), found)[0].mask & (image[0] > 0)
        rows = [int(mask[term.box[0] : term.box[1]].sum()) for term in terms]
        (words,) = (text for text in session.texts if "Each bar is one band" in text)
        elsewhere = terms[int(np.argmax(rows))] is not best
        assert ("changes other bars than its own, too" in words) == elsewhere
        assert "These shares are exact for the picture as it is." in words
        speak = chosen_places(DIGITS, image, np.zeros(1), found)
        pixels = found.pixel_map[0].sum(axis=0)
        orange = [
            f"place **{number}**"
            for number, one in enumerate(speak, start=1)
            if one.value > 0 and pixels[one.mask & (image[0] > 0)].sum() < 0
        ]
        takes = bool(orange)
        said = f"in the last picture, and yet for {target_of(found)}: {listed(orange or [''])}."
        assert any(said in text for text in session.texts) == takes
        against = [f"place **{n}**" for n, one in enumerate(speak, start=1) if one.value < 0]
        won = f"Orange: what is won without {listed(against or [''])}."
        assert any(won in text for text in session.texts) == bool(against)
        seen |= {("elsewhere", elsewhere), ("takes", bool(takes))}
    assert len(seen) == 4


def test_turning_the_maximum_turns_everything():
    session = Session(INSIDE, image="5")
    assert session.at.select_slider(key=f"temperature-{DIGITS.id}").disabled  # hard has none
    for operator, temperature in (("soft", 1.0), ("soft", 5.0), ("sparse", 0.5)):
        session.set("button_group", f"operator-{DIGITS.id}", operator)
        session.set("select_slider", f"temperature-{DIGITS.id}", temperature)
        found = explained(DIGITS, 5, operator=operator, temperature=temperature)
        assert_shows(session, found, DIGITS)
        assert "smoothing" in session.chart("bar")["name"].tolist()
        session.set("button_group", "deeper", "steps")
        text = " ".join(latex.value for latex in session.at.latex)
        assert (r"\log" in text) == (operator == "soft")
        assert (r"\tfrac" in text) == (operator == "sparse")


def test_inside_doubts_what_classify_doubts():
    images = ui.test_images(DIGITS)[0].numpy()
    known = ui.model_server().predict(DIGITS, images).known
    for index in (int(known.argmin()), int(known.argmax())):
        session = Session(INSIDE, image=str(index))
        doubts = bool(known[index] < 0.5)
        assert session.heading.startswith("Not sure") == doubts
    assert known.min() < 0.5 < known.max()


@pytest.mark.parametrize("model", ["residual", "mlp"])
def test_the_other_models_are_taken_apart_too(data, runs, model):
    write_npz(data)
    run = finished_run(data, runs, model=model)
    session = Session(INSIDE, run=run.id).set("button_group", "deeper", "steps")
    found, image = explained(run, 0), ui.test_images(run)[0][0].numpy()
    assert_shows(session, found, run)
    assert_the_rest_adds_up(session, found, exact=False)
    chosen = chosen_places(run, image, np.zeros(1), found)
    told = [line for line in bullets(session) if "**the empty spot at the" not in line]
    for region, line in zip(chosen, map(called_alike, told), strict=True):
        name = run.config().class_names[(found.target if region.value > 0 else found.contrast)[0]]
        where = where_within(region.mask, image[0] > 0)
        shape = stroke(image[0] / 255, region.mask)
        start = f"For **{ui.plain(name)}**: **the {shape} at the {where}**, "
        assert line.startswith(f"{start}**{region.value:+.2f}**")
        erased_there = np.where(region.mask, 0, image).astype(np.uint8)
        after, third = lead(run, erased_there, found), third_class(run, erased_there, found)
        told_of_it = outcome(run, found, after, region, chosen, third)
        assert line.endswith(f". {erased(chosen, region)}{told_of_it}")
    assert chosen
    assert any("has no steps" in text for text in session.infos) == (model == "mlp")
    assert (session.chart("node") is None) == (model == "mlp")


@pytest.mark.parametrize("parts", ["columns", "patches"])
def test_parts_of_other_shapes(data, runs, parts):
    write_npz(data)
    run = finished_run(data, runs, parts=parts)
    session = Session(INSIDE, run=run.id)
    assert_shows(session, explained(run, 0), run)
    assert len(session.chart("part")) == {"columns": 4, "patches": 16}[parts]


def test_class_names_are_shown_as_they_are(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (30, 8, 8)).astype(np.uint8)
    names = ("<b>bold</b>", "[x](y)", "$a$ :red[x]")
    write_own(data, "odd", images, np.arange(30) % 3, names)
    run = finished_run(data, runs, name="odd", steps=2)
    session = Session(INSIDE, run=run.id)
    assert_shows(session, explained(run, 0), run)
    heading = next(text for text in session.texts if text.startswith("#### Why"))
    assert not re.search(r"(?<!\\)[<\[$:]", heading)


def test_what_the_rest_of_the_image_takes_is_told_where_it_is_much(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 16, 16, 3)).astype(np.uint8)
    images[..., 0] //= 3
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    photos, seen = finished_run(data, runs, name="photos", model="mlp", steps=20), set()
    for run, index in [*((DIGITS, i) for i in range(24)), *((photos, i) for i in range(12))]:
        session, found = Session(INSIDE, run=run.id, image=str(index)), explained(run, index)
        bars = session.chart("share")
        value = bars.set_index("name")["value"]
        number = bars.set_index("name")["number"]["the rest of the image"]
        places = bars[bars["words"].str.startswith("place ") & ~bars["empty"].astype(bool)]
        image = ui.test_images(run)[0][index].numpy()
        blank = without(image, np.ones(image.shape[1:], bool), ui.model_server().ground(run))
        empty = lead(run, blank, found) - value["before looking"]
        rest = value["the rest of the image"]
        start = f"The rest of the image counts **{number}**:"
        same, own = f"{empty:+.2f}", f"adds {float(number) - round(empty, 2):+.2f}."
        left = f"what is left of this one {own}"
        told = {
            "photo": f"{start} a picture all in one grey has {same}, {left}",
            "drawing": f"{start} an empty picture has {same}, the other ink {own}",
            "other": f"The rest of the image, **{number}**, speaks for ",
        }
        kind = "other" if rest < 2 * empty else "photo" if run is photos else "drawing"
        sizes = places["value"].abs()
        enough = min(sizes.min(), sizes.max() / 2)
        kind = kind if -rest > enough else None
        said = " ".join(session.texts)
        assert [name for name, words in told.items() if words in said] == [kind] * bool(kind)
        seen.add(kind)
    assert seen >= {"drawing", "other", None}


def test_the_numbers_of_the_bars_add_up_as_they_are_read():
    for index in range(12):
        session = Session(INSIDE, image=str(index))
        shares = session.chart("share")
        for bars in (shares[~shares["empty"].astype(bool)], session.chart("bar")):
            *each, total = (float(number) for number in bars["number"])
            assert sum(each) == pytest.approx(total, abs=1e-6)
            *rounded, _ = (round(value, 2) for value in bars["value"])
            assert np.abs(np.subtract(each, rounded)).max() < 0.05
        (said,) = (text for text in session.texts if "All bars add up" in text)
        if match := re.search(r"adds (\S+); the model began with (\S+), before", said):
            lead_said = re.search(r"\*\*([+-][\d.]+)\*\*", said)[1]
            assert sum(map(float, match.groups())) == pytest.approx(float(lead_said), abs=1e-6)


def test_a_class_that_wins_against_the_picture_owes_it_to_what_the_model_begins_with():
    seen = set()
    for index in range(0, 60, 4):
        found = explained(DIGITS, index)
        if abs(found.contributions[0].sum()) < 0.05:
            continue
        against = found.contributions[0].sum() < 0 < found.score[0]
        if against not in seen:
            short = in_short(Session(INSIDE, image=str(index)))
            assert ("is ahead by what the model begins with" in short.get("Mind", "")) == against
            seen.add(bool(against))
    assert False in seen
