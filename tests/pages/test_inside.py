"""The Inside page: what it says of an image is what the model computed, whatever is turned."""

import io
import itertools
import json
import math
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import ndimage

from dpn import ui
from dpn.charts.placed.strip import strip
from dpn.explain.account import account, signed
from dpn.explain.neighbours import nearest
from dpn.explain.regions import (
    find_missing,
    find_regions,
    look_of,
    usual_ink,
    where_within,
)
from dpn.explain.shapes import loops, stroke
from dpn.explain.what_if import evened, with_ink, without, without_colour
from dpn.explain.windows import SHARES, find_decisive, find_squares, windows
from dpn.jobs.questions import Question
from dpn.pictures.png import data_url
from dpn.runs.history import smooth
from dpn.runs.run import SHIPPED, Run
from dpn.runs.snapshots import list_snapshots
from dpn.ui import words
from dpn.ui.inside import steps
from tests.helpers import write_npz
from tests.pages.session import SEVEN, ZERO, Session, finished_run, png, said_by, write_own

INSIDE = "pages/3_Inside.py"
DIGITS = Run(SHIPPED / "shipped-digits-dpn")


def explained(run, index, moment=None, **question):
    images, _ = ui.test_images(run)
    return ui.model_server().explain(
        run, images[index : index + 1].numpy(), Question(**question), moment
    )


def values(session):
    """What each bar of the sum adds, the score last."""
    return session.chart("bar")["value"].to_numpy()


def assert_shows(session, found, run):
    """The bars are the account of ``found``, and the probabilities and pixels are its own."""
    expected = [term.value for term in account(found, run.config().model)]
    np.testing.assert_allclose(values(session), [*expected, found.score[0]], atol=1e-3)
    pixels = session.chart("pixel")["adds"][: found.pixel_map[0, 0].size]
    np.testing.assert_allclose(pixels, found.pixel_map[0].sum(axis=0).ravel(), rtol=1e-5)
    best, second = np.argsort(-found.probabilities[0])[:2]
    names = [ui.plain(name) for name in run.config().class_names]
    heading = next(text for text in session.texts if text.startswith(f"## {names[best]}, "))
    assert f"Its second choice is **{names[second]}** with" in heading


def assert_the_rest_adds_up(session, found, *, exact):
    """The places and all else, as the bars show them, add up to the score."""
    bars = session.chart("share")
    counted = bars[~bars["empty"].astype(bool)]
    total, terms = counted.iloc[-1], counted.iloc[:-1]
    assert total["value"] == pytest.approx(found.score[0], abs=1e-4)
    assert terms["value"].sum() == pytest.approx(total["value"], abs=1e-4)
    if exact:  # what the places and the rest of the image add is what the parts add
        pixels = terms[terms["words"].str.startswith(("place ", "the rest"))]["value"].sum()
        assert pixels == pytest.approx(found.pixels[0], abs=1e-4)
        assert pixels == pytest.approx(found.contributions[0].sum(), abs=1e-3)


def unspanned(text):
    """The words without what links them to their place."""
    return re.sub(r"</?span[^>]*>", "", text)


def bullets(session):
    """What is said of each place; each is linked to the place with its number."""
    (told,) = (text for text in session.texts if re.match(r"1\. <span", text))
    lines = told.splitlines()
    for number, line in enumerate(lines, start=1):
        assert line.startswith(f'{number}. <span tabindex="0" class="place-{number}">')
        assert line.endswith("</span>")
    return [unspanned(line)[3:] for line in lines]


def in_short(session):
    (told,) = (text for text in session.texts if "**In short.** " in text)
    return unspanned(told.split("**In short.** ")[1])


def lead(run, image, found, **question):
    """The score of a changed image, for the same two classes."""
    pair = [int(found.target[0]), None if found.contrast is None else int(found.contrast[0])]
    return float(ui.model_server().explain(run, image[None], Question(*pair, **question)).score[0])


def odds(lead):
    """How many times likelier a class is that leads by this much: the first two digits count."""
    ratio = math.exp(abs(lead))
    if ratio < 1.05:
        return "by a hair"
    if ratio > 1000:
        return "more than 1,000 to 1"
    return f"{ratio:.1f} to 1" if ratio < 10 else f"{int(float(f'{ratio:.1e}')):,} to 1"


def target_of(found):
    return int(found.target[0])


def outcome(run, found, after, place=None, places=()):
    """What a bullet says of the lead without a place, or with ink in an empty one."""
    before = float(found.score[0])
    names = [
        ui.plain(run.config().class_names[int(of[0])]) for of in (found.target, found.contrast)
    ]
    ahead = names[0] if after > 0 else names[1]
    if (after > 0) != (before > 0):
        return f"**{ahead} would be ahead**, {odds(after)}."
    less = place is not None and place.value > 0 and before - after < 0.75 * place.value
    others = [n for n, one in enumerate(places, 1) if one.value > 0 and one is not place]
    stand_in = ", as other places stand in for it" if less else ""
    if less and len(others) == 1:
        stand_in = f", as place {others[0]} stands in for it"
    if abs(after - before) < math.log(1.05):
        return f"nothing is lost{stand_in}." if less else f"{ahead} would stay as far ahead."
    return f"{ahead} would still be ahead, {odds(after)}{stand_in}."


def usual_loops(run, label):
    """The median number of loops in the test images of a class."""
    images, labels = ui.test_images(run)
    return np.median([loops(one[0] / 255) for one in images[labels == label].numpy()])


def chosen_places(run, image, ground, found):
    """Return the places of an image that decide: of the digits' model strokes, then windows."""
    score = float(found.score[0])
    pair = Question(int(found.target[0]), int(found.contrast[0]))

    def lost(masks):  # places with the same ink are told apart by the last bit
        images = np.stack([without(image, mask, ground) for mask in masks])
        return score - ui.model_server().scores(run, images, pair)

    levels = [windows(*image.shape[1:], share) for share in SHARES]
    if run.config().model.model == "dpn" and run.config().preparation != "photo":
        ink = image[0] > 0
        strokes = (region.mask for region in find_regions(found.pixel_map[0]))
        levels.insert(0, [one for one in strokes if (one & ink).sum() <= ink.sum() / 2])
    speak, against = find_decisive(levels, lost, score)
    return speak + against


def erased(places, place, verb="Erased"):
    """How the sentence about a loss begins: more than one place is on most sides."""
    side = [one for one in places if (one.value > 0) == (place.value > 0)]
    return f"{verb} alone, " if len(side) > 1 else f"{verb}, "


