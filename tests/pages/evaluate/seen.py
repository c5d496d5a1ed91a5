"""What Evaluate shows, read back from its page, and a set with mistakes."""

import re

from tests.helpers import pictures
from tests.pages.session import write_own

EVALUATE = "pages/4_Evaluate.py"


NAMES = ("left", "middle", "right")


def write_mixed(data, names=NAMES):
    """Pictures of which every second has the first class's label: no model is right on all."""
    images, labels = pictures(120)
    labels[::2] = 0
    write_own(data, "small", images, labels, names)


def choose(session, truth, answer):
    for word, value in (("truth", truth), ("answer", answer)):
        session.set("selectbox", f"cell-{word}-small-3", value)
    return session


def chosen(session):
    return tuple(session.at.selectbox(key=f"cell-{w}-small-3").value for w in ("truth", "answer"))


def words_of(scores, index, names=NAMES):
    said = scores.probabilities[index].argmax()
    sure = scores.probabilities[index, said]
    return f"{names[scores.labels[index]]} → {names[said]} ·\u00a0{sure:.0%}"


def heading(session):
    """What is said of the images that are shown."""
    found = [text.strip("*") for text in session.texts if re.search(r"\*\* ?$", text)]
    return next(text for text in found if "image" in text or "mistake" in text)
