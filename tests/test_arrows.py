"""Who may import whom: the arrows between the wings, read from their source."""

import ast

import pytest

from tests.imports import (
    ROOT,
    TREES,
    imported,
    imports_in,
    ours,
    packages,
    wing_of,
)

#: The house, from the roof to the ground. A wing imports from the floors below its own, and from
#: nothing beside or above it.
FLOORS = (
    ("app", "pages"),
    ("ui.data",),
    ("ui.home", "ui.train", "ui.evaluate", "ui.compare", "ui.server"),
    ("ui.moves",),
    ("ui.texts", "ui.maze"),
    ("ui.inside",),
    ("ui.classify",),
    ("ui.model",),
    ("ui", "commands"),
    ("ui.address",),
    ("teaching", "jobs", "export"),
    ("charts", "tracking", "training"),
    ("address", "explain", "numbers", "own", "hands", "robustness"),
    ("pictures", "sweeps"),
    ("doubt",),
    ("runs",),
    ("data", "evaluation"),
    ("models",),
    ("items", "mazes", "texts", "series", "recursion"),
    ("files", "sampling"),
)
#: Whatever stands in no wing: every wing may import these, and these import no wing.
COMMON = ("errors", "keeping", "language", "logs", "names", "settings")
#: The command line: it reads the arguments and opens the verbs.
MAIN = "dpn.__main__"


def test_the_reader_of_imports_reads_them_all():
    source = """
import a.b
from c import d
if TYPE_CHECKING:
    import hidden
try:
    import e
except ImportError:
    e = None
class K:
    import f
    def method(self):
        import g
def function():
    from h.i import j
"""
    tree = ast.parse(source)
    outside = {"a.b", "c.d", "c", "e", "f"}
    assert set(imports_in(tree, anywhere=False)) == outside
    assert set(imports_in(tree, anywhere=True)) == outside | {"g", "h.i.j", "h.i"}
    assert {"dpn.training.loop", "dpn.ui", "app", "pages.1_Train"} <= TREES.keys()
    assert "dpn.training.trainer" in ours("dpn.training.loop")
    assert wing_of("dpn.ui.inside.page") == "ui.inside"
    assert wing_of("dpn.ui.words") == wing_of("dpn.ui") == "ui"
    assert wing_of("pages.1_Train") == "pages"
    assert wing_of("dpn.errors") is None


def test_every_module_stands_in_a_wing_of_the_table_or_is_common():
    named = {wing for floor in FLOORS for wing in floor}
    assert {wing_of(name) for name in TREES} - {None} == named
    loose = {name for name in TREES if wing_of(name) is None}
    assert loose == {"dpn", MAIN, *(f"dpn.{name}" for name in COMMON)}


def floor_of(wing):
    return next(index for index, floor in enumerate(FLOORS) if wing in floor)


def arrows(name):
    """The wings that a module imports from, without its own."""
    return {wing_of(found) for found in ours(name)} - {wing_of(name), None}


def test_a_wing_imports_only_from_the_floors_below():
    upwards = {
        f"{name} from {wing}"
        for name in TREES
        for wing in (arrows(name) if wing_of(name) else ())
        if floor_of(wing) <= floor_of(wing_of(name))
    }
    assert not upwards, "these import from what does not stand below them"


def test_what_all_may_import_imports_no_wing():
    assert not {wing for name in COMMON for wing in arrows(f"dpn.{name}")}


def test_the_command_line_only_opens_the_verbs():
    assert arrows(MAIN) == {"commands"}


def test_there_is_no_circle_between_wings():
    after = {wing: set() for floor in FLOORS for wing in floor}
    for name in TREES:
        if wing_of(name):
            after[wing_of(name)] |= arrows(name)
    assert_no_circle(after)


def test_there_is_no_circle_between_files():
    assert_no_circle({name: ours(name) for name in TREES})


def assert_no_circle(after):
    done = set()

    def visit(name, path):
        assert name not in path, " -> ".join([*path, name])
        if name not in done:
            for other in sorted(after[name]):
                visit(other, [*path, name])
            done.add(name)

    for name in after:
        visit(name, [])