def most_like_there(run, found, image, mask, but):
    """Return the labels of the 8 test images of both classes most like a drawing at a place."""
    images, labels = (each.numpy() for each in ui.test_images(run))
    wide = ndimage.binary_dilation(mask, np.ones((3, 3)), round(max(mask.shape) / 14))
    mean = run.load_model().mean.item()
    here, angles = image[0][wide] / 255 - mean, {}
    for index, label in enumerate(labels):
        if label in (found.target[0], found.contrast[0]) and index != but:
            there = images[index, 0][wide] / 255 - mean
            angles[index] = there @ here / max(np.linalg.norm(there), 1e-9)
    return [int(labels[index]) for index in sorted(angles, key=lambda one: -angles[one])[:8]]


def whole_image_like(run, found, index):
    """Return how many of the 8 images of both classes most like one as a whole are of its class."""
    images, labels = ui.test_images(run)
    with torch.no_grad():
        maps = run.load_model().feature_map(images / 255).numpy().astype(np.float64)
    target, pair = int(found.target[0]), (int(found.target[0]), int(found.contrast[0]))
    among = [i for i in range(len(images)) if i != index and int(labels[i]) in pair]
    means = maps.mean(axis=(2, 3)) - maps[among].mean(axis=(0, 2, 3))
    means /= maps[among].std(axis=(0, 2, 3))
    alike = means @ means[index] / np.linalg.norm(means, axis=1)
    best = sorted(among, key=lambda one: -alike[one])[:8]
    return sum(int(labels[one]) == target for one in best)


def like_words(labels, one, other, names):
    """What is said of those most like a place that speaks for ``one``, if most are of it."""
    count = labels.count(one)
    if count <= 4:
        return None
    counted = f"{count} of the 8 test images most like it there are {names[one]}"
    if count == 8:
        counted = f"all 8 test images most like it there are {names[one]}, not {names[other]}"
    return f"it looks like part of {names[one]} ({counted})"


@pytest.fixture
def run(data, runs):
    write_npz(data)
    return finished_run(data, runs, steps=30)


# The account


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


def test_strokes_are_told_with_the_class_they_speak_for_and_what_comes_without_them():
    usual = ui.class_means(DIGITS)
    images, labels = ui.test_images(DIGITS)
    np.testing.assert_allclose(usual[4], images[labels == 4].float().mean(0)[0] / 255, atol=1e-5)
    reasons = Counter()
    for index in (3, 7, 8, 12, 20, 40, 60, 61, 62):
        session, found = Session(INSIDE, image=str(index)), explained(DIGITS, index)
        assert_the_rest_adds_up(session, found, exact=False)
        image, names = images[index].numpy(), DIGITS.config().class_names
        ink = image[0] > 0
        first, second = int(found.target[0]), int(found.contrast[0])
        regions = chosen_places(DIGITS, image, np.zeros(1), found)
        told = [line for line in bullets(session) if "**no ink at the" not in line]
        for region, line in zip(regions, told, strict=True):  # those for it come first
            mask, is_for = region.mask & ink, region.value > 0
            one, other = (first, second) if is_for else (second, first)
            what = f"the {stroke(image[0] / 255, mask)} at the {where_within(region.mask, ink)}"
            assert line.startswith(f"For **{names[one]}**: **{what}**, **{region.value:+.2f}**")
            opens = loops(np.where(mask, 0, image[0] / 255)) < loops(image[0] / 255)
            few, many = (usual_loops(DIGITS, of) for of in (second, first))
            closes = opens and is_for and many > few  # else it tells the two not apart
            has = f"usually has {'fewer' if few else 'none'}"
            assert (f" ({names[second]} {has})" in line) == closes == ("it closes " in line)
            shared = opens and is_for and not closes
            more = usual_ink(replace(region, mask=mask), usual[first], usual[second])
            has_more = more == ("first" if is_for else "second")
            assert (f"{names[one]} has more ink there than {names[other]}" in line) == has_more
            near = most_like_there(DIGITS, found, image, mask, index)
            like = like_words(near, one, other, names)
            is_like = like is not None and not has_more
            assert (f"{like}. " in line) == is_like
            after = lead(DIGITS, np.where(mask, 0, image).astype(np.uint8), found)
            told_of_it = outcome(DIGITS, found, after, region, regions)
            assert line.endswith(f". {erased(regions, region)}{told_of_it}")
            unclear = not (closes or has_more or is_like)
            as_much = f" ({names[one]} and {names[other]} have about as much ink there)"
            less = f", for {names[other]} even has more ink there than {names[one]}"
            told_why = f"; no single reason is clear{less if more else as_much}. "
            assert (told_why in line) == unclear == ("no single reason" in line)
            reasons.update(more=has_more, like=is_like, opens=closes, shared=shared)
            reasons.update(unclear=unclear)
    assert min(reasons[one] for one in ("more", "like", "opens", "shared", "unclear")) > 0
    session.set("selectbox", f"contrast-{DIGITS.id}", "nothing: its own score")
    assert_the_rest_adds_up(session, explained(DIGITS, 62, contrast=None), exact=False)
    assert any("its score would be" in line for line in bullets(session))
    assert "None" not in " ".join(session.texts)


def test_what_a_stroke_is_like_is_shown_where_it_speaks_for_it():
    seen = set()
    for index in range(12):
        session, found = Session(INSIDE, image=str(index)), explained(DIGITS, index)
        image = ui.test_images(DIGITS)[0][index].numpy()
        names, shown = DIGITS.config().class_names, []
        for number, region in enumerate(chosen_places(DIGITS, image, np.zeros(1), found), start=1):
            side = found.target if region.value > 0 else found.contrast
            labels = most_like_there(DIGITS, found, image, region.mask & (image[0] > 0), index)
            if labels.count(int(side[0])) > 4:
                counted = Counter(names[label] for label in labels).most_common()
                each = ", ".join(f"{count} of 8 are {name}" for name, count in counted)
                shown.append(f"(place {number}): **{each}**")
            seen.add(labels.count(int(side[0])) > 4)
        told = [unspanned(text) for text in session.texts if " of 8 are " in text]
        assert [text[text.index("(place") :] for text in told] == shown
        alts = [one.alt for strip in session.at.image for one in strip.proto.imgs]
        assert [alt[alt.index("(place") :] for alt in alts if " of 8 are " in alt] == [
            each.replace("*", "") for each in shown
        ]
        title = any("What is each place like?" in text for text in session.texts)
        assert title == bool(shown)
    assert seen == {True, False}


def test_nothing_is_compared_where_there_is_too_little(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (18, 8, 8)).astype(np.uint8)
    write_own(data, "few", images, np.arange(18) % 3, ("a", "b", "c"))
    few = Session(INSIDE, run=finished_run(data, runs, name="few", steps=2).id)
    alone = Session(INSIDE, run=DIGITS.id, image="3")
    alone.set("selectbox", f"contrast-{DIGITS.id}", "nothing: its own score")
    for session in (few, alone):
        assert not session.errors
        assert bullets(session)
        told = [text for text in session.texts if "What is it like?" not in text]
        assert not any("most like it" in text for text in told)


