"""Every text that people read is in the catalogue of every language, with the same values in it."""

import ast
import re
import threading
from collections import defaultdict

import pytest

from dpn import language
from dpn.language import CODE, catalogue, msg, speaking, t
from tests.catalogue import FILES, OTHERS, ROOT, calls, entries, fields, texts_in_code

HELP = "run python -m tests.catalogue and fill in what is empty"


@pytest.fixture(scope="module")
def texts():
    found = texts_in_code()
    assert len(found) > 100
    return found


@pytest.mark.parametrize("other", OTHERS)
def test_no_text_is_missing_and_none_is_there_that_nobody_uses(texts, other):
    known = catalogue(other)
    assert not texts.keys() - known.keys(), HELP
    assert not [text for text in texts if not known[text]], HELP
    assert not known.keys() - texts.keys(), "run python -m tests.catalogue prune"


@pytest.mark.parametrize("other", OTHERS)
def test_a_text_says_the_same_in_all_catalogues_with_the_same_values_and_marks(other):
    said = defaultdict(set)
    for file, entry in entries(other):
        said[entry.msgid].add(entry.msgstr)
        assert fields(entry.msgid) == fields(entry.msgstr), entry.msgid
        assert not entry.flags, f"{file.name}: {entry.msgid} is {entry.flags}"
        for mark in ("**", "\n\n", "`", "$"):
            counts = entry.msgid.count(mark), entry.msgstr.count(mark)
            assert counts[0] == counts[1], f"{mark!r} in {entry.msgid!r}"
    assert not {text: many for text, many in said.items() if len(many) > 1}


def test_chinese_closes_its_bold_where_another_sentence_follows_without_a_space():
    """Behind a full stop "**" closes nothing before a word (CommonMark 0.31, 6.2)."""
    for _, entry in entries("zh"):
        assert not re.search(r"[^*\s][。，：；！？”）]\*\*$", entry.msgstr), entry.msgstr


def test_each_text_is_given_the_values_that_it_names():
    for path in FILES:
        for text, names in calls(ast.parse(path.read_text(encoding="utf-8"))):
            if names:  # without any, braces are braces
                assert names == fields(text), f"{path.relative_to(ROOT)}: {text!r}"


def test_the_reader_finds_what_is_said_and_refuses_what_it_cannot():
    tree = ast.parse('t("a {x}", x=1); msg("b"); t("c" if y else "d"); t(e); f("g"); t("h", **i)')
    found = list(calls(tree))
    known = [("a {x}", {"x"}), ("b", None), ("c", set()), ("d", set()), ("h", None)]
    assert sorted(found, key=str) == sorted(known, key=str)
    with pytest.raises(AssertionError, match="no key"):
        list(calls(ast.parse('t(f"a {x}")')))


def test_a_text_is_said_in_the_language_that_is_spoken(monkeypatch):
    monkeypatch.setattr(language, "catalogue", lambda _: {"{n:,} of {x}": "{x} 中的 {n:,}"})
    assert t("{n:,} of {x}", n=1000, x="{y}") == "1,000 of {y}"
    with speaking("zh"):
        assert t("{n:,} of {x}", n=1000, x="{y}") == "{y} 中的 1,000"
        assert t("not {known}") == "not {known}"
        assert msg("{n:,} of {x}") == "{n:,} of {x}"
        heard = []
        thread = threading.Thread(target=lambda: heard.append(language.language()))
        thread.start()
        thread.join()
        assert heard == [CODE]  # what goes on beside a page speaks for nobody
        with speaking(CODE):
            assert language.language() == CODE
    assert language.language() == CODE
