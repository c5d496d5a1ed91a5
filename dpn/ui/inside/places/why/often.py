"""How often a class has something that others have not: when that is a reason, and its words."""

from __future__ import annotations

from dpn import ui
from dpn.language import listed, msg, percent, t
from dpn.ui.inside.case import Case

#: Of a class, and of another one, the shares of drawings, 0..1, that have something.
Shares = tuple[float, float]
#: How much more of a class, as a share of its drawings and as often as of the other one, have to
#: have something for it to be a reason.
OFTEN, TWICE = 0.25, 2.0
#: From this share on a class usually has something; below these another one hardly ever has, and
#: seldom.
USUALLY, HARDLY, SELDOM = 0.5, 0.05, 0.25
#: All that a class has at a place, by what ``stroke`` calls it.
ONLY = {
    "steep stroke": msg("only a steep stroke there"),
    "level stroke": msg("only a level stroke there"),
    "slanted stroke": msg("only a slanted stroke there"),
    "curved stroke": msg("only a curved stroke there"),
}


def tells(usual: float, other: float) -> bool:
    """Return whether what these shares of two classes have is a reason for the first."""
    return usual >= max(OFTEN + other, TWICE * other)


def telling(often: float | None, less: float | None) -> Shares | None:
    """Return these shares of two classes if they are a reason for the first; None if unknown."""
    return (often, less) if often is not None and less is not None and tells(often, less) else None


def often(case: Case, what: str, one: int, others: dict[int, Shares]) -> str:
    """Return that a class often has something there, and others seldom, with the shares."""
    share = next(iter(others.values()))[0]
    words = {"one": name_of(case, one), "what": what, "share": percent(share, 0)}
    words["others"] = _seldom(case, others)
    if share >= USUALLY:
        return t("{one} usually has {what} ({share}), {others}", **words)
    return t("{others}, but {one} sometimes ({share}) has {what}", **words)


def as_usual(case: Case, what: str, one: int, others: dict[int, Shares]) -> str:
    """Return what strokes do, that this is usual for a class, and seldom so in others."""
    share = percent(next(iter(others.values()))[0], 0)
    words = {"what": what, "one": name_of(case, one), "share": share}
    words["others"] = _seldom(case, others)
    return t("{what}, as {one} usually has it ({share}), {others}", **words)


def _seldom(case: Case, others: dict[int, Shares]) -> str:
    """Return how seldom other classes have something, with their shares."""
    rest = []
    for other, (_, less) in others.items():
        words = {"name": name_of(case, other), "share": percent(less, 0)}
        if less < HARDLY:
            rest.append(t("{name} hardly ever ({share})", **words))
        elif less <= SELDOM:
            rest.append(t("{name} seldom ({share})", **words))
        else:
            rest.append(t("{name} less often ({share})", **words))
    return listed(rest)


def name_of(case: Case, label: int) -> str:
    """Return what a class is called, as Markdown."""
    return ui.plain(case.config.class_names[label])
