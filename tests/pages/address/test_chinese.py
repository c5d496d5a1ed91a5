"""The pages in Chinese: chosen in three ways, kept on the way, and without English words left."""

import json
import re
import types
from urllib.parse import parse_qsl

import pyarrow as pa
import pytest
import streamlit as st
from google.protobuf.descriptor import FieldDescriptor

from dpn.data.known import DATASETS
from dpn.language import speaking
from dpn.runs.run import SHIPPED, Run
from dpn.texts.fetching import SOURCES
from dpn.ui.address import language
from dpn.ui.address.script import SCRIPT
from tests.pages.session import SEVEN, Session

#: What speaks Chinese: pages, with an address.
PAGES = [
    "app.py",
    "pages/2_Classify.py",
    "pages/2_Classify.py?what=number",
    "pages/3_Inside.py?deeper=what_if",
    "pages/3_Inside.py?deeper=steps",
    "pages/3_Inside.py?contrast=none&deeper=time",
    "pages/4_Evaluate.py?model=shipped-digits-dpn",
    "pages/5_Data.py",
    "pages/9_Moves.py",
    "pages/8_Maze.py",
    "pages/7_Words.py",
    "pages/7_Words.py?world=list",
    "pages/1_Train.py",
    "pages/6_Compare.py?runs=shipped-digits-dpn,shipped-mnist-dpn&picture=drawing",
]

#: Words that stay: names, formulas, units, and what the lab's files and settings are called.
NAMES = r"""DPN Lab|English|MNIST|CIFAR-10|CPU|GPU|MLP|QR|
Python [\d.]+|streamlit [\d.]+|torch [\d.]+\S*|
DPN|ONNX|digits|mnist|MLflow|TensorBoard|Trackio|pip install [\w.]+|Muon|muon|adamw|adam|
sgd|cpu|cuda|mps|float32|bfloat16|JPEG|BMP|GIF|TIFF|PNG|WebP|CSV|zip|npz|npy|LoRA|
SGD|AdamW|softmax|maxout|Mensch|Blondel|Martins|Astudillo|Goodfellow|Guo|McNemar|ICML|CVPR|
expected calibration error|logit|python -m dpn \w+|:material/\w+:"""
#: Classes of texts and items of lists: they are called as the data have them.
CLASSES = [
    name
    for run in ("shipped-questions-words", "shipped-clicks-items")
    for name in Run(SHIPPED / run).config().class_names
]
#: Tags, code, titles of books, badges, commands of TeX, and addresses.
MARKS = re.compile(
    r"<style>[^$]*</style>|<[^>]*>|`[^`]*`|#[0-9a-f]{6}\b|\*[A-Z][\w ,]+\*|:\w+-badge"
    r"|:(gray|small)\[|\\[A-Za-z]+(\{aligned\})?|https?://\S+|\S*/tmp/\S+"
)
WORD = re.compile(r"[A-Za-z]{3,}")
#: Fields of Streamlit's messages that are read by people.
READ = {"body", "label", "help", "placeholder", "options", "caption", "captions", "text", "alt"}
READ |= {"content", "value", "delta", "header", "title"}


def said(message):
    """Each text in a message of Streamlit's that a person reads, with its field."""
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            if not (field.message_type.GetOptions().map_entry):
                for part in value if field.is_repeated else [value]:
                    yield from said(part)
        elif field.type == FieldDescriptor.TYPE_STRING and field.name in READ:
            yield from ((field.name, text) for text in (value if field.is_repeated else [value]))


def in_chart(proto):
    """Each text in a chart: its titles, and what its rows say."""
    table = pa.ipc.open_stream(proto.data.data).read_pandas()
    for name in {"words", "name", "label", "part"} & {*table}:
        yield from ((name, text) for text in table[name].dropna().unique())

    def titles(part):
        if isinstance(part, dict):
            yield from (part[key] for key in ("title", "text") if isinstance(part.get(key), str))
        for inner in part.values() if isinstance(part, dict) else part:
            if isinstance(inner, dict | list):
                yield from titles(inner)

    yield from (("title", text) for text in titles(json.loads(proto.spec)))


def english(session):
    """The texts on a page that have English words in them."""
    found = set()
    titles = "|".join(
        map(re.escape, (info.title for info in [*DATASETS.values(), *SOURCES.values()]))
    )
    longest = sorted(CLASSES, key=len, reverse=True)
    classes = "|".join(rf"\b{re.escape(name)}\b" for name in longest)
    kept = re.compile(f"{titles}|{classes}|{NAMES}".replace("\n", ""))
    for element in [*session.at.main, *session.at.sidebar]:
        texts = [*said(element.proto)] if getattr(element, "proto", None) else []
        if element.type == "vega_lite_chart":
            texts += in_chart(element.proto)
        for name, text in texts:
            plain = re.sub(r"\\([^A-Za-z])", r"\1", text)
            bare = MARKS.sub(" ", kept.sub(" ", plain))
            if WORD.search(bare):
                found.add((name, text))
    return found


def chinese(page, **address):
    """A window on a page in Chinese."""
    session = Session("pages/5_Data.py", lang="zh")
    session.at.query_params = address
    return session.open(page)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_english_words_left(page, canvas):
    page, _, address = page.partition("?")
    session = chinese(page, **dict(parse_qsl(address)))
    assert not english(session)
    if canvas.asked:
        canvas.draw(SEVEN)
        with speaking("zh"):  # the stand-in for the browser asks what the options are called
            assert not english(session.run())


def test_the_reader_sees_english_words():
    assert len(english(Session("app.py"))) > 15


def labels(session):
    return [link.proto.label for link in session.at.get("page_link")]


def test_the_address_chooses_and_every_page_keeps_it():
    session = Session("pages/5_Data.py", lang="zh", colour="red")
    assert "训练" in labels(session)
    assert "colour" in session.at.main.warning[0].value
    assert "没有" in session.at.main.warning[0].value
    session.at.query_params = {}  # as a link of the sidebar leaves it
    session.open("app.py")
    assert session.at.query_params["lang"] == "zh"
    assert "训练" in labels(session)
    assert "Train" in labels(Session("app.py"))  # another window has its own


def test_a_language_that_nobody_knows_is_refused():
    session = Session("pages/5_Data.py", lang="tlh")
    assert "lang takes en, zh" in session.at.main.warning[0].value
    assert "Train" in labels(session)
    assert "lang" not in session.at.query_params


def test_the_switch_changes_the_page_and_the_address_and_costs_nothing(canvas):
    session = Session("app.py")
    canvas.draw(SEVEN)
    session.run()
    session.set("slider", "brush-home", 30).press("speak_zh")
    assert "训练" in labels(session)
    assert session.at.query_params["lang"] == "zh"
    assert session.at.slider(key="brush-home").value == 30
    assert session.heading.startswith("7")
    session.press("speak_en")
    assert "Train" in labels(session)
    assert session.at.query_params["lang"] == "en"
    assert session.at.slider(key="brush-home").value == 30


@pytest.mark.parametrize(
    ("locale", "spoken"), [("zh-CN", "zh"), ("zh_Hant", "zh"), ("de", "en"), (None, "en")]
)
def test_the_browser_chooses_where_nobody_has(monkeypatch, locale, spoken):
    context = types.SimpleNamespace(locale=locale)
    monkeypatch.setattr(st, "context", context)
    assert language._of_browser() == spoken


def test_the_page_says_its_language_by_the_key_that_its_script_looks_for():
    assert "st-key-language_zh" in SCRIPT