def test_sentence_picture_and_bars_name_the_same_places_each_with_its_number():
    seen = set()
    for index in (3, 4, 7, 8, 12):
        session = Session(INSIDE, image=str(index))
        picture, bars = session.chart("place"), session.chart("share")
        linked = bars[bars["words"].str.startswith("place ")]
        assert picture["words"].tolist() == linked["words"].tolist()
        lines = bullets(session)
        assert len(lines) == len(picture)
        for number, (line, value) in enumerate(zip(lines, picture["number"], strict=True), start=1):
            assert f"**{value.strip('()')}**" in line
            assert picture["words"][number - 1].startswith(f"place {number}: ")
        # The sentence has the strongest for, the strongest against, and the empty place.
        values = linked["value"].where(~linked["empty"].astype(bool))
        short, said = in_short(session), {}
        for start in ("most for", "most against it"):
            if match := re.search(rf"[wW]hat speaks {start} .*?\(place (\d)\)", short):
                said[start] = int(match[1])
        assert said["most for"] == int(values.idxmax()) + 1
        assert said.get("most against it", 0) == (int(values.idxmin()) + 1) * (values.min() < 0)
        second = re.search(r"Next comes? .*?\(place (\d)\)", short)
        assert bool(second) == (len(values) > 1 and values.iloc[1] > 0)
        figures = re.sub(r"ahead\*\*, [\d.,more than]+ to 1, for", "", short)
        assert not re.search(r"\d[.,]\d", figures)  # they stand below
        assert ("No other ink speaks clearly for " in short) == (not second)
        rest = bars[bars["name"] == "the rest of the image"]["value"].item()
        calm = "most against it" not in said and rest >= 0
        assert ("Nothing speaks clearly" in short) == calm
        empty = linked[linked["empty"].astype(bool)]
        told = re.search(r"For \d also counts that there is \*\*no ink", short)
        assert bool(told) == bool(len(empty))
        seen |= {"for", *(["against"] * int(values.min() < 0)), *(["empty"] * len(empty))}
        for number in range(1, len(lines) + 1):
            linked_words = f'class="place-{number}"'
            assert sum(linked_words in text for text in session.texts) in (1, 2, 3)
    assert seen == {"for", "against", "empty"}


def test_it_is_said_where_the_strongest_place_is_not_in_the_band_that_adds_most():
    seen = set()
    for index in range(8):
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
        seen.add(elsewhere)
    assert seen == {True, False}


def test_empty_paper_that_speaks_for_the_answer_is_told():
    usual, images = ui.class_means(DIGITS), ui.test_images(DIGITS)[0].numpy()
    seen = 0
    for index in range(12):
        session, found = Session(INSIDE, image=str(index)), explained(DIGITS, index)
        first, second = int(found.target[0]), int(found.contrast[0])
        template = found.composed_template[0].sum(axis=0)
        missing = find_missing(template, images[index, 0] / 255, usual[first], usual[second])
        told = [line for line in bullets(session) if "**no ink at the" in line]
        drawn = missing and with_ink(images[index], missing.mask, usual[second])
        after = found.score[0] if missing is None else lead(DIGITS, drawn, found)
        places = chosen_places(DIGITS, images[index], np.zeros(1), found)
        strongest = max(abs(region.value) for region in places)
        taken = found.score[0] - after
        assert bool(told) == (taken > 0.1 * strongest)
        shown = session.chart("place")
        assert shown["empty"].any() == bool(told)
        if told:
            seen += 1
            names = DIGITS.config().class_names
            closes = loops(drawn[0] / 255) > loops(images[index, 0] / 255) and loops(usual[second])
            shape = ", which would close the gap to a loop" if closes else ""
            reason = f"{names[second]} usually has some there{shape}"
            assert shown["number"].iloc[-1] == f"({-taken:+.2f})"
            assert told == [
                f"For **{names[first]}**: **no ink at the {missing.where}**; some there "
                f"would count **{-taken:+.2f}**; {reason}. With ink, "
                + outcome(DIGITS, found, after)
            ]
            assert f"**no ink at the {missing.where}** (place {len(shown)})" in in_short(session)
            bar = session.chart("share").iloc[-1]
            assert bar["value"] == pytest.approx(-taken, abs=1e-4)
        if seen == 2:
            break
    assert seen == 2


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


@pytest.mark.parametrize("model", ["residual", "mlp"])
def test_the_other_models_are_taken_apart_too(data, runs, model):
    write_npz(data)
    run = finished_run(data, runs, model=model)
    session = Session(INSIDE, run=run.id).set("button_group", "deeper", "steps")
    found, image = explained(run, 0), ui.test_images(run)[0][0].numpy()
    assert_shows(session, found, run)
    assert_the_rest_adds_up(session, found, exact=False)
    chosen = chosen_places(run, image, np.zeros(1), found)
    told = [line for line in bullets(session) if "**no ink at the" not in line]
    for region, line in zip(chosen, told, strict=True):
        name = run.config().class_names[(found.target if region.value > 0 else found.contrast)[0]]
        where = where_within(region.mask, image[0] > 0)
        shape = stroke(image[0] / 255, region.mask)
        start = f"For **{ui.plain(name)}**: **the {shape} at the {where}**, "
        assert line.startswith(f"{start}**{region.value:+.2f}**")
        after = lead(run, np.where(region.mask, 0, image).astype(np.uint8), found)
        told_of_it = outcome(run, found, after, region, chosen)
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


# Which image


def test_images_one_after_the_other_by_class_and_at_random():
    labels = ui.test_images(DIGITS)[1].numpy()
    session = Session(INSIDE)
    index = lambda: session.at.number_input(key="image-digits").value  # noqa: E731
    assert index() == 0
    session.press("image_next")
    assert index() == 1
    session.press("image_previous").press("image_previous")
    assert index() == len(labels) - 1
    assert session.at.query_params["image"] == str(len(labels) - 1)
    session.set("selectbox", "truth-digits", 4).press("image_next")
    assert index() == np.flatnonzero(labels == 4)[0]
    seen = set()
    for _ in range(4):
        session.press("image_random")
        assert labels[index()] == 4
        seen.add(index())
    assert len(seen) > 1
    session.set("number_input", "image-digits", 17)
    assert_shows(session, explained(DIGITS, 17), DIGITS)


def test_mistakes_alone(run, data):
    evaluation = ui.evaluation(run)
    answered = evaluation.probabilities.argmax(axis=1)
    session = Session(INSIDE, run=run.id)
    session.at.toggle(key="mistakes_only").set_value(True)
    session.run()
    wrong = np.flatnonzero(answered != evaluation.labels)
    if len(wrong):
        session.press("image_next")
        assert session.at.number_input(key="image-small").value in wrong
    else:
        assert session.at.button(key="image_next").disabled
        assert any("makes no mistake" in text for text in session.texts)


