"""Who may import whom: the arrows between the modules, read from their source."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "dpn").rglob("*.py")]

#: Modules that start without torch; what computes is imported where it is needed.
WITHOUT_TORCH = {
    "dpn", "dpn.__main__", "dpn.explain.account", "dpn.explain.averages", "dpn.commands.bars", "dpn.charts.curves",
    "dpn.charts.evaluation", "dpn.charts.sum", "dpn.charts.template", "dpn.charts.trellis",
    "dpn.commands.verbs", "dpn.models.config", "dpn.data.catalogue", "dpn.pictures.decode", "dpn.data.downloads", "dpn.charts.equations",
    "dpn.errors", "dpn.commands.explain", "dpn.explain.explanation", "dpn.runs.files", "dpn.runs.history",
    "dpn.pictures.files", "dpn.pictures.prepare", "dpn.jobs.job", "dpn.jobs.manager", "dpn.jobs.limits", "dpn.jobs.line", "dpn.logs",
    "dpn.data.npz", "dpn.pictures.png", "dpn.models.presets", "dpn.runs.processes", "dpn.runs.config", "dpn.runs.folder",
    "dpn.runs.run", "dpn.evaluation.scores", "dpn.settings", "dpn.runs.snapshots", "dpn.explain.trellis", "dpn.jobs.visitors",
    "dpn.explain.what_if", "dpn.jobs.worker_process",
}  # fmt: skip
#: Each may import those after it and none before it.
ORDER = ("app", "dpn.ui", "dpn.jobs.serving", "dpn.jobs.manager", "dpn.jobs.worker", "dpn.training.loop", "dpn.training.trainer",
         "dpn.models.build", "dpn.recursion.bellman", "dpn.recursion.operators", "dpn.models.config", "dpn.errors")  # fmt: skip


def name_of(path):
    """The dotted name of a module of ours, "pages.…" for a page."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_in(tree, anywhere):
    """Yield what a module imports, as dotted names; what is only for type checkers is left out.

    At module level only, or ``anywhere``: in functions too.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where things are"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module
        elif anywhere or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports_in(node, anywhere)


TREES = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def imported(name, anywhere=True):
    """Everything that a module imports."""
    return set(imports_in(TREES[name], anywhere))


def ours(name, anywhere=True):
    """The modules of ours that it imports, without itself."""
    return {found for found in imported(name, anywhere) if found in TREES} - {name}


def packages(name, anywhere=True):
    """The first part of each name it imports: torch, numpy, …"""
    return {found.split(".")[0] for found in imported(name, anywhere)}


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


def may_use_streamlit(name):
    return name == "app" or name.startswith("pages.") or name.split(".")[:2] == ["dpn", "ui"]


@pytest.mark.parametrize("name", sorted(TREES))
def test_streamlit_stays_in_the_app_its_pages_and_ui(name):
    used = {package for package in packages(name) if package.startswith("streamlit")}
    assert not used or may_use_streamlit(name)


@pytest.mark.parametrize("name", sorted(TREES))
def test_nothing_imports_a_page_or_the_app(name):
    assert not {"pages", "app"} & packages(name)


@pytest.mark.parametrize("name", sorted(TREES))
def test_what_computes_knows_nothing_of_ui(name):
    if not may_use_streamlit(name):
        assert not {found for found in ours(name) if found.split(".")[:2] == ["dpn", "ui"]}


def reached(name):
    """All modules of ours that importing one imports, through others too."""
    found, waiting = set(), [name]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += ours(module, anywhere=False)
    return found


@pytest.mark.parametrize("name", sorted(WITHOUT_TORCH))
def test_torch_is_not_imported_with_it(name):
    users = {module for module in reached(name) if "torch" in packages(module, anywhere=False)}
    assert not users
    assert not {"torchvision", "sklearn", "scipy"} & packages(name, anywhere=False)


@pytest.mark.parametrize("name", sorted(n for n in TREES if may_use_streamlit(n)))
def test_no_page_imports_on_its_own_what_is_imported_in_the_background(name):
    """It is imported once, by ``ui.warm_up``: two threads that import it see it half made."""
    heavy = {"torch", "torchvision", "sklearn", "scipy"}
    assert not {module for module in reached(name) if heavy & packages(module, anywhere=False)}


def test_charts_never_import_torch():
    assert "torch" not in packages("dpn.charts.curves")


def test_there_are_no_cycles():
    done = set()

    def visit(name, path):
        assert name not in path, " -> ".join([*path, name])
        if name not in done:
            for other in sorted(ours(name)):
                visit(other, [*path, name])
            done.add(name)

    for name in TREES:
        visit(name, [])


@pytest.mark.parametrize("name", ORDER)
def test_the_order_is_never_reversed(name):
    before = ORDER[: ORDER.index(name)]
    found = set().union(*(ours(module) for module in reached_anywhere(name)))
    assert not found & set(before)


def reached_anywhere(name):
    """All modules of ours that one can ever import, in functions too."""
    found, waiting = set(), [name]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += ours(module)
    return found


@pytest.mark.parametrize("name", sorted(TREES))
def test_nothing_is_unpickled_evaluated_or_executed(name):
    assert not {"pickle", "shelve", "marshal", "dill", "joblib", "cloudpickle"} & packages(name)
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("torch.load", "eval", "exec", "pickle.loads", "pickle.load")
            for keyword in node.keywords:
                if keyword.arg == "allow_pickle":
                    assert ast.unparse(keyword.value) == "False"


def test_every_module_without_torch_still_exists():
    assert TREES.keys() >= WITHOUT_TORCH
