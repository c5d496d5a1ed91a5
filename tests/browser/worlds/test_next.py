"""Next in a list in a real browser, on a phone: items typed, the ten next ones, one struck out."""

import pytest
from playwright.sync_api import expect

from dpn.models.config import ModelConfig
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.browser.actions import button, still
from tests.helpers import short_training

pytestmark = pytest.mark.browser


def test_items_are_typed_walked_on_and_struck_out(new_page, app):
    model = ModelConfig(model="items", states=8, decisions=2, embedding=8)
    training = short_training(dataset="clicks", preparation="auto", steps=8)
    trainer, run = open_training(model, training, app.data, app.runs)
    list(run_training(trainer, run))
    first, second = run.config().class_names[2:4]
    page = new_page(phone=True)
    page.goto(f"{app.url}/Words?world=list&run={run.id}")
    still(page)
    button(page, "clear").click()
    expect(page.get_by_text("Add an item: what comes next")).to_be_visible()
    still(page)
    words = page.locator(".st-key-sentence button:visible")
    for count, item in enumerate((first, second), start=1):
        box = page.get_by_role("combobox", name="Add an item")
        box.fill(item)
        page.get_by_role("option", name=item, exact=True).click()
        expect(words).to_have_count(count)
    expect(page.locator(".st-key-next button:visible")).to_have_count(10)
    button(page, "next-0").click()
    expect(words).to_have_count(3)
    button(page, "word-0").click()
    expect(page.locator(".st-key-moved")).to_contain_text(f"Without {first}")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