@pytest.mark.parametrize("asked", ["-1", "360", "x", "1e3", "9" * 40, "", "٣"])
def test_an_image_that_is_none_in_the_address_is_the_first_one(asked):
    session = Session(INSIDE, image=asked)
    assert session.at.number_input(key="image-digits").value == 0
    assert_shows(session, explained(DIGITS, 0), DIGITS)


def test_while_test_images_are_read_the_page_says_so(monkeypatch):
    import streamlit as st

    said, spinner = [], st.spinner
    monkeypatch.setattr(st, "spinner", lambda words, **how: said.append(words) or spinner(words))
    Session(INSIDE, image="3")
    assert "Reading the test images …" in said


def test_without_the_images_of_a_model_the_page_says_what_to_do(run, data):
    (data / "small.npz").unlink()
    session = Session(INSIDE, run=run.id)
    assert any("small" in text and "Draw something instead" in text for text in session.infos)
    assert session.chart("bar") is None


def test_a_drawing_is_looked_into(canvas):
    session = Session("pages/2_Classify.py")
    canvas.draw(ZERO)
    session.run()
    answer = session.heading.splitlines()[0]
    session.press("look_inside").open(INSIDE)
    assert session.at.button_group(key="picture").value == "drawing"
    assert session.at.selectbox(key="answering").value == "shipped-mnist-dpn"
    assert any(text.startswith(f"#### Why {answer} and not") for text in session.texts)
    assert any("Your drawing" in text for text in session.texts)
    bars = values(session)
    assert bars[:-1].sum() == pytest.approx(bars[-1], abs=0.01)
    session.set("selectbox", "answering", DIGITS.id)
    session.set("button_group", "picture", "test")
    assert_shows(session, explained(DIGITS, 0), DIGITS)
    session.set("button_group", "picture", "drawing")
    assert any("Your drawing" in text for text in session.texts)


def test_what_classify_shows_has_words_for_those_who_do_not_see_it(canvas):
    session = Session("pages/2_Classify.py")
    canvas.draw(ZERO)
    session.run()
    (chart,) = session.at.get("vega_lite_chart")
    assert chart.proto.alt == "How likely each class is"
    assert said_by(chart)[0].startswith("0: ")
    (strip,) = session.at.image
    assert [image.alt for image in strip.proto.imgs] == [
        f"What the model sees: {caption}" for caption in session.images
    ]


def test_an_upload_is_looked_into():
    session = Session("pages/2_Classify.py").set("button_group", "way-ink", "upload")
    session.at.file_uploader[0].upload("my seven.png", png(SEVEN))
    session.run()
    answer = session.heading.splitlines()[0]
    session.press("look_inside").open(INSIDE)
    assert session.at.button_group(key="picture").value == "upload"
    assert any(text.startswith(f"#### Why {answer} and not") for text in session.texts)
    assert any(ui.plain("my seven.png") in text for text in session.texts)


def test_a_photo_is_shown_with_those_that_are_like_it(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a*b", "b", "c"))
    run = finished_run(data, runs, name="photos", steps=2)
    session = Session(INSIDE, run=run.id, image="1")
    pictures, labels = ui.test_images(run)
    model = run.load_model()
    with torch.no_grad():
        summaries = model.summary(pictures / 255).numpy()
    expected = nearest(summaries, summaries[1], 8, but=1)
    assert list(session.tiles) == expected
    (told,) = (text for text in session.texts if text.startswith("#### What is it like?"))
    for label, name in enumerate(("a*b", "b", "c")):
        count = sum(int(labels[index]) == label for index in expected)
        assert (f"**{count} {ui.plain(name)}**" in told) == (count > 0)
    (most, count), *_ = Counter(int(labels[index]) for index in expected).most_common()
    assert f"most like it to the model: **{count} {ui.plain(('a*b', 'b', 'c')[most])}**" in told
    session.press(f"open_{expected[3]}")
    assert session.at.query_params["image"] == [str(expected[3])] or session.open(INSIDE)
    assert not [
        t for t in Session(INSIDE, run=DIGITS.id, image="3").texts if "What is it like" in t
    ]  # digits


def test_a_photo_is_compared_with_some_test_images_alone(data, runs, monkeypatch):
    monkeypatch.setattr(ui.loaded, "MOST_COMPARED", 40)
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="photos", steps=2)
    compared = ui.compared(run).tolist()
    assert compared[-1] > 50
    model = run.load_model()
    with torch.no_grad():
        summaries = model.summary(ui.test_images(run)[0] / 255).numpy()
    among = summaries[compared]
    for index in (compared[30], next(i for i in range(60) if i not in compared)):
        session = Session(INSIDE, run=run.id, image=str(index))
        itself = compared.index(index) if index in compared else None
        near = nearest(among, summaries[index], 8, but=itself)
        assert list(session.tiles) == [compared[place] for place in near]


def test_places_come_first_and_then_the_sum_of_a_photo_and_of_a_digit(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    photo = Session(INSIDE, run=finished_run(data, runs, name="photos").id, image="1")
    digit = Session(INSIDE, run=DIGITS.id, image="3")
    titles = {"places": "1. <span", "alike": "#### What is it like?"}
    titles |= {"sum": "#### Exactly, part by part"}
    orders = []
    for session in (photo, digit):
        assert not session.errors
        found = [(i, k) for i, t in enumerate(session.texts) for k, v in titles.items() if v in t]
        orders.append([key for _, key in sorted(found)])
    assert orders == [["places", "alike", "sum"], ["places", "sum"]]
    folded = next(e for e in photo.at.expander if e.label == "By bands and by pixels")
    assert any("Exactly, part by part" in text.value for text in folded.markdown)
    assert any("poor guide" in text.value for text in folded.markdown)
    assert " ink" not in " ".join(text for text in photo.texts if "Draw" not in text)


def test_nobody_speaks_of_ink_where_nothing_was_drawn(data, runs, monkeypatch):
    monkeypatch.setattr(words, "LIT", ("clothes",))
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8)).astype(np.uint8)
    write_own(data, "clothes", images, np.arange(60) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="clothes", steps=20, preparation="mnist")
    for index in range(3):
        session = Session(INSIDE, run=run.id, image=str(index))
        assert "the light at the " in " ".join(bullets(session))
        assert not re.search(r"\b(ink|stroke|loop)\b", " ".join(session.texts))
    evaluated = " ".join(Session("pages/4_Evaluate.py", run=run.id).texts)
    assert "where light speaks for a class" in evaluated


def test_every_figure_and_picture_has_words_for_those_who_do_not_see_it(run):
    for deeper in ("steps", "time"):
        session = Session(INSIDE, run=run.id).set("button_group", "deeper", deeper)
        charts = session.at.get("vega_lite_chart")
        assert len(charts) >= 6
        assert all(len(chart.proto.alt) > 20 for chart in charts)
        assert all(image.alt for strip in session.at.image for image in strip.proto.imgs)
    bars = said_by(next(c for c in charts if c.proto.alt.startswith("What each place")))
    assert bars[0].startswith("place 1: ")
    assert any(one.startswith("lead") for one in bars)


