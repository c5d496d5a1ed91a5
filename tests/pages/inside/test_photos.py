"""Inside: the squares of a photo, what is lost without them, and what counts in them."""

import re
from dataclasses import replace

import numpy as np
import pytest

from dpn import ui
from dpn.charts.placed.strip import strip
from dpn.explain.account import signed
from dpn.explain.regions import (
    look_of,
)
from dpn.explain.what_if import evened, without, without_colour
from dpn.explain.windows import find_squares, finely
from dpn.pictures.png import data_url
from tests.pages.inside.expected_photos import deciding_ones, trait, what_counts, whole_image_like
from tests.pages.inside.seen import (
    INSIDE,
    assert_shows,
    assert_the_rest_adds_up,
    bullets,
    changed_html,
    chosen_places,
    erased,
    explained,
    figures,
    in_short,
    lead,
    odds,
    outcome,
    target_of,
    third_class,
    those,
    unfold,
)
from tests.pages.session import Session, finished_run, said_by, write_own


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
        third_of = lambda mask: third_class(run, without(image, mask, ground), found)  # noqa: B023, E731
        tips_at = lambda mask: without_it(mask) < 0 or third_of(mask) is not None  # noqa: B023, E731
        places = chosen_places(run, image, ground, found)
        places = [  # small ones are told finely where they are
            replace(one, where=finely(one.mask)) if one.mask.sum() <= 16 else one for one in places
        ]
        lines, speaking = bullets(session), [place for place in places if place.value > 0]
        assert len(lines) == len(places)
        decide = deciding_ones(speaking, tips_at)
        counts, shown = what_counts(run, image, found, [one.mask for one in decide], ground)
        short = in_short(session)
        where = "there" if decide else "in the whole picture"
        if len(decide) == 1 and any(tips_at(one.mask) for one in speaking[1:]):
            where = "in place 1"
        seen.add(where)
        assert short[f"What matters {where}"] == " ".join(counts)
        seen |= {sentence.split()[0] for sentence in counts}
        title = f"What counts in {those(len(decide)) if decide else 'the picture'}?"
        assert any(text.startswith(f"#### {title}") for text in session.texts)
        assert figures(session) == shown
        ahead = {re.sub("</?b>", "", words.split(" ahead")[0]) for words in shown.values()}
        others = ahead - {("a", "b", "c")[int(of[0])] for of in (found.target, found.contrast)}
        assert any("any class may come ahead" in text for text in session.texts) == bool(others)
        seen.add(f"others {bool(others)}")
        mask = np.any([one.mask for one in decide] or [np.zeros((16, 16), bool)], axis=0)
        assert data_url(strip(image[None], [mask], 128), 128) in changed_html(session)
        is_like = {}
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
            start = f"For **{one}**: **the square at the {place.where}**, "
            squares = rf"(all|[67] of the) 8 squares most like it are of {one}(, not {other})?"
            like = re.search(rf"; {squares}", said)
            assert not like or (like[1] == "all") == bool(like[2])
            seen.add(bool(like))
            is_like[number] = bool(like)
            like = like[0] if like else ""
            words = f"; {words}" if words else ""
            if place in decide:  # what counts in them is told once
                words = ""
            if not like and (place in decide or (place.value > 0 and tips_at(place.mask))):
                few = r"; no clear reason, (only [0-5]|none) of the 8 squares most like it (is|are)"
                words = re.search(rf"{few} of {one}", said)[0] + words
            assert said.startswith(f"{start}**{signed(place.value)}**{like}{words}. ")
            assert said.endswith(
                f". {erased(places, place, 'Greyed out')}"
                + outcome(run, found, after, place, places, third_of(place.mask))
            )
        speak = [place for place in places if place.value > 0]
        tips = [tips_at(place.mask) for place in speak]
        asked = [n for n, place in enumerate(speak, 1) if n == 1 or tips[n - 1] or place in decide]
        near = whole_image_like(run, found, index)
        whole = near > 4 and (not decide or not any(is_like[n] for n in asked))
        like_it = f" most like it to the model, {near} are {('a', 'b', 'c')[target_of(found)]}."
        assert (like_it in short.get("Why", "")) == bool(whole)
        assert ("to the model, " in short.get("Why", "")) == bool(whole)
        decides = short["What decides"]
        name, contrast = (("a", "b", "c")[int(of[0])] for of in (found.target, found.contrast))
        all_of_it = np.any([place.mask for place in speak], axis=0)
        after = without_it(all_of_it)
        how = "alone" if tips[0] else "together" if tips_at(all_of_it) else "neither"
        alone = how == "alone" and not any(tips[1:])
        of_all = [place.mask for place, tip in zip(speak, tips, strict=True) if tip]
        of_all = {third_of(mask) or contrast for mask in of_all}
        who = who_is_ahead(of_all.pop(), contrast) if len(of_all) == 1 else None
        assert (f"(place 1) alone. Without it {who}." in decides) == alone
        any_one = "either" if sum(tips) == 2 else "any one of them"
        who = who or "**another class would be ahead**"
        each = f"each. Without {any_one} {who}."
        if any_one == "either":
            each = f"each alone. If either is gone, {who}."
        assert (each in decides) == (how == "alone" and not alone)
        third = third_of(all_of_it)
        together = f"together. Without them {who_is_ahead(third or contrast, contrast)}."
        assert (together in decides) == (how == "together")
        seen.add(f"third {bool(third)} {how}")
        same = {third_of(one.mask) or contrast for one in speak[1:] if tips_at(one.mask)}
        said = any(tips[1:]) and how == "together"
        assert ("The same without" in decides) == (said and same == {third or contrast})
        assert ("no single place; " in decides) == (how == "neither" and not any(tips))
        those_told = re.search(r"Even without places? 1(?: (?:and|to) (\d))?, ", decides)
        assert bool(those_told) == (how == "neither")
        if how == "neither":
            assert int(those_told[1] or 1) == len(speak)
            still = f"**{name} would still be ahead**, {odds(after)}"
            assert still in decides
            assert re.search(r"the strongest is .*\(place 1\)\. Even without", decides)
        blank = without_it(np.ones(image.shape[-2:], bool))
        bars = session.chart("share").set_index("name")["value"]
        rest, start = (float(bars[one]) for one in ("the rest of the image", "before looking"))
        ahead = start >= rest, blank > after - blank  # as the bars have it, as a blank sheet does
        of_start = how == "neither" and all(ahead)
        of_rest = how == "neither" and not any(ahead)
        assert ("begins with a lead for it" in decides) == of_start
        assert "the rest of the picture speaks" not in decides
        assert decides.endswith(f"{odds(after)}.") == of_rest or not of_rest
        seen |= {f"start {of_start}", f"rest {of_rest}"}
        told = decides + short.get(f"Also for {name}", "")
        assert all(f"(place {number})" in told for number in range(1, len(speak) + 1))
        calm = len(speak) == len(places) and rest >= 0
        assert (short.get("Against it") == "nothing clear.") == calm
        seen |= {how, f"whole {bool(whole)}"}
    assert len(seen) > 2


