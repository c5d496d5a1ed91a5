"""Inside: the places of a drawing, and what is said of them."""

import re
from collections import Counter

import numpy as np
import pytest

from dpn import ui
from dpn.explain.drawings.shapes import stroke
from dpn.explain.regions import (
    find_missing,
    where_within,
)
from dpn.explain.what_if import with_ink
from dpn.ui import words
from tests.pages.inside.expected_strokes import empty_words, like_words, most_like_there, why_words
from tests.pages.inside.seen import (
    DIGITS,
    INSIDE,
    assert_the_rest_adds_up,
    bullets,
    called_alike,
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


def test_strokes_are_told_with_the_class_they_speak_for_and_what_comes_without_them():
    usual = ui.class_means(DIGITS)
    images, labels = ui.test_images(DIGITS)
    np.testing.assert_allclose(usual[4], images[labels == 4].float().mean(0)[0] / 255, atol=1e-5)
    reasons, thirds = Counter(), 0
    for index in (3, 7, 8, 12, 20, 31, 40, 60, 61, 83, 86, 62):
        session, found = Session(INSIDE, image=str(index)), explained(DIGITS, index)
        assert_the_rest_adds_up(session, found, exact=False)
        image, names = images[index].numpy(), DIGITS.config().class_names
        ink = image[0] > 0
        first, second = int(found.target[0]), int(found.contrast[0])
        regions = chosen_places(DIGITS, image, np.zeros(1), found)
        told = [line for line in bullets(session) if "**the empty spot at the" not in line]
        assert len({line.split("**")[3] for line in told}) == len(told)  # none like another
        for region, line in zip(regions, map(called_alike, told), strict=True):
            mask, is_for = region.mask & ink, region.value > 0
            one, other = (first, second) if is_for else (second, first)
            what = f"the {stroke(image[0] / 255, mask)} at the {where_within(region.mask, ink)}"
            assert line.startswith(f"For **{names[one]}**: **{what}**, **{region.value:+.2f}**")
            erased_there = np.where(mask, 0, image).astype(np.uint8)
            third = third_class(DIGITS, erased_there, found)
            rivals = [*([names.index(third)] if third and is_for else []), other]
            like = like_words(most_like_there(DIGITS, found, image, mask, index), one, other, names)
            said, kind = why_words(DIGITS, image[0] / 255, mask, one, rivals, names, like)
            assert f"**; {said}. Erased" in line, said
            reasons[kind] += 1
            after = lead(DIGITS, erased_there, found)
            thirds += third is not None
            told_of_it = outcome(DIGITS, found, after, region, regions, third)
            assert line.endswith(f". {erased(regions, region)}{told_of_it}")
    assert thirds > 0
    assert reasons.keys() >= {"loop", "turned", "ink", "like", "unclear", "third"}, reasons
    session.set("selectbox", f"contrast-{DIGITS.id}", "nothing: its own score")
    assert_the_rest_adds_up(session, explained(DIGITS, 62, contrast=None), exact=False)
    assert any("its score would be" in line for line in bullets(session))
    assert "None" not in " ".join(session.texts)


def test_what_a_stroke_is_like_is_shown_where_it_speaks_for_it():
    seen, thirds = set(), 0
    for index in range(12):
        session, found = Session(INSIDE, image=str(index)), explained(DIGITS, index)
        image = ui.test_images(DIGITS)[0][index].numpy()
        names, shown, compared = DIGITS.config().class_names, [], []
        for number, region in enumerate(chosen_places(DIGITS, image, np.zeros(1), found), start=1):
            side = found.target if region.value > 0 else found.contrast
            labels = most_like_there(DIGITS, found, image, region.mask & (image[0] > 0), index)
            if labels.count(int(side[0])) > 5:
                counted = Counter(names[label] for label in labels).most_common()
                each = ", ".join(
                    f"{count} of 8 {'is' if count == 1 else 'are'} {name}"
                    for name, count in counted
                )
                shown.append(f"(place {number}): **{each}**")
                if region.value > 0:
                    places = chosen_places(DIGITS, image, np.zeros(1), found)
                    alone, others = (
                        third_class(DIGITS, np.where(mask, 0, image).astype(np.uint8), found)
                        for mask in (
                            region.mask,
                            np.any([one.mask for one in places if one.value > 0], axis=0),
                        )
                    )
                    compared.append({alone or others or names[int(found.contrast[0])]})
                    compared[-1] |= {names[int(found.contrast[0])]} if not alone else set()
                    thirds += alone is not None
            seen.add(labels.count(int(side[0])) > 5)
        told = [unspanned(text) for text in session.texts if " of 8 are " in text]
        assert [text[text.index("(place") :] for text in told] == shown
        alts = [one.alt for strip in session.at.image for one in strip.proto.imgs]
        assert [alt[alt.index("(place") :] for alt in alts if " of 8 are " in alt] == [
            each.replace("*", "") for each in shown
        ]
        beside = re.compile("To compare, those of (.) most like it:")
        besides = [found[1] for found in map(beside.fullmatch, session.texts) if found]
        assert [found[1] for found in map(beside.fullmatch, alts) if found] == besides
        for name, either in zip(besides, compared, strict=True):  # none that speaks against it
            assert name in either
        title = any("What is each place like?" in text for text in session.texts)
        assert title == bool(shown)
    assert seen == {True, False}
    assert thirds > 0


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
        assert ("**the empty spot at the digit's" in " ".join(short.values())) == bool(len(empty))
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
        told = [line for line in bullets(session) if "**the empty spot at the" in line]
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
            where = where_within(missing.mask, images[index, 0] > 0)
            reason = empty_words(DIGITS, images[index], missing.mask, usual[second], found)
            assert shown["number"].iloc[-1] == f"({-taken:+.2f})"
            assert told == [
                f"For **{names[first]}**: **the empty spot at the {where}**; ink there "
                f"would count **{-taken:+.2f}**; {reason}. With ink, "
                + outcome(DIGITS, found, after, third=third_class(DIGITS, drawn, found))
            ]
            words = f"**the empty spot at the digit's {where}** (place {len(shown)})"
            short = in_short(session)
            if after < 0 or third_class(DIGITS, drawn, found):
                ahead = third_class(DIGITS, drawn, found) or names[second]
                ahead = f"ink there **{ahead} would be ahead**{', not' * (ahead != names[second])}"
                first = short["What decides"].startswith(f"{words}: with {ahead}")  # no other does
                assert first or f"Needed, too: {words}. With {ahead}" in short["What decides"]
                assert first == ("No other place does" in short["What decides"])
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
        tips = {number: " would be ahead**" in line for number, line in enumerate(lines, start=1)}
        together = ", together. Without them **" in short["What decides"]
        asked = [  # an empty place counts where it is needed
            number
            for number, line in enumerate(lines, start=1)
            if line in for_it
            and (number == 1 or tips[number] or (together and "**the empty spot" not in line))
        ]
        reasons = []
        for number in asked:
            reason = re.split(r"\d\*\*; ", lines[number - 1], maxsplit=1)[1]
            reasons.append(re.split(r"\. (?:Erased|With ink)", reason)[0])
        unclear = sum(one.startswith("no single reason is clear") for one in reasons)
        alike = any("most like it there" in one for one in reasons)
        if not asked[1:] or (unclear == len(asked) and not alike):
            assert short["Why"] == f"{reasons[0]}."
        else:
            same = {}  # places of one reason share a line
            for number, reason in zip(asked, reasons, strict=True):
                same.setdefault(reason, []).append(f"place **{number}**")
            told = [f"{listed(ones)}: {reason}" for reason, ones in same.items()]
            assert short["Why"] == "; ".join(told) + "."
        each = bool(re.search(", each( alone. If either|. Without) ", short["What decides"]))
        alone = re.search(r"\(place 1\)( alone)?\. Without it \*\*", short["What decides"])
        seen["needed"] |= alone is not None and not alone[1]
        assert bool(alone or each) == tips[1]
        also = [n for n in asked if n > 1 and tips[n] and "**the empty spot" not in lines[n - 1]]
        words = re.search(r" (The same w|W)ithout .* alone( |\.)", short["What decides"])
        assert bool(words) == bool(also and not tips[1])
        assert together or not words or words[1] == "W"
        assert each == bool(also and tips[1])
        seen.update(together=together, too=bool(also), some=0 < unclear < len(asked))
    assert min(seen.values()) > 0


def test_an_image_without_ink_is_explained_too(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 8, 8)).astype(np.uint8)
    images[5] = 0
    write_own(data, "blank", images, np.arange(60) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="blank", model="residual", steps=2, preparation="mnist")
    session = Session(INSIDE, run=run.id, image="5")
    assert not session.errors
    assert any("#### Why" in text for text in session.texts)