def test_a_photo_that_is_most_like_another_class_than_its_answer_says_so(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    run, seen = finished_run(data, runs, name="photos", steps=2), set()
    for index in range(8):
        session = Session(INSIDE, run=run.id, image=str(index))
        (told,) = (text for text in session.texts if text.startswith("#### What is it like?"))
        like = re.search(r"\*\*\d (\w)\*\*", told)[1]
        answer = session.heading.split(",")[0]
        assert (f"Its answer is still {answer}." in told) == (like != answer)
        seen.add(like == answer)
    assert seen == {True, False}


@pytest.mark.parametrize("model", ["dpn", "residual", "mlp"])
def test_places_of_a_photo_say_what_is_lost_without_them(data, runs, model):
    images = np.random.default_rng(0).integers(0, 255, (60, 16, 16, 3)).astype(np.uint8)
    images[..., 0] //= 3
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="photos", model=model, steps=20)
    pictures, seen = ui.test_images(run)[0].numpy(), set()
    ground = ui.model_server().ground(run)
    for index in range(4):
        session, found = Session(INSIDE, run=run.id, image=str(index)), explained(run, index)
        assert_shows(session, found, run)
        assert_the_rest_adds_up(session, found, exact=False)
        image = pictures[index]
        without_it = lambda mask: lead(run, without(image, mask, ground), found)  # noqa: B023, E731
        places = chosen_places(run, image, ground, found)
        lines, speaking = bullets(session), [place for place in places if place.value > 0]
        assert len(lines) == len(places)
        decide = deciding_ones(speaking, without_it)
        counts, shown = what_counts(run, image, found, [one.mask for one in decide], ground)
        for sentence in counts:
            assert sentence in in_short(session)
            seen.add(sentence.split()[0])
        title = f"What counts in {those(len(decide)) if decide else 'the picture'}?"
        assert any(text.startswith(f"#### {title}") for text in session.texts)
        assert figures(session) == shown
        mask = np.any([one.mask for one in decide] or [np.zeros((16, 16), bool)], axis=0)
        assert data_url(strip(image[None], [mask], 128), 128) in changed_html(session)
        for number, place in enumerate(places, start=1):
            others = pictures[index]  # a place for it is looked at without the others for it
            for other in speaking if place.value > 0 else []:
                others = others if other is place else without(others, other.mask, ground)
            grey = without_colour(others, place.mask)
            changes = evened(others, place.mask), grey, evened(grey, place.mask)
            base = lead(run, others, found)
            whole = base - lead(run, without(others, place.mask, ground), found)
            shares = [(base - lead(run, new, found)) / whole >= 0.5 for new in changes]
            look = look_of(image, place.mask)
            words = trait(*shares, look, image[:, place.mask].mean() > ground.mean())
            seen.add(words)
            side = [found.target, found.contrast][:: 1 if place.value > 0 else -1]
            one, other = (("a", "b", "c")[of[0]] for of in side)
            after = lead(run, without(image, place.mask, ground), found)
            said = lines[number - 1]
            start = f"For **{one}**: **the {look} square at the {place.where}**, "
            squares = rf"(all|[5-7] of the) 8 squares most like it are of {one}(, not {other})?"
            like = re.search(rf"; it looks like {one} to the model \({squares}\)", said)
            assert not like or (like[1] == "all") == bool(like[2])
            seen.add(bool(like))
            if place is speaking[0] and not like and "Even without" not in in_short(session):
                near = whole_image_like(run, found, index)
                told = f"As a whole it looks like {one} to the model ({near} of the 8 test"
                assert (told in in_short(session)) == (near > 4)
                seen.add("whole")
            like = like[0] if like else ""
            words = "" if place in decide else f"; {words}"  # what counts in them is told once
            if place in decide and not like:
                words = "; what counts in it stands below"
            assert said.startswith(f"{start}**{signed(place.value)}**{like}{words}. ")
            assert said.endswith(
                f". {erased(places, place, 'Greyed out')}"
                + outcome(run, found, after, place, places)
            )
        speak = [place for place in places if place.value > 0]
        short = in_short(session)
        tips = [without_it(place.mask) < 0 for place in speak]
        alone = bool(speak) and tips[0]
        assert short.count("Without it **") + short.count("Without it, too, **") == sum(tips)
        assert ("No other place" in short) == (len(speak) == 1)
        assert ("Next come" in short) == (len(speak) > 1)
        for number in range(2, len(speak) + 1):
            assert f"(place {number})" in short
        bars = session.chart("share")
        rest = bars[bars["words"].str.startswith("the rest")]["value"].item()
        nothing_against = bool(speak) and len(speak) == len(places)
        assert ("Nothing speaks clearly" in short) == (nothing_against and rest >= 0)
        told = re.search(r"(Together|Even without) places? 1(?: (?:and|to) (\d))?", short)
        assert bool(told) == (bool(speak) and not alone)
        if told:
            assert int(told[2] or 1) == len(speak)
            after = without_it(np.any([place.mask for place in speak], axis=0))
            assert (told[1] == "Together") == (after < 0) == ("not decide alone" in short)
            assert ("No place decides." in short) == (after >= 0)
            said = f"**{{}} would still be ahead**, {odds(after)}, for "
            name = ("a", "b", "c")[target_of(found)]
            assert (said.format(name) in short) == (after >= 0)
            blank = without_it(np.ones(image.shape[-2:], bool))
            ahead = after >= 0 and blank > after - blank  # a blank sheet has most of what is left
            assert ("it has a head start" in short) == ahead
            assert ("the rest of the picture speaks" in short) == (after >= 0 and not ahead)
            seen.add(told[1])
    assert len(seen) > 2


def test_a_photo_of_which_its_brightness_is_enough_says_so(data, runs):
    images = np.random.default_rng(0).integers(40, 80, (60, 16, 16, 3)).astype(np.uint8)
    images[1::2] += 130
    write_own(data, "lights", images, np.arange(60) % 2, ("a", "b"))
    run = finished_run(data, runs, name="lights", model="mlp", steps=40)
    ground, seen = ui.model_server().ground(run), set()
    for index, image in enumerate(ui.test_images(run)[0].numpy()[:4]):
        session, found = Session(INSIDE, run=run.id, image=str(index)), explained(run, index)
        without_it = lambda mask: lead(run, without(image, mask, ground), found)  # noqa: B023, E731
        speaking = [one for one in chosen_places(run, image, ground, found) if one.value > 0]
        decide = [one.mask for one in deciding_ones(speaking, without_it)]
        counts, shown = what_counts(run, image, found, decide, ground)
        assert all(sentence in in_short(session) for sentence in counts)
        assert figures(session) == shown
        seen.add(counts[0].split(":")[0])
    assert {one.split(" there")[0].split(" in ")[0] for one in seen} >= {
        "Brightness alone is enough"
    }


