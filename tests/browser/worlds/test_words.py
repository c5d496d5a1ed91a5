"""Texts in a real browser: answered at first sight; train on the questions, type, correct."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import button

pytestmark = pytest.mark.browser


def test_train_type_strike_out_correct(new_page, app):
    page = new_page(phone=True)
    page.goto(f"{app.url}/Words?model=shipped-questions-words")
    words = page.locator(".st-key-sentence button:visible")
    expect(words).not_to_have_count(0)  # a test text is answered before anything is done
    model = page.get_by_role("combobox", name=re.compile("Model"))
    expect(model).to_have_value(re.compile("^Questions .* shipped$"))
    button(page, "train_questions").click()
    expect(page.locator(".st-key-own [role=progressbar]")).to_be_visible()
    expect(model).to_have_value(re.compile("^Questions .* of 120 .* today"))
    expect(button(page, "train_questions")).to_be_visible()
    box = page.get_by_role("textbox", name="Text")
    box.fill("Can you play some jazz music?")
    expect(words).to_have_count(7)
    expect(words.nth(4)).to_contain_text("jazz")
    grounds = words.evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")
    assert len(set(grounds)) > 2
    expect(words.filter(has_text=re.compile(r"[+-]\d"))).not_to_have_count(0)
    button(page, "word-5").click()
    expect(page.locator(".st-key-moved")).to_contain_text("Without “music”")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.locator(".st-key-correct").get_by_text("joke", exact=True).click()
    expect(page.get_by_text("Your lesson: 1 text")).to_be_visible()