def who_is_ahead(name, contrast):
    """That a class would be ahead and, if it is a third one, that the second would not."""
    return f"**{name} would be ahead**" + f", not {contrast}" * (name != contrast)


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
        decide = [one.mask for one in deciding_ones(speaking, lambda mask: without_it(mask) < 0)]  # noqa: B023
        counts, shown = what_counts(run, image, found, decide, ground)
        where = "there" if decide else "in the whole picture"
        assert in_short(session)[f"What matters {where}"] == " ".join(counts)
        assert figures(session) == shown
        seen.add(counts[0].split(" (")[0])
    assert "brightness alone is enough" in seen


def test_the_squares_of_a_photo_are_exact_in_what_is_folded(data, runs):
    images = np.random.default_rng(0).integers(0, 255, (60, 16, 16, 3)).astype(np.uint8)
    write_own(data, "photos", images, np.arange(60) % 3, ("a", "b", "c"))
    run = finished_run(data, runs, name="photos", model="residual", steps=20)
    session, found = Session(INSIDE, run=run.id, image="1"), explained(run, 1)
    squares = find_squares(found.cells[0], 16, 16)
    fold = unfold(session)
    bars = next(c for c in fold.get("vega_lite_chart") if "each place" in c.proto.alt)
    told = "; ".join(said_by(bars))
    for number, one in enumerate(squares, start=1):
        assert f"place {number}: " in told
        assert signed(one.value) in told
    rest = float(found.contributions[0].sum()) - sum(one.value for one in squares)
    assert f"the rest of the image: {signed(rest)}" in told
