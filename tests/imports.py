"""What each module imports, read from its source without running it."""

import ast
import functools
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "dpn").rglob("*.py")]


def name_of(path):
    """The dotted name of a module of ours, "pages.…" for a page."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path) for path in FILES}


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
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from names
            if not MODULES.issuperset(names):  # of a folder only files: its door is not meant
                yield node.module
        elif anywhere or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports_in(node, anywhere)


TREES = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
FOLDERS = {name_of(path) for path in FILES if path.name == "__init__.py"}


def wing_of(name):
    """The wing that a module stands in, as FLOORS has it; None in none."""
    if name.split(".")[0] in ("app", "pages"):
        return name.split(".")[0]
    parts = name.split(".")[1:]
    depth = 2 if parts[:1] == ["ui"] and f"dpn.{'.'.join(parts[:2])}" in FOLDERS else 1
    return ".".join(parts[:depth]) if f"dpn.{'.'.join(parts[:depth])}" in FOLDERS else None


@functools.cache
def imported(name, anywhere=True):
    """Everything that a module imports."""
    return set(imports_in(TREES[name], anywhere))


def ours(name, anywhere=True):
    """The modules of ours that it imports, without itself."""
    return {found for found in imported(name, anywhere) if found in TREES} - {name}


def packages(name, anywhere=True):
    """The first part of each name it imports: torch, numpy, …"""
    return {found.split(".")[0] for found in imported(name, anywhere)}


def reached(name):
    """All modules of ours that importing one imports, through others and their doors too."""
    found, waiting = set(), [name]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += ours(module, anywhere=False)
            parents = [module.rsplit(".", depth)[0] for depth in range(1, module.count(".") + 1)]
            waiting += [parent for parent in parents if parent in TREES]
    return found
