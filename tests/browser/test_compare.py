"""Compare in a real Chromium: tick, read the sentence, open a disagreement; a sweep fills."""

import re

import pytest
from playwright.sync_api import expect

from dpn.models.presets import preset
from dpn.runs.run import Run
from dpn.runs.title import set_title
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.browser.actions import button, still

pytestmark = pytest.mark.browser


def test_two_runs_are_compared_and_a_sweep_fills_its_chart(page, app, trained):
    model, training = preset("digits", (1, 8, 8), 10, "mlp")
    training = training.replace(epochs=2)
    trainer, run = open_training(model, training, app.data, app.runs, run_id="short")
    for _ in run_training(trainer, run):
        pass
    page.goto(f"{app.url}/Compare")
    for run_id in (trained, "short"):
        page.locator(f".st-key-tick-{run_id} label").click()
        page.wait_for_timeout(500)
    page.wait_for_url(re.compile(rf"runs={trained}(,|%2C)short"))
    expect(page.locator(".mark-line path")).to_have_count(2)
    expect(page.get_by_text("A is better, and that is hardly luck.")).to_be_visible()
    figures = re.compile(r"A alone is right on \d+ images?, B alone on \d+\..*\(p [=<] 0\.\d+\)\.$")
    expect(page.get_by_text(figures)).to_be_visible()
    first = page.locator("[class*='st-key-differ_'] button").first
    expect(first).to_have_text(re.compile(r"^A: \d · \d+%$"))
    key = first.locator("xpath=ancestor::*[contains(@class, 'st-key-differ_')]")
    index = re.search(r"st-key-differ_(\d+)_A", key.get_attribute("class"))[1]
    first.click()
    page.wait_for_url(re.compile(rf"/Inside\?.*image={index}\b"))
    expect(page.get_by_role("heading", name="Inside", exact=True)).to_be_visible()

    page.goto(f"{app.url}/Train")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    expect(epochs).to_be_visible()
    epochs.fill("1")
    epochs.press("Enter")
    page.get_by_text("Try several values").click()
    values = page.get_by_role("textbox", name="Values of learning rate")
    values.fill("0.01, 0.03")
    values.press("Enter")
    expect(page.get_by_text(re.compile(r"^2 trainings"))).to_be_visible()
    button(page, "sweep_start").click()
    page.wait_for_url(re.compile(r"/Compare\?.*sweep=\d+"))
    expect(page.get_by_text("2 trainings: 2 finished")).to_be_visible(timeout=90_000)
    dots = page.locator(".mark-symbol path")
    expect(dots).to_have_count(2)


#: How far each line of the list overlaps the next, and how broad the narrowest name of a row is;
#: first how far a title goes beyond the page.
CROWDED = """() => {
  const box = one => one.getBoundingClientRect();
  const ticks = [...document.querySelectorAll(".st-key-ticks label")].map(box);
  const names = [...document.querySelectorAll(".compared tbody th[scope=row]")].map(box);
  const titles = [...document.querySelectorAll(".legend span")].map(box);
  return [Math.max(...titles.map(each => each.right)) - innerWidth,
    Math.max(...ticks.slice(1).map((each, i) => ticks[i].bottom - each.top)),
    Math.min(...names.map(each => each.width))];
}"""


def test_on_a_phone_long_titles_and_chinese_names_have_room(new_page, app, trained):
    page, run = new_page(phone=True), Run(app.runs / trained)
    for title in ("一个很长的标题" * 9, "A_title_without_a_space" + "_to_break" * 4, ""):
        set_title(run, title)
        page.goto(f"{app.url}/Compare?lang=zh&runs={trained},shipped-digits-dpn,shipped-mnist-dpn")
        expect(page.locator(".compared tbody th").first).to_be_visible()
        still(page)
        beyond, overlap, narrowest = page.evaluate(CROWDED)
        assert beyond <= 0
        assert overlap <= 0
        assert narrowest > 70
