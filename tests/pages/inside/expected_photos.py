"""What Inside has to say of a photo, computed anew from its pixels."""

import itertools
import math

import numpy as np
import torch
from scipy import ndimage

from dpn import ui
from tests.pages.inside.seen import listed, odds, target_of


def whole_image_like(run, found, index):
    """Return how many of the 8 test images most like one to the last layer are of its class."""
    images, labels = ui.test_images(run)
    with torch.no_grad():
        known = run.load_model().summary(images / 255).numpy().astype(np.float64)
    away = (((known - known[index]) / known.std(axis=0)) ** 2).sum(axis=1)
    best = [one for one in np.argsort(away) if one != index][:8]
    return sum(int(labels[one]) == int(found.target[0]) for one in best)


def deciding_ones(speaking, tips):
    """Return the first place if it decides alone, all if they do together, else none."""
    if speaking and tips(speaking[0].mask):
        return speaking[:1]
    every = [np.any([one.mask for one in speaking], axis=0)] if speaking else []
    return speaking if every and tips(*every) else []


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
    least = max(0.5, max(lost.values()) / 4)
    counting = [name for name in CHANGED if lost[name] >= least]
    if "fine detail" in counting and "the lines and shapes" in counting:
        counting.remove("the lines and shapes")

    def outcome(lead, ahead):
        if lead > math.log(1000):
            return "most of the lead would go"
        return f"only {odds(lead)}" if lead >= 0 else f"**{names[ahead]} would be ahead**"

    if counting:
        what = [f"**{name}** ({CHANGED[name]}, {outcome(*of[name])})" for name in counting]
        told.append(f"{listed(what)}.")
        if len(counting) == 3 and all(lost[name] > 0.25 for name in CHANGED):
            told = [f"all of it: {listed(what)}."]
        spared = [name for name in CHANGED if lost[name] <= 0.25]
        spared = [
            name
            for name in spared
            if (name, "fine detail" in counting) != ("the lines and shapes", True)
            and (name != "fine detail" or "the lines and shapes" not in spared)
        ]
        if spared:
            traits = ["fine detail" if name == "the lines and shapes" else name for name in spared]
            told.append(f"Not {listed(traits, 'or')}.")
    else:
        stays = f"{names[target]} would stay ahead)."
        even = {
            "brightness alone": (
                "in its own mean grey",
                after(lambda part: flat(np.rint(grey(part)))),
            ),
            "one colour alone": ("in its own mean colour", after(flat)),
        }
        even = {name: of for name, of in even.items() if 1 - of[1][0] / before < 0.5}
        if even:
            name, (how, enough) = next(iter(even.items()))
            told.append(f"{name} is enough ({how}, {stays}")
        else:
            how = "blurred a lot, with quarters swapped or in grey"
            told.append(f"a rough look is enough ({how}, {stays}")
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
                    told.append(f"The {one} half counts more.")
                    shown |= {f"without its {name} half": halves[name] for name in (one, other)}
    ahead = {
        name: f"{names[target]} ahead, {odds(lead)}"
        if lead >= 0
        else f"<b>{names[other]}</b> ahead, {odds(lead)}"
        for name, (lead, other) in shown.items()
    }
    return told, ahead


OWN_COLOURS = "its colours matter, not its pattern"


def trait(pattern, colour, both, look, bright):
    if pattern and colour:
        return f"both its pattern and {f'that it is {look}' if look else 'its colours'} matter"
    if pattern:
        return "its pattern matters, not its colours"
    if colour:
        return f"that it is {look} matters, not its pattern" if look else OWN_COLOURS
    if both:
        return ""
    how = "bright" if bright else "dark"
    return f"only that it is {how} matters"
