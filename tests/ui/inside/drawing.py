"""A drawing that is explained, without a page, and what its classes usually have."""

from types import SimpleNamespace

import numpy as np

from dpn.ui.inside.places.why import drawn
from dpn.ui.inside.places.why.usual import Loops

RING = np.zeros((9, 9))
RING[2:7, 2:7] = 1
RING[3:6, 3:6] = 0
TOP = np.zeros((9, 9), bool)
TOP[2:4, 2:7] = True
#: Of a class without loops, of one that has it in the middle, or at the top, and of one with two.
NONE = Loops(0.0, 0.0, {"top": 0.0, "middle": 0.0, "bottom": 0.0})
MIDDLE, ABOVE, BELOW = (
    Loops(0.9, 0.0, NONE.at | {where: 0.9}) for where in ("middle", "top", "bottom")
)
TWO = Loops(0.9, 0.8, NONE.at | {"top": 0.8, "bottom": 0.8})
CONFIG = SimpleNamespace(class_names=tuple("0123456789"))


def case(ink=RING, score=2.0, contrast="9", **more):
    image = np.rint(ink * 255).astype(np.uint8)[None]
    found = {"score": np.array([score]), "target": np.array([8]), "contrast": np.array([9])}
    if contrast is None:
        found["contrast"] = None
    plain = {"target": "8", "contrast": contrast, "stuff": "ink", "is_photo": False}
    plain |= {"run": None, "config": CONFIG, "tested": None}
    subject = SimpleNamespace(image=image)
    return SimpleNamespace(**plain | more, ink=ink, subject=subject, found=SimpleNamespace(**found))


def usually(
    monkeypatch, one=NONE, other=NONE, *, turns=(None, None), inks=(None, None), third=NONE
):
    """What 8 and 9 usually have, as the case's classes, and any third."""
    of = dict(zip((8, 9), zip((one, other), turns, inks, strict=True), strict=True))
    known = lambda label: of.get(label, (third, None, None))  # noqa: E731
    monkeypatch.setattr(drawn, "usual_loops", lambda _, label: known(label)[0])
    monkeypatch.setattr(drawn, "usual_ring", lambda *_: (-0.25, 0.0, 0.3, 0.3))
    monkeypatch.setattr(drawn, "share_with_stroke", lambda _, label, *__: known(label)[1])
    monkeypatch.setattr(drawn, "share_with_ink", lambda _, label, *__: known(label)[2])
