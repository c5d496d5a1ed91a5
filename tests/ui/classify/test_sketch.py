"""The drawing: stroke by stroke, undone, cleared, and one a session."""

from dpn.ui.classify import draw
from dpn.ui.kept import kept


def strokes(*names):
    return [{"type": "Path", "path": name} for name in names]


def test_a_drawing_grows_stroke_by_stroke_and_is_undone_so():
    sketch = draw.Sketch()
    sketch.take(strokes("a"), b"1")
    sketch.take(strokes("a", "b"), b"2")
    assert (sketch.pictures, sketch.version, sketch.seed) == ([b"1", b"2"], 0, None)
    sketch.undo()
    assert (sketch.strokes, sketch.pictures) == (strokes("a"), [b"1"])
    assert (sketch.version, sketch.seed) == (1, {"objects": strokes("a")})
    sketch.undo()
    assert (sketch.strokes, sketch.pictures) == ([], [])
    assert (sketch.version, sketch.seed) == (2, None)
    sketch.undo()  # pressed once too often
    assert (sketch.strokes, sketch.pictures, sketch.seed) == ([], [], None)


def test_what_the_canvas_sends_again_changes_nothing():
    sketch = draw.Sketch()
    sketch.take(strokes("a"), b"1")
    sketch.take(strokes("a"), b"other")
    assert sketch.pictures == [b"1"]


def test_the_canvas_has_an_undo_and_a_bin_of_its_own():
    sketch = draw.Sketch()
    for count in (1, 2, 3):
        sketch.take(strokes(*"abc"[:count]), bytes([count]))
    sketch.take(strokes("a", "b"), b"again")
    assert sketch.pictures == [b"\1", b"again"]
    sketch.take([], b"empty")
    assert (sketch.strokes, sketch.pictures) == ([], [])


def test_strokes_that_come_together_are_undone_together():
    """So that the answer is always about what is on the canvas."""
    sketch = draw.Sketch()
    sketch.take(strokes("a"), b"1")
    sketch.take(strokes("a", "b", "c"), b"3")
    assert sketch.pictures[-1] == b"3"
    sketch.take(strokes("a", "b", "c", "d"), b"4")
    sketch.undo()
    assert (sketch.strokes, sketch.pictures[-1]) == (strokes("a", "b", "c"), b"3")
    sketch.undo()
    assert (sketch.strokes, sketch.pictures) == (strokes("a"), [b"1"])
    sketch.clear()
    sketch.take(strokes("x", "y"), b"2")
    sketch.undo()
    assert (sketch.strokes, sketch.pictures, sketch.seed) == ([], [], None)


def test_clear_takes_all_and_renew_keeps_all():
    sketch = draw.Sketch()
    sketch.take(strokes("a"), b"1")
    sketch.renew()
    assert (sketch.version, sketch.seed) == (1, {"objects": strokes("a")})
    assert sketch.pictures == [b"1"]
    sketch.clear()
    assert (sketch.version, sketch.seed, sketch.strokes, sketch.pictures) == (2, None, [], [])


def test_a_session_has_one_drawing_and_a_new_one_after_a_reload_of_the_code(monkeypatch):
    monkeypatch.setattr(draw.st, "session_state", {})
    first = draw.sketch()
    first.take(strokes("a"), b"1")
    assert draw.sketch() is first

    class OldSketch:
        pass

    draw.st.session_state["sketch"] = kept()["sketch"] = OldSketch()
    assert type(draw.sketch()) is draw.Sketch
    assert draw.sketch().pictures == []