def test_of_each_place_that_decides_the_short_text_says_why():
    seen = Counter()
    for index in range(40):
        session, found = Session(INSIDE, image=str(index)), explained(DIGITS, index)
        lines, short = bullets(session), in_short(session)
        for_it = [line for line in lines if line.startswith(f"For **{target_of(found)}**: **the ")]
        tips = [" would be ahead**, " in line for line in for_it]
        together = "Together places" in short
        for number, line in enumerate(for_it, start=1):
            reason = line.split("**; ")[1].split(". Erased")[0]
            if number == 1 or tips[number - 1] or together:
                assert f"(place {number}): {reason}." in short
                seen.update(["together"] * (number > 1 and together))
        assert short.count("Without it **") == (1 if tips[0] else sum(tips))
        assert short.count("Without it, too, **") == (sum(tips[1:]) if tips[0] else 0)
        seen.update(["too"] * (sum(tips) > 1))
    assert seen["together"] > 1
    assert seen["too"]


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
        paper = lead(run, blank, found) - value["head start"]
        rest = value["the rest of the image"]
        start = f"he rest of the image, **{number}**"
        same, own = f"{paper:+.2f}", f"{float(number) - round(paper, 2):+.2f} comes from"
        told = {
            "photo": f"Of t{start}, a picture all in one grey gets {same}, too; {own} this picture",
            "drawing": f"Of t{start}, a blank sheet gets {same}, too; {own} what is drawn there",
            "other": f"T{start}, speaks for ",
        }
        kind = "other" if rest < 2 * paper else "photo" if run is photos else "drawing"
        kind = kind if -rest > places["value"].abs().min() else None
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
        if match := re.search(r"adds (\S+), the head start (\S+)\.", said):
            lead_said = re.search(r"\*\*([+-][\d.]+)\*\*", said)[1]
            assert sum(map(float, match.groups())) == pytest.approx(float(lead_said), abs=1e-6)


def deciding_ones(speaking, without_it):
    """Return the first place if it decides alone, all if they do together, else none."""
    if speaking and without_it(speaking[0].mask) < 0:
        return speaking[:1]
    every = [np.any([one.mask for one in speaking], axis=0)] if speaking else []
    return speaking if every and without_it(*every) < 0 else []


def those(count):
    return {1: "place 1", 2: "places 1 and 2"}.get(count, f"places 1 to {count}")


def listed(words, last="and"):
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


CHANGED = {
    "fine detail": "blurred a little",
    "the lines and shapes": "blurred a lot",
    "where the parts lie": "with quarters swapped",
    "the colours": "in grey",
}


def what_counts(run, image, found, masks, ground):
    """Return what is said to count in squares, else in all of a picture, and what is shown."""
    names, target = run.config().class_names, target_of(found)
    squares = masks or [np.ones(image.shape[1:], bool)]
    boxes = [tuple(slice(a.min(), a.max() + 1) for a in np.nonzero(one)) for one in squares]

    def after(change):
        new = image.astype(float)
        for box in boxes:
            new[:, *box] = change(new[:, *box])
        p = ui.model_server().predict(run, np.rint(new).astype(np.uint8)[None]).probabilities[0]
        lead = np.log(p) - np.log(p[target])
        lead[target] = -np.inf
        return -float(lead.max()), int(lead.argmax())

    def blur(deviation):
        return lambda part: ndimage.gaussian_filter(part, (0, *[deviation / 2] * 2), mode="nearest")

    def swap(way):
        def change(part):
            half = part.shape[1] // 2
            at = [
                (slice(None), slice(y, y + half), slice(x, x + half))
                for y in (0, half)
                for x in (0, half)
            ]
            new = part.copy()
            for here, there in enumerate(way):
                new[at[here]] = part[at[there]]
            return new

        return change

    def grey(part):
        return np.broadcast_to(np.tensordot([0.299, 0.587, 0.114], part, 1), part.shape)

    def flat(part):
        return np.broadcast_to(part.mean(axis=(1, 2), keepdims=True), part.shape)

    def gone(rows, columns):
        def change(part):
            new = part.copy()
            new[:, rows, columns] = ground[:, None, None]
            return new

        return change

    ways = [w for w in itertools.permutations(range(4)) if not any(a == b for a, b in enumerate(w))]
    each = sorted(after(swap(way)) for way in ways)
    changes = [after(blur(1)), after(blur(3)), each[4], after(grey)]
    (before, _), told = after(lambda part: part), []
    lost = {name: 1 - lead / before for name, (lead, _) in zip(CHANGED, changes, strict=True)}
    of = dict(zip(CHANGED, changes, strict=True))
    where = "there" if masks else "in the picture as a whole"
    counting = [name for name in CHANGED if lost[name] >= 0.5]
    if "fine detail" in counting and "the lines and shapes" in counting:
        counting.remove("the lines and shapes")

    def outcome(lead, ahead):
        return "most of the lead would go" if lead >= 0 else f"**{names[ahead]} would be ahead**"

    if counting:
        what = [f"**{name}** ({CHANGED[name]}, {outcome(*of[name])})" for name in counting]
        told.append(f"What counts {where} is {listed(what)}.")
        if len(counting) == 3 and all(lost[name] > 0.25 for name in CHANGED):
            told = [f"All of it counts {where}: {listed(what)}."]
        spared = [name for name in CHANGED if lost[name] <= 0.25]
        spared = [
            name
            for name in spared
            if (name, "fine detail" in counting) != ("the lines and shapes", True)
            and (name != "fine detail" or "the lines and shapes" not in spared)
        ]
        if spared:
            traits = ["fine detail" if name == "the lines and shapes" else name for name in spared]
            how = listed([CHANGED[name] for name in spared], "or")
            told.append(f"Not {listed(traits, 'or')}: {how}, {names[target]} would stay ahead.")
    else:
        stays = f"**{names[target]} would stay ahead**."
        even = {
            "Brightness alone": ("in one even grey", after(lambda part: flat(np.rint(grey(part))))),
            "One colour alone": ("in one even colour", after(flat)),
        }
        even = {name: of for name, of in even.items() if 1 - of[1][0] / before < 0.5}
        if even:
            name, (how, enough) = next(iter(even.items()))
            told.append(f"{name} is enough {where}: {how}, {stays}")
        else:
            how = "blurred a lot, with quarters swapped or in grey"
            told.append(f"A rough look is enough {where}: {how}, {stays}")
    shown = {"as it is": (before, None), **{CHANGED[name]: of[name] for name in CHANGED}}
    shown |= {how: enough} if not counting and even else {}
    if len(masks) == 1:
        half, all_of_it = image.shape[1] // 8, slice(None)
        if squares[0].sum() > (image.shape[1] // 4) ** 2:
            half *= 2
        parts = {
            "upper": (slice(half), all_of_it),
            "lower": (slice(half, None), all_of_it),
            "left": (all_of_it, slice(half)),
            "right": (all_of_it, slice(half, None)),
        }
        halves = {name: after(gone(*at)) for name, at in parts.items()}
        for pair in (("upper", "lower"), ("left", "right")):
            for one, other in (pair, pair[::-1]):
                here, there = (1 - halves[name][0] / before for name in (one, other))
                if here >= 0.5 and there <= 0.25 and "without" not in "".join(shown):
                    told.append(
                        f"The square's {one} half counts most: without it, "
                        f"{outcome(*halves[one])}; without its {other} half, "
                        f"{names[target]} would stay ahead."
                    )
                    shown |= {f"without its {name} half": halves[name] for name in (one, other)}
    ahead = {
        name: f"{names[target]} ahead, {odds(lead)}"
        if lead >= 0
        else f"<b>{names[other]}</b> ahead, {odds(lead)}"
        for name, (lead, other) in shown.items()
    }
    return told, ahead


def changed_html(session):
    pages = [one.proto.body for one in session.at.get("html")]
    (found,) = (body for body in pages if 'class="changed"' in body)
    return found


def figures(session):
    """What stands under the pictures of what is changed: how, and who is ahead."""
    found = changed_html(session)
    captions = re.findall(r"<figcaption>(.*?)<br>(.*?)</figcaption>", found)
    assert found.count("<img src=") == len(captions)
    return dict(captions)


def trait(pattern, colour, both, look, bright):
    if pattern and colour:
        return f"its pattern matters and that it is {look}"
    if pattern:
        return "its pattern matters, not its colours"
    if colour:
        return f"that it is {look} matters, not its pattern"
    if both:
        return "its pattern would be enough, and so would its colours"
    how = "bright" if bright else "dark"
    return f"only that it is {how} matters"


def test_the_squares_of_a_photo_are_exact_in_what_is_folded(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 16, 16, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="photos", model="residual", steps=20)
    session, found = Session(INSIDE, run=run.id, image="1"), explained(run, 1)
    squares = find_squares(found.cells[0], 16, 16)
    fold = next(e for e in session.at.expander if e.label == "By bands and by pixels")
    bars = next(c for c in fold.get("vega_lite_chart") if "each place" in c.proto.alt)
    told = "; ".join(said_by(bars))
    for number, one in enumerate(squares, start=1):
        assert f"place {number}: " in told
        assert signed(one.value) in told
    rest = float(found.contributions[0].sum()) - sum(one.value for one in squares)
    assert f"the rest of the image: {signed(rest)}" in told


def test_a_class_that_wins_against_the_picture_owes_it_to_its_head_start():
    seen = set()
    for index in range(0, 60, 4):
        found = explained(DIGITS, index)
        if abs(found.contributions[0].sum()) < 0.05:
            continue
        against = found.contributions[0].sum() < 0 < found.score[0]
        if against not in seen:
            short = in_short(Session(INSIDE, image=str(index)))
            assert ("leads only by its head start" in short) == against
            seen.add(bool(against))
    assert False in seen


def test_an_image_without_ink_is_explained_too(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8)).astype(np.uint8)
    images[5] = 0
    write_own(data, "blank", images, np.arange(60) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="blank", model="residual", steps=2, preparation="mnist")
    session = Session(INSIDE, run=run.id, image="5")
    assert not session.errors
    assert any("#### Why" in text for text in session.texts)


