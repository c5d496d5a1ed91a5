"""The texts of the code, read from its source, and the catalogues of the other languages.

python -m tests.catalogue          write what is missing into the catalogues, to be filled in
python -m tests.catalogue prune    and take out what no code uses any more
"""

import ast
import sys
from pathlib import Path
from string import Formatter

import polib

from dpn.language import CODE, LANGUAGES, LOCALE

ROOT = Path(__file__).parents[1]
FILES = sorted([ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "dpn").rglob("*.py")])
OTHERS = [name for name in LANGUAGES if name != CODE]


def calls(tree):
    """Each text that is given to ``t`` or ``msg`` as a literal, with the names of its values.

    Of ``msg``, and where values come as ``**``, the names are None: they are not known there.
    """
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) in ("t", "msg")):
            continue
        for part in ast.walk(node.args[0]):  # t("one" if … else "two"), too
            if isinstance(part, ast.JoinedStr):
                raise AssertionError(f"an f-string is no key: {ast.unparse(part)}")
        names = {keyword.arg for keyword in node.keywords}
        is_known = ast.unparse(node.func) == "t" and None not in names
        for text in literals(node.args[0]):
            yield text, names if is_known else None


def literals(node):
    if isinstance(node, ast.IfExp):
        return [*literals(node.body), *literals(node.orelse)]
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return [node.value] if is_text else []


def texts_in_code():
    """All texts of the code, each with the file it is first in, from the root."""
    found = {}
    for path in FILES:
        for text, _ in calls(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(text, path.relative_to(ROOT))
    return found


def fields(text):
    """The names in the braces of a text."""
    return {name.split(".")[0].split("[")[0] for _, name, *_ in Formatter().parse(text) if name}


def entries(language):
    """(file, entry) of all catalogues of a language."""
    files = sorted((LOCALE / language).glob("*.po"))
    return [(file, entry) for file in files for entry in polib.pofile(str(file), wrapwidth=98)]


def catalogue_of(source):
    """The catalogue that a source file's texts belong in: one for a page, or a wing."""
    if source.parts[0] == "app.py":
        return "home.po"
    if source.parts[0] == "pages":
        return f"{source.stem.split('_')[1].lower()}.po"
    parts = source.parts[1:-1] or ("common",)
    return f"{parts[1] if parts[0] == 'ui' and len(parts) > 1 else parts[0]}.po"


def main():
    texts = texts_in_code()
    for language in OTHERS:
        known = {entry.msgid for _, entry in entries(language)}
        changed = {}

        def book(name, language=language, changed=changed):
            path = LOCALE / language / name
            if name not in changed:
                changed[name] = polib.pofile(str(path), wrapwidth=98) if path.exists() else None
            if changed[name] is None:
                changed[name] = polib.POFile(wrapwidth=98)
                changed[name].metadata = {"Language": language} | {
                    "MIME-Version": "1.0",
                    "Content-Type": "text/plain; charset=UTF-8",
                    "Content-Transfer-Encoding": "8bit",
                }
            return changed[name]

        for text in texts.keys() - known:
            book(catalogue_of(texts[text])).append(polib.POEntry(msgid=text))
        if "prune" in sys.argv:
            for file, entry in entries(language):
                if entry.msgid not in texts:
                    book(file.name).remove(book(file.name).find(entry.msgid))
        for name, catalogue in changed.items():
            catalogue.sort(key=lambda entry: entry.msgid)
            catalogue.save(str(LOCALE / language / name))
        empty = [entry.msgid for _, entry in entries(language) if not entry.msgstr]
        print(f"{language}: {len(texts)} texts, {len(empty)} of them to be filled in")


if __name__ == "__main__":
    main()
