"""Visits to a shop, made by rule: what is clicked next is known up to chance.

The shop has twelve aisles with ten things each, in a fixed order, as on their shelves. A visit goes
along two aisles at once: at each click it may change to the other one (``CHANGES``), and goes on
there behind the last thing it looked at, one place further, or two (``SKIPS``), around the end to
the beginning. Now and then a click is by the way (``STRAYS``): any thing, the popular ones more
often. So the last click alone does not tell the next one; the last of each aisle does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

#: The aisles, and what stands in each, in order.
AISLES = {
    "camping": "tent, groundsheet, sleeping bag, camping mat, lantern, stove, gas, mug, rope, axe",
    "baking": "flour, yeast, sugar, butter, eggs, baking tin, whisk, icing, sprinkles, candles",
    "bicycle": "bike, helmet, lock, bell, pump, inner tube, tyre, chain, pedal, saddle",
    "painting": "canvas, easel, brush, palette, oil paint, varnish, frame, apron, sponge, charcoal",
    "garden": "spade, seeds, soil, flower pot, hose, rake, gloves, compost, hedge shears, bench",
    "music": "guitar, strings, capo, tuner, music stand, songbook, amplifier, cable, pedalboard, "
    "microphone",
    "computer": "laptop, mouse, keyboard, screen, printer, paper, ink, webcam, headset, hard disk",
    "pets": "puppy basket, dog food, bowl, leash, collar, brush for dogs, ball, whistle, dog coat, "
    "dog book",
    "breakfast": "coffee, filter, milk, bread, jam, honey, muesli, yoghurt, juice, egg cup",
    "beach": "towel, sunscreen, sunglasses, sun hat, flip-flops, parasol, cool box, beach ball, "
    "snorkel, kite",
    "school": "satchel, pencil case, pen, ruler, notebook, calculator, glue, scissors, atlas, "
    "lunch box",
    "winter": "sledge, scarf, mittens, woolly hat, boots, thermos, ice skates, skis, ski poles, "
    "goggles",
}
THINGS = tuple(thing for aisle in AISLES.values() for thing in aisle.split(", "))
A_SHELF = 10

#: Visits, their seed, and how many clicks one has, from .. to.
VISITS, SEED = 3_000, 7
SHORTEST, LONGEST = 5, 16
#: Share of clicks that change the aisle, that are by the way, and that go two places on.
CHANGES, STRAYS, SKIPS = 0.35, 0.06, 0.2
#: How much more popular the first aisle, and the first thing of all, is: shares go as rank^-this.
SKEW = 0.7


def visits() -> list[list[str]]:
    """Return the clicks of each visit, in order; always the same."""
    return [[THINGS[i] for i in clicks] for clicks, _ in _made()]


def best_ranks() -> NDArray[np.int64]:
    """Return at which place, from 1 on, who knew the rule would have named each visit's last click.

    Nobody can do better but by luck: what is left is chance. Who knew also knows when a click was
    by the way.
    """
    ranks = []
    for clicks, chances in _made():
        last = chances[clicks[-1]]
        ranks.append(1 + int((chances > last).sum() + (chances[: clicks[-1]] == last).sum()))
    return np.array(ranks, np.int64)


@cache
def _made() -> list[tuple[list[int], Floats]]:
    """Return the clicks of each visit, and how likely each thing was to be the last of them."""
    rng = np.random.default_rng(SEED)
    count = len(THINGS)
    popular = np.arange(1, count + 1) ** -SKEW
    popular = rng.permutation(popular / popular.sum())
    aisles = np.arange(1, len(AISLES) + 1) ** -SKEW
    aisles /= aisles.sum()
    found: list[tuple[list[int], Floats]] = []
    for _ in range(VISITS):
        two = rng.choice(len(AISLES), 2, replace=False, p=aisles)
        at = rng.integers(A_SHELF, size=2)  # the last thing looked at in each
        now, clicks = 0, list[int]()
        for _ in range(rng.integers(SHORTEST, LONGEST + 1)):
            chances: Floats = STRAYS * popular
            for aisle, share in ((now, 1 - CHANGES), (1 - now, CHANGES)):
                for steps, part in ((1, 1 - SKIPS), (2, SKIPS)):
                    place = two[aisle] * A_SHELF + (at[aisle] + steps) % A_SHELF
                    chances[place] += (1 - STRAYS) * share * part
            reached = np.cumsum(chances)
            thing = int(np.searchsorted(reached, rng.random() * reached[-1], side="right"))
            clicks.append(thing)
            aisle, place = divmod(thing, A_SHELF)
            if aisle in two:
                now = int(np.flatnonzero(two == aisle)[0])
                at[now] = place
        found.append((clicks, chances))
    return found
