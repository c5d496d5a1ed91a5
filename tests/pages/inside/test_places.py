"""Inside: the places of a drawing, and what is said of them."""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from dpn import ui
from dpn.explain.regions import (
    find_missing,
    usual_ink,
    where_within,
)
from dpn.explain.shapes import loops, stroke
from dpn.explain.what_if import with_ink
from dpn.ui import words
from tests.pages.inside.expected_strokes import (
    direction_words,
    like_words,
    most_like_there,
    usual_loops,
)
from tests.pages.inside.seen import (
    DIGITS,
    INSIDE,
    assert_the_rest_adds_up,
    bullets,
    chosen_places,
    erased,
    explained,
    in_short,
    lead,
    listed,
    outcome,
    target_of,
    third_class,
    unspanned,
)
from tests.pages.session import Session, finished_run, write_own


def lacking_words(region, mask, third, first, opens, drawn):
    """What a third class lacks that would be ahead without a stroke, which may open a loop."""
    usual = ui.class_means(DIGITS)
    if usual_ink(replace(region, mask=mask), usual[first], usual[int(third)]) == "first":
        return f"{third} usually has less ink there"
    fewer = min(usual_loops(DIGITS, first), drawn) > usual_loops(DIGITS, int(third))
    return f"{third} usually has fewer loops" if opens and fewer else ""


def test_strokes_are_told_with_the_class_they_speak_for_and_what_comes_without_them():
    usual = ui.class_means(DIGITS)
    images, labels = ui.test_images(DIGITS)
    np.testing.assert_allclose(usual[4], images[labels == 4].float().mean(0)[0] / 255, atol=1e-5)
    reasons, thirds = Counter(), 0
    for index in (3, 7, 8, 12, 20, 40, 60, 61, 88, 62):
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
            drawn = loops(image[0] / 255)
            erased_there = np.where(mask, 0, image).astype(np.uint8)
            lacking = third_class(DIGITS, erased_there, found) if is_for else None
            lacks = lacking_words(region, mask, lacking, first, opens, drawn) if lacking else ""
            assert lacks in line
            assert bool(lacks) == bool(re.search("usually has (less ink there|fewer loops)", line))
            line = re.sub(f"( and |(?<=; )){lacks}(?=[.;])", "", line) if lacks else line
            few, many = (usual_loops(DIGITS, of) for of in (second, first))
            closes = opens and is_for and min(many, drawn) > few  # else it tells no two apart
            has = f"usually has {'fewer' if few else 'none'}"
            assert (f" ({names[second]} {has})" in line) == closes == ("it closes " in line)
            shared = opens and is_for and not closes
            more = usual_ink(replace(region, mask=mask), usual[first], usual[second])
            has_more = more == ("first" if is_for else "second")
            assert (f"{names[one]} has more ink there than {names[other]}" in line) == has_more
            near = most_like_there(DIGITS, found, image, mask, index)
            like = like_words(near, one, other, names)
            turned = direction_words(DIGITS, image[0] / 255, mask, one, other, names)
            is_turned = turned is not None and not has_more
            assert (f"{turned}. " in line) == is_turned == ("often has such a stroke" in line)
            is_like = like is not None and not has_more and not is_turned
            assert (f"{like}. " in line) == is_like
            after = lead(DIGITS, erased_there, found)
            third = third_class(DIGITS, erased_there, found)
            thirds += third is not None
            told_of_it = outcome(DIGITS, found, after, region, regions, third)
            assert line.endswith(f". {erased(regions, region)}{told_of_it}")
            unclear = not (closes or has_more or is_turned or is_like or lacks)
            as_much = f" ({names[one]} and {names[other]} have about as much ink there)"
            less = f", for {names[other]} even has more ink there than {names[one]}"
            told_why = f"; no single reason is clear{less if more else as_much}. "
            assert (told_why in line) == unclear == ("no single reason" in line)
            reasons.update(more=has_more, like=is_like, opens=closes, shared=shared)
            reasons.update(unclear=unclear, turned=is_turned, less="less ink" in lacks)
            reasons.update(loops="loops" in lacks)
    assert thirds > 0
    assert (
        min(
            reasons[one] for one in ("more", "like", "opens", "shared", "unclear", "turned", "less")
        )
        > 0
    )
    session.set("selectbox", f"contrast-{DIGITS.id}", "nothing: its own score")
    assert_the_rest_adds_up(session, explained(DIGITS, 62, contrast=None), exact=False)
    assert any("its score would be" in line for line in bullets(session))
    assert "None" not in " ".join(session.texts)


