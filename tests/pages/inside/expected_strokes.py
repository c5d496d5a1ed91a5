"""What Inside has to say of a stroke, computed anew from the test images."""

import numpy as np
from scipy import ndimage

from dpn import ui
from dpn.explain.drawings.shapes import loops, stroke
from dpn.explain.what_if import with_ink
from dpn.sampling.spread import spread


def drawings(run, label):
    """The ink of at most a hundred test images of a class, spread over all."""
    images, labels = ui.test_images(run)
    those = images[labels == label].numpy()[:, 0] / 255
    return those[spread(len(those), 100)]


def heights(ink):
    """Where each loop of a drawing is of what its ink spans from top to bottom."""
    rows = np.flatnonzero((ink >= 0.3).any(axis=1))
    at = [(np.nonzero(loop)[0].mean() - rows[0]) / (rows[-1] - rows[0]) for loop in loops(ink)]
    return ["top" if one < 0.42 else "bottom" if one > 0.58 else "middle" for one in at]


def tells(often, less):
    return often >= max(less + 0.25, 2 * less)


def frequency(often, others, what, names, one):
    """How often a class has something at a place, and how seldom others have."""
    rest = []
    for of, less in others:
        seldom = "hardly ever" if less < 0.05 else "seldom" if less <= 0.25 else "less often"
        rest.append(f"{names[of]} {seldom} ({less:.0%})")
    rest = " and ".join(rest)
    if often < 0.5:
        return f"{rest}, but {names[one]} sometimes ({often:.0%}) has {what}"
    return f"{names[one]} usually has {what} ({often:.0%}), {rest}"


def loop_words(run, ink, mask, one, other, names):
    """That a place closes a loop, and what another class has instead, if that is a reason."""
    before, left = loops(ink), loops(np.where(mask, 0, ink))
    opened = [
        number
        for number, loop in enumerate(before)
        if all((loop & of).sum() <= loop.sum() / 2 for of in left)
    ]
    if not opened:
        return None
    where = heights(ink)[max(opened, key=lambda number: before[number].sum())]
    closes = "it closes the loop" + ("" if where == "middle" else f" at the {where}")
    if len(before) == len(opened) == 2:
        closes = "it closes both loops"
    every = {of: [heights(each) for each in drawings(run, of)] for of in (one, other)}
    both, some, there = (
        {of: np.mean([has(each) for each in every[of]]) for of in every}
        for has in (lambda each: len(each) > 1, bool, lambda each: where in each)
    )
    two = len(opened) > 1 and tells(both[one], both[other])
    anywhere = some[other] < 0.5 and tells(some[one], some[other])
    if not two and not anywhere and not tells(there[one], there[other]):
        return None
    most = max(
        ("top", "middle", "bottom"), key=lambda at: np.mean([at in each for each in every[other]])
    )
    has = f"only one, at the {most}"
    if some[other] < 0.5:
        has = "no loop"
    elif two or both[other] >= 0.5:
        has = "fewer loops" if two else "two loops"
    return closes, f"{names[other]} usually has {has}"


def share_with_ink(run, mask, label, least):
    return np.mean([(of[mask] >= 0.3).mean() >= least for of in drawings(run, label)])


def ink_shares(run, ink, mask, one, other):
    """The shares of two classes with ink at three quarters of a place's, if that is a reason."""
    drawn = mask & (ink >= 0.3)
    if not drawn.any():
        return None
    shares = [share_with_ink(run, drawn, label, 0.75) for label in (one, other)]
    return shares if tells(*shares) else None


def why_words(run, ink, mask, one, others, names, like):
    """Why a place speaks for a class, and not for others; and of which kind the reason is."""
    by_loop = [loop_words(run, ink, mask, one, of, names) for of in others]
    by_turn = [direction_shares(run, ink, mask, one, of) for of in others]
    by_ink = [ink_shares(run, ink, mask, one, of) for of in others]
    turn = stroke(ink, mask)
    if all(by_loop):
        return f"{by_loop[0][0]} ({'; '.join(has for _, has in by_loop)})", "loop"
    each, kinds = [None] * len(others), ["like"] * len(others)
    for kind, what, shares in (
        ("ink", "ink all over this place", by_ink),
        ("turned", f"only a {turn} there", by_turn),
    ):
        less = [(of, share and share[1]) for of, share in zip(others, shares, strict=True)]
        if all(shares) and not any(by_loop):
            each = [frequency(shares[0][0], less, what, names, one), *[None] * len(others[1:])]
            kinds = [kind] * len(others)
            continue
        for place, (share, of) in enumerate(zip(shares, less, strict=True)):
            if share:
                each[place], kinds[place] = frequency(share[0], [of], what, names, one), kind
    for place, closes in enumerate(by_loop):
        if closes:
            each[place], kinds[place] = f"{closes[0]} ({closes[1]})", "loop"
    told = [reason for reason in each if reason]
    if told and not each[0] and kinds[0] == "like":  # it tells from the second class alone
        told.append(f"against {names[others[0]]} no reason is clear")
    if told:
        return "; ".join(told), "third" if len(told) > 1 else kinds[0]
    if not like:
        return "no single reason is clear", "unclear"
    return f"no single reason is clear, but {like}", "like"


def empty_words(run, image, mask, usual, found):
    """Why an empty place, where no stroke crosses it, speaks against the second class."""
    ink = image[0] / 255
    mask = mask & (ink < 0.1) if (mask & (ink < 0.1)).any() else mask
    drawn = with_ink(image, mask, usual)[0] / 255
    first, second = int(found.target[0]), int(found.contrast[0])
    names = run.config().class_names
    shares = [share_with_ink(run, mask, label, 0.5) for label in (second, first)]
    reason = f"{names[second]} usually has ink there"
    if tells(*shares):
        reason = frequency(shares[0], [(first, shares[1])], "ink there", names, second)
    for loop, at in zip(loops(drawn), heights(drawn), strict=True):
        is_new = all((loop & of).sum() <= loop.sum() / 2 for of in loops(ink))
        rim = ndimage.binary_dilation(loop) & ~loop
        often = [
            np.mean([at in heights(of) for of in drawings(run, label)]) for label in (second, first)
        ]
        if is_new and (ink[rim] >= 0.3).mean() >= 0.6 and often[0] > often[1]:
            return f"{reason}, which would close the loop"
    return reason


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


def like_words(labels, one, other, names):
    """What is said of those most like a place that speaks for ``one``, if most are of it."""
    count = labels.count(one)
    if count <= 5:
        return None
    if count == 8:
        return f"all 8 test images most like it there are {names[one]}, not {names[other]}"
    return f"{count} of the 8 test images most like it there are {names[one]}"


def direction_shares(run, ink, mask, one, other):
    """The shares of two classes with a stroke of its direction there, if that is a reason."""
    rows, columns = (slice(at.min(), at.max() + 1) for at in np.nonzero(mask))
    box = np.zeros_like(mask)
    box[rows, columns] = True
    shape = stroke(ink, mask)
    shares = [
        np.mean([stroke(of, box) == shape for of in drawings(run, label)]) for label in (one, other)
    ]
    usual = shape.endswith(" stroke") and tells(*shares)
    if not usual or stroke(ink, box) != shape:
        return None
    return shares
