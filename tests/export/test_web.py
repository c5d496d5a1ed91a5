"""A page is one file that fetches nothing, and whatever a model is called is no markup in it."""

import base64
import json
import re
from hashlib import sha256

import numpy as np
import pytest

from dpn.errors import RunError
from dpn.export.layers import layers_of
from dpn.export.web import SCRIPTS, to_html
from dpn.language import speaking
from dpn.runs.title import set_title
from tests.export.runs import made_run, rewritten


def page_of(run):
    return to_html(run, run.path, run.path).decode()


def data_of(page, name):
    return re.search(rf'<script type="[^"]*" id="{name}">(.*?)</script>', page, re.S)[1]


def test_the_numbers_are_those_of_the_model(tmp_path):
    run = made_run(tmp_path)
    page = page_of(run)
    places = json.loads(data_of(page, "model"))["tensors"]
    numbers = np.frombuffer(base64.b64decode(data_of(page, "weights")), "<f4")
    for name, tensor in layers_of(run.load_model()).tensors.items():
        start, count = places[name]
        np.testing.assert_array_equal(numbers[start : start + count], tensor.ravel())


def test_nothing_is_fetched_and_only_our_scripts_run(tmp_path):
    page = page_of(made_run(tmp_path))
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', page)[1]
    assert "default-src 'none'" in policy
    assert not re.search(r"https?://|\bimport\b|fetch\(", page)
    for kind, what in (("script", "<script>"), ("style", "<style>")):
        found = re.findall(rf"{what}(.*?)</{kind}>", page, re.S)
        hashes = [base64.b64encode(sha256(text.encode()).digest()).decode() for text in found]
        allowed = re.search(rf"{kind}-src ([^;]*)", policy)[1].split()
        assert allowed == [f"'sha256-{one}'" for one in hashes]


def test_no_name_is_markup(tmp_path):
    nasty = ("</script><b>", "<!--", "{{weights}}")
    run = rewritten(made_run(tmp_path), class_names=nasty)
    set_title(run, "</title><script>alert(1)</script>")
    page = page_of(run)
    assert page.count("<script>") == len(SCRIPTS)
    assert json.loads(data_of(page, "model"))["classes"] == list(nasty)
    assert "alert(1)</script>" not in page
    assert len(data_of(page, "weights")) > 100


def test_it_is_english_on_whatever_page_it_was_made(tmp_path):
    run = made_run(tmp_path)
    english = page_of(run)
    with speaking("zh"):
        assert page_of(run) == english


def test_how_good_it_is_stands_on_it(tmp_path):
    run = made_run(tmp_path)
    assert "Right on 50.0% of 4 test images. It names one of its classes" in page_of(run)
    (run.path / "result.json").unlink()
    assert "3 classes. It names one of its classes" in page_of(run)


def test_what_is_too_large_for_a_page_is_said_so(tmp_path, monkeypatch):
    monkeypatch.setattr("dpn.export.web.MOST_NUMBERS", 100)
    with pytest.raises(RunError, match="a web page takes 100. Export it as onnx instead"):
        page_of(made_run(tmp_path))