def test_what_a_stroke_is_like_is_shown_where_it_speaks_for_it():
    seen = set()
    for index in range(12):
        session, found = Session(INSIDE, image=str(index)), explained(DIGITS, index)
        image = ui.test_images(DIGITS)[0][index].numpy()
        names, shown, compared = DIGITS.config().class_names, [], []
        for number, region in enumerate(chosen_places(DIGITS, image, np.zeros(1), found), start=1):
            side = found.target if region.value > 0 else found.contrast
            labels = most_like_there(DIGITS, found, image, region.mask & (image[0] > 0), index)
            if labels.count(int(side[0])) > 4:
                counted = Counter(names[label] for label in labels).most_common()
                each = ", ".join(f"{count} of 8 are {name}" for name, count in counted)
                shown.append(f"(place {number}): **{each}**")
                compared.append(region.value > 0)
            seen.add(labels.count(int(side[0])) > 4)
        told = [unspanned(text) for text in session.texts if " of 8 are " in text]
        assert [text[text.index("(place") :] for text in told] == shown
        alts = [one.alt for strip in session.at.image for one in strip.proto.imgs]
        assert [alt[alt.index("(place") :] for alt in alts if " of 8 are " in alt] == [
            each.replace("*", "") for each in shown
        ]
        beside = f"To compare, those of {names[int(found.contrast[0])]} most like it:"
        assert alts.count(beside) == sum(compared)  # not of what speaks for the other class
        assert sum(text == beside for text in session.texts) == sum(compared)
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
        # In short has the strongest for, all others, the strongest against, and the empty place.
        values = linked["value"].where(~linked["empty"].astype(bool))
        short = in_short(session)
        told = {
            name: [int(n) for n in re.findall(r"\(place (\d)\)", short[name])] for name in short
        }
        answer = session.heading.split(",")[0]
        decides, others = told["What decides"], told.get(f"Also for {answer}", [])
        first = int(values.idxmax()) + 1
        assert first in decides
        assert sorted(decides + others) == [
            number
            for number, value in enumerate(values, start=1)
            if not value < 0  # of an empty one it is NaN
        ]
        rest = bars[bars["name"] == "the rest of the image"]["value"].item()
        against = [int(values.idxmin()) + 1] if values.min() < 0 else []
        assert told.get("Against it", []) == against
        calm = not against and rest >= 0
        assert (short.get("Against it") == "nothing clear.") == calm
        figures = re.sub(r"ahead\*\*, [\d.,more than]+ to 1, for", "", " ".join(short.values()))
        assert not re.search(r"\d[.,]\d", figures)  # they stand below
        empty = linked[linked["empty"].astype(bool)]
        assert ("**no ink at the" in " ".join(short.values())) == bool(len(empty))
        seen |= {"for", *(["against"] * int(values.min() < 0)), *(["empty"] * len(empty))}
        for number in range(1, len(lines) + 1):
            linked_words = f'class="place-{number}"'
            assert sum(linked_words in text for text in session.texts) in (1, 2, 3)
    assert seen == {"for", "against", "empty"}


def test_empty_paper_that_speaks_for_the_answer_is_told():
    usual, images = ui.class_means(DIGITS), ui.test_images(DIGITS)[0].numpy()
    seen, seen_in = 0, set()
    for index in range(40):
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
                + outcome(DIGITS, found, after, third=third_class(DIGITS, drawn, found))
            ]
            words = f"**no ink at the {missing.where}** (place {len(shown)})"
            short = in_short(session)
            if after < 0 or third_class(DIGITS, drawn, found):
                ahead = third_class(DIGITS, drawn, found) or names[second]
                ahead = f"With ink there **{ahead} would be ahead**."
                assert f"Needed, too: {words}. {ahead}" in short["What decides"]
                assert reason in short["Why"]
            else:
                assert f"{words}, since {reason}." in short[f"Also for {names[first]}"]
            seen_in.add(after < 0)
            bar = session.chart("share").iloc[-1]
            assert bar["value"] == pytest.approx(-taken, abs=1e-4)
        if seen > 1 and len(seen_in) == 2:
            break
    assert seen_in == {True, False}


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


def test_of_each_place_that_decides_the_short_text_says_why():
    seen = Counter()
    for index in range(40):
        session, found = Session(INSIDE, image=str(index)), explained(DIGITS, index)
        lines, short = bullets(session), in_short(session)
        for_it = [line for line in lines if line.startswith(f"For **{target_of(found)}**: **")]
        tips = {number: " would be ahead**, " in line for number, line in enumerate(lines, start=1)}
        together = ", together. Without them **" in short["What decides"]
        asked = [  # an empty place counts where it is needed
            number
            for number, line in enumerate(lines, start=1)
            if line in for_it
            and (number == 1 or tips[number] or (together and "**no ink" not in line))
        ]
        clear = []
        for number in asked:
            reason = re.split(r"\*\*; ", lines[number - 1])[-1]
            reason = re.split(r"\. (?:Erased|With ink)", reason)[0]
            if "no single reason is clear" in reason:
                continue
            of_it = f"place **{number}**: {reason}" if len(asked) > 1 else f"{reason}."
            assert of_it in short["Why"]
            clear.append(number)
        unclear = [f"place **{number}**" for number in asked if number not in clear]
        if not clear:
            assert short["Why"] == "no single reason is clear."
        elif unclear:
            assert f"Of {listed(unclear)} no single reason is clear." in short["Why"]
        assert ("no single reason" in short["Why"]) == bool(unclear)
        each = ", each. Without " in short["What decides"]
        alone = re.search(r"\(place 1\)( alone)?\. Without it \*\*", short["What decides"])
        seen["needed"] |= alone is not None and not alone[1]
        assert bool(alone or each) == tips[1]
        also = [n for n in asked if n > 1 and tips[n] and "**no ink" not in lines[n - 1]]
        words = re.search(r" (The same w|W)ithout .* alone( |\.)", short["What decides"])
        assert bool(words) == bool(also and not tips[1])
        assert together or not words or words[1] == "W"
        assert each == bool(also and tips[1])
        seen.update(together=together, too=bool(also), some=bool(clear and unclear))
    assert min(seen.values()) > 0


def test_an_image_without_ink_is_explained_too(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8)).astype(np.uint8)
    images[5] = 0
    write_own(data, "blank", images, np.arange(60) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="blank", model="residual", steps=2, preparation="mnist")
    session = Session(INSIDE, run=run.id, image="5")
    assert not session.errors
    assert any("#### Why" in text for text in session.texts)