def test_the_only_test_image_is_like_no_other(data, runs):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    y = np.arange(60) % 3
    np.savez(data / "one.npz", x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])
    run = finished_run(data, runs, name="one", steps=2)
    session = Session(INSIDE, run=run.id, image="0")
    assert not session.errors
    assert not [text for text in session.texts if "What is it like?" in text]


# Step by step


def test_a_step_is_written_out_in_its_numbers():
    session = Session(INSIDE, image="7").set("button_group", "deeper", "steps")
    found = explained(DIGITS, 7)
    n = found.values.shape[1]
    assert session.at.slider(key="step").value == n
    for step in (1, n // 2):
        session.set("slider", "step", step)
        gathered = found.flow[0, step - 1] * found.values[0, step - 1]
        s = int(gathered.argmax())
        (words,) = (text for text in session.texts if text.startswith(f"**Step {step}: row"))
        assert f"In state {s + 1} decision" in words
        assert f"all states together {gathered.sum():+.2f}." in words
        q, value = (latex.value for latex in session.at.latex)
        assert f"q_{{{step}}}[1,{s + 1}]" in q
        assert f"D_{{{step}}}[{s + 1}]" in value
        assert session.chart("now")["step"].tolist() == [step - 1]
    session.set("slider", "step", n)
    (words,) = (text for text in session.texts if text.startswith(f"**Step {n}: row"))
    so_far, readout = (float(x) for x in re.findall(r"([+-]\d+\.\d+)", words)[-2:])
    assert so_far + readout == pytest.approx(found.score[0], abs=0.011)
    key = next(box.key for box in session.at.selectbox if box.key.startswith("state-"))
    other = session.at.selectbox(key=key).options[3]
    session.set("selectbox", key, int(other) - 1)
    assert f"[1,{other}]" in session.at.latex[0].value


def test_more_states_on_demand():
    session = Session(INSIDE).set("button_group", "deeper", "steps")
    (slider,) = (slider for slider in session.at.slider if slider.label == "States shown")
    assert len(session.chart("state")) == slider.value == steps.STATES
    session.set("slider", slider.key, 20)
    assert len(session.chart("state")) == 20


def test_play_walks_from_the_first_step_to_the_last(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(steps.time, "monotonic", lambda: clock[0])
    session = Session(INSIDE).set("button_group", "deeper", "steps").press("play")
    assert session.at.session_state["playing"]
    n, seen = len(session.chart("part")), []
    while session.at.session_state["playing"]:
        seen.append(session.at.slider(key="step").value)
        assert session.at.button(key="play").label == "Pause"
        session.run()  # too soon: it stays
        assert session.at.slider(key="step").value == seen[-1]
        clock[0] += steps.PACE
        session.run()
    assert seen == list(range(1, n + 1))
    assert session.at.button(key="play").label == "Play"
    session.press("play")
    clock[0] += steps.PACE
    session.run().press("play")
    assert not session.at.session_state["playing"]
    assert session.at.slider(key="step").value == 2
    session.press("play")  # it goes on from there
    clock[0] += steps.PACE
    assert session.run().at.slider(key="step").value == 3
    session.set("slider", "step", 1)  # whoever takes the slider, stops it
    assert not session.at.session_state["playing"]


# What if


def what_if(**address):
    session = Session(INSIDE, **address)
    return session.set("button_group", "deeper", "what_if")


def effect(session):
    return next((text for text in session.texts if text.startswith("It ")), None)


def test_blank_parts_add_nothing():
    session = what_if(image="12")
    assert effect(session) is None
    found = explained(DIGITS, 12)
    session.at.multiselect(key="blank").set_value([2, 3])
    session.run()
    image = ui.test_images(DIGITS)[0][12:13].numpy().copy()
    image[:, :, 2:4] = 0
    question = Question(int(found.target[0]), int(found.contrast[0]))
    after = ui.model_server().explain(DIGITS, image, question)
    assert f"went from {found.score[0]:+.2f} to **{after.score[0]:+.2f}**" in effect(session)
    assert after.contributions[0, 2:4].tolist() == [0, 0]
    session.press("image_next")
    assert effect(session) is None  # it was asked of another image


def test_strokes_change_the_image(canvas):
    session = what_if(image="12")
    assert canvas.asked["stroke_color"] == "#000000"
    found = explained(DIGITS, 12)
    erase_all(canvas)
    session.run()
    image = np.zeros((1, 1, 8, 8), np.uint8)
    question = Question(int(found.target[0]), int(found.contrast[0]))
    after = ui.model_server().explain(DIGITS, image, question)
    assert f"to **{after.score[0]:+.2f}**" in effect(session)
    session.press("undo-if")
    assert effect(session) is None
    session.set("button_group", "pen", "paint")
    assert canvas.asked["stroke_color"] == "#ffffff"
    background = np.asarray(Image.open(io.BytesIO(canvas.asked["background_image"])))
    digit = ui.test_images(DIGITS)[0][12, 0].numpy()
    np.testing.assert_array_equal(background[:: 280 // 8, :: 280 // 8], digit)


def erase_all(canvas):
    """As if the eraser had gone over everything: black, on a transparent ground."""
    out = io.BytesIO()
    Image.new("RGBA", (280, 280), (0, 0, 0, 255)).save(out, "PNG")
    canvas.send([{"type": "Path"}], out.getvalue())


def test_a_colour_image_is_painted_in_any_colour(data, runs, canvas):
    images = np.random.default_rng(0).integers(0, 255, (30, 8, 8, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(30) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="photos", steps=2)
    session = what_if(run=run.id)
    ground = ui.model_server().ground(run)
    mean = run.load_model().mean.flatten().numpy() * 255
    assert np.abs(ground - mean).max() <= 0.5
    assert canvas.asked["stroke_color"] == "#" + "".join(f"{c:02x}" for c in ground)
    session.set("button_group", "pen", "paint")
    assert canvas.asked["stroke_color"] == session.at.color_picker[0].value
    session.at.multiselect(key="blank").set_value([0])
    session.run()
    assert effect(session)


# Through time


def test_all_of_the_page_moves_through_the_training(run):
    session = Session(INSIDE, run=run.id).set("button_group", "deeper", "time")
    (slider,) = (s for s in session.at.select_slider if "Moment" in s.label)
    kept = list_snapshots(run.path)
    assert len(slider.options) == len(kept)  # the last one is called "now"
    assert slider.options[-1] == "now"
    assert_shows(session, explained(run, 0), run)
    confusions = []
    for step in (kept[0], kept[len(kept) // 2]):
        session.set("select_slider", slider.key, step)
        assert_shows(session, explained(run, 0, moment=step), run)
        assert any(
            text.startswith(f"**Batch {step}**: ") and "validation accuracy" in text
            for text in session.texts
        )
        confusions.append(confusion(session))
    assert confusions[0] != confusions[1]
    (said,) = (text for text in session.texts if text.startswith("**Batch "))
    curves = ui.history(str(run.path / "metrics.jsonl")).poll()
    at = int(curves.steps["step"].searchsorted(step, side="right"))
    drawn = smooth(curves.steps["loss"])[at - 1]  # the curve, which Train shows, too
    assert f": training loss {drawn:.3f}, as drawn; validation accuracy" in said
    measured = curves.validation["loss"][curves.validation["step"].searchsorted(step)]
    assert f"loss on validation images {measured:.3f}" in said
    assert np.abs(explained(run, 0, moment=kept[0]).score - explained(run, 0).score) > 0.1


def confusion(session):
    """What the chart of the confusion matrix was given."""
    chart = session.at.get("vega_lite_chart")[-1]
    assert "answer" in chart.proto.spec
    return chart.proto.data.data


def test_classify_moves_through_the_training_too(run, canvas):
    session = Session("pages/2_Classify.py", run=run.id)
    canvas.draw(SEVEN)
    session.run()
    (slider,) = session.at.main.select_slider
    now = session.heading
    session.set("select_slider", slider.key, 0)
    assert session.heading != now
    session.press("look_inside").open(INSIDE)  # at the same moment
    assert any(slider.value == 0 for slider in session.at.select_slider)
    session.set("select_slider", slider.key, -1)
    session.open("pages/2_Classify.py")
    assert session.heading == now


def test_a_shipped_run_has_no_slider_and_says_why():
    session = Session(INSIDE).set("button_group", "deeper", "time")
    assert not any("Moment" in slider.label for slider in session.at.select_slider)
    assert any("no earlier weights were kept" in text for text in session.infos)


def test_a_damaged_snapshot_is_a_sentence(run):
    steps_kept = list_snapshots(run.path)
    file = run.path / "snapshots" / f"{steps_kept[1]:09d}.safetensors"
    file.write_bytes(b"not tensors")
    session = Session(INSIDE, run=run.id)
    (slider,) = (s for s in session.at.select_slider if "Moment" in s.label)
    session.set("select_slider", slider.key, steps_kept[1])
    assert any("damaged" in error for error in session.errors)
    session.set("select_slider", slider.key, steps_kept[0])
    assert not session.errors


def test_every_lesson_is_taught_somewhere(run, data, runs):
    from dpn.ui.explainers import EXPLAINERS

    session, shown = Session(INSIDE, run=run.id), []
    for deeper in ("steps", "what_if", "time"):
        session.set("button_group", "deeper", deeper)
        shown += [expander.label for expander in session.at.expander]
    shown += [text.splitlines()[0].strip("*") for text in session.texts if text]
    shown += [e.label for e in Session("pages/4_Evaluate.py", run=run.id).at.expander]
    session = Session("pages/1_Train.py").set("button_group", "model", "mlp")
    shown += [expander.label for expander in session.at.expander]
    other = finished_run(data, runs, "other", steps=8, seed=3)
    both = Session("pages/6_Compare.py", runs=f"{run.id},{other.id}")
    shown += [expander.label for expander in both.at.expander]
    assert {title for title, _ in EXPLAINERS.values()} <= set(shown)


def test_the_address_leads_back_to_the_image():
    session = Session(INSIDE, image="41")
    again = Session(INSIDE, **dict(session.at.query_params))
    np.testing.assert_allclose(values(again), values(session))
    assert json.dumps(session.at.query_params) == json.dumps(again.at.query_params)