def test_a_circle_would_be_found():
    with pytest.raises(AssertionError, match="a -> b -> a"):
        assert_no_circle({"a": {"b"}, "b": {"a"}})


def door_of(wing):
    """The names in a wing's ``__all__``."""
    (door,) = [
        ast.literal_eval(node.value)
        for node in TREES[f"dpn.{wing}"].body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    return door


def behind(found, wing):
    """What stands behind a wing's door and holds a module: a file, or a room with several."""
    return ".".join(found.split(".")[: wing.count(".") + 3])


DOORS = sorted(wing for wing in {wing_of(name) for name in TREES} - {None, "app", "pages"})


@pytest.mark.parametrize("wing", DOORS)
def test_only_what_a_wing_names_is_imported_from_outside(wing):
    outside = {name for name in TREES if wing_of(name) != wing}
    used = {behind(f, wing) for name in outside for f in ours(name) if wing_of(f) == wing}
    named = {f"dpn.{wing}"} | {f"dpn.{wing}.{name}" for name in door_of(wing)}
    assert used <= named, f"{sorted(used - named)} are not in __all__ of dpn.{wing}"


@pytest.mark.parametrize("wing", [wing for wing in DOORS if wing != "ui"])
def test_what_a_wing_names_exists_is_in_order_and_is_used(wing):
    outside = {name for name in TREES if wing_of(name) != wing}
    used = {behind(found, wing) for name in outside for found in ours(name)}
    door = door_of(wing)
    assert door == sorted(door)
    assert {f"dpn.{wing}.{name}" for name in door} <= used, f"dpn.{wing} names what nobody uses"


@pytest.mark.parametrize("wing", DOORS)
def test_a_door_says_what_the_wing_is_for_and_costs_nothing(wing):
    """Importing a wing imports none of its files, or all pages would wait for torch."""
    tree = TREES[f"dpn.{wing}"]
    assert ast.get_docstring(tree).splitlines()[0].endswith(".")
    if wing != "ui":  # there the names are functions, of files that every page needs
        assert not ours(f"dpn.{wing}")


def test_what_begins_with_an_underscore_stays_in_its_file():
    for name in TREES:
        for found in imported(name):
            module, _, last = found.rpartition(".")
            if module in TREES and last.startswith("_"):
                assert last == "__version__", f"{name} imports {found}"


def test_the_floor_of_dpn_is_empty_and_no_folder_is_crowded():
    loose = [path for path in (ROOT / "dpn").iterdir() if path.is_file()]
    assert len(loose) <= 8
    for top in ("dpn", "tests", "pages"):
        for folder in [ROOT / top, *(ROOT / top).rglob("*")]:
            if folder.is_dir() and folder.name != "__pycache__":
                files = [path.name for path in folder.glob("*.py")]
                assert len(files) <= 14, f"{folder.relative_to(ROOT)} has {len(files)} files"


def may_use_streamlit(name):
    return name == "app" or name.startswith("pages.") or name.split(".")[:2] == ["dpn", "ui"]


def test_streamlit_stays_in_the_app_its_pages_and_ui():
    using = {n for n in TREES if any(used.startswith("streamlit") for used in packages(n))}
    assert not {name for name in using if not may_use_streamlit(name)}


def test_nothing_imports_a_page_or_the_app():
    assert not {name for name in TREES if {"pages", "app"} & packages(name)}


def test_nothing_is_unpickled_evaluated_or_executed():
    for name, tree in TREES.items():
        unpickles = {"pickle", "shelve", "marshal", "dill", "joblib", "cloudpickle"}
        assert not unpickles & packages(name), name
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                forbidden = ("torch.load", "eval", "exec", "pickle.loads", "pickle.load")
                assert called not in forbidden, name
                for keyword in node.keywords:
                    if keyword.arg == "allow_pickle":
                        assert ast.unparse(keyword.value) == "False", name
