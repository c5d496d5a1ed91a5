"""No menu holds two labels that look the same, and all menus of the app are made so."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dpn.ui import menus

ROOT = Path(__file__).parents[2]
MENUS = {"selectbox", "radio", "multiselect", "segmented_control", "pills", "select_slider"}


def say(options, words=str, tail=lambda _: ""):
    said = menus.labels(options, words, tail)
    return [said(option) for option in options]


# What they say


def test_different_labels_stay_as_they_are():
    assert say(["a", "A", "any", "1", 1.5]) == ["a", "A", "any", "1", "1.5"]
    assert say([]) == []


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (["a", "a", "a"], ["a", "a (2)", "a (3)"]),
        (["a", "a (2)", "a"], ["a", "a (2)", "a (3)"]),
        (["a (2)", "a", "a"], ["a (2)", "a", "a (3)"]),
        (["caf\u00e9", "cafe\u0301"], ["caf\u00e9", "cafe\u0301 (2)"]),  # written in two ways
        (["cat", "cat ", " cat"], ["cat", "cat  (2)", " cat (3)"]),
        (["c  at", "c at"], ["c  at", "c at (2)"]),
    ],
)
def test_the_later_of_two_that_look_the_same_gets_a_number(labels, shown):
    assert say(range(len(labels)), labels.__getitem__) == shown


def test_a_tail_tells_apart_those_that_have_one():
    words = {None: "any", 0: "any", 1: "left", 2: "any (the class)"}
    tail = lambda i: "" if i is None else "the class"  # noqa: E731
    shown = say(words, words.__getitem__, tail)
    assert shown == ["any", "any (the class)", "left", "any (the class) (2)"]
    both = say(["1-ab", "2-cd"], lambda _: "mine", lambda name: name[-2:])
    assert both == ["mine (ab)", "mine (cd)"]


near = some.text(alphabet="a ()2\u00e9e\u0301", max_size=5)


@given(some.lists(near, max_size=8), some.lists(near, min_size=8, max_size=8))
def test_whatever_things_are_called_no_two_look_the_same(labels, tails):
    shown = say(range(len(labels)), labels.__getitem__, tails.__getitem__)
    assert len({menus._look(label) for label in shown}) == len(labels)


# Where they stand


@pytest.fixture
def session(monkeypatch):
    state = {}
    monkeypatch.setattr(menus.st, "session_state", state)
    return state


def test_a_menu_begins_with_the_usual_one_and_then_stands_where_it_was_put(session):
    said = str.upper
    assert menus.hold("menu", ["a", "b"], said, "b") == "b" == session["menu"]
    session["menu"] = "a"  # as a person chooses it
    assert menus.hold("menu", ["a", "b"], said, "b") == "a"


def test_a_choice_outlives_a_change_of_its_label(session):
    """The browser sends the label it knows, which then is that of no option."""
    session["menu"] = "a"
    menus.hold("menu", ["a", "b"], {"a": "A, training", "b": "B"}.__getitem__, "b")
    del session["menu"]
    session["menu"] = "A, training"
    now = {"a": "A, 98%", "b": "B"}.__getitem__
    assert menus.hold("menu", ["a", "b"], now, "b") == "a" == session["menu"]


def test_the_browser_is_told_a_new_label_and_nothing_that_it_knows(session):
    class Told(dict):
        told = ()

        def __setitem__(self, key, value):
            if key == "menu":
                self.told += (value,)
            super().__setitem__(key, value)

    session = menus.st.session_state = Told(menu="a")
    menus.hold("menu", ["a"], str.upper, "a")
    menus.hold("menu", ["a"], str.upper, "a")
    assert session.told == ()  # somebody may be choosing
    menus.hold("menu", ["a"], str.title, "a")
    menus.hold("menu", ["a"], lambda _: "renamed", "a")
    assert session.told == ("a",)


def test_what_is_gone_is_chosen_no_longer(session):
    session["menu"] = "gone"
    assert menus.hold("menu", ["a", "b"], str, "b") == "b"
    assert menus.hold("menu", ["a"], str, "a") == "a"


# All menus of the app


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(tree):
    """The calls that draw a menu: the options and the format_func of each, None for none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in MENUS:
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            options = node.args[1] if len(node.args) > 1 else named["options"]
            assert len(node.args) <= 3, "format_func is given by its name"
            yield node, options, named.get("format_func")


def is_fixed(options):
    """Whether the options are written down: constants, or a table whose name is in capitals."""
    if isinstance(options, ast.Call) and ast.unparse(options.func) == "list":
        (options,) = options.args
    if isinstance(options, ast.List):
        return all(isinstance(one, ast.Constant) for one in options.elts)
    return isinstance(options, ast.Name) and options.id.isupper()


def bare(options):
    text = ast.unparse(options)
    return text.removeprefix("list(").removesuffix(")") if text.startswith("list(") else text


def is_told_apart(tree, options, words):
    """Whether the words are those of ``menus.labels`` for these very options."""
    made = [words]
    if isinstance(words, ast.Name):
        assigned = (node for node in ast.walk(tree) if isinstance(node, ast.Assign))
        made = [a.value for a in assigned if ast.unparse(a.targets[0]) == words.id]
    return bool(made) and all(
        isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("menus.labels", "labels")
        and bare(call.args[0]) in (bare(options), ast.unparse(options))
        for call in made
    )


FILES = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "dpn" / "ui").rglob("*.py")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_menu_is_fixed_or_told_apart(path):
    tree = tree_of(path)
    for node, options, words in calls(tree):
        fine = is_fixed(options) or is_told_apart(tree, options, words)
        assert fine, f"{path.name}:{node.lineno} may hold two equal labels: use menus.labels"


def test_there_are_menus_and_a_bad_one_would_be_found():
    assert sum(len(list(calls(tree_of(path)))) for path in FILES) > 15
    for bad in (
        "st.selectbox('A', names)",
        "st.selectbox('A', names, format_func=TABLE.__getitem__)",
        "place.pills('A', [*range(3)], format_func=lambda i: names[i])",
        "st.radio('A', names, format_func=menus.labels(others))",
        "said = str\nst.multiselect('A', names, format_func=said)",
        "st.select_slider('A', options=names, format_func=said)",
    ):
        tree = ast.parse(bad)
        ((_, options, words),) = calls(tree)
        assert not is_fixed(options)
        assert not is_told_apart(tree, options, words)
