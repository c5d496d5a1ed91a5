"""An answer taken apart: a drawing, what is pointed at, the probabilities; on a phone, too."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from dpn.data.loading import load_dataset
from dpn.models.presets import preset
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from tests.browser.actions import ZERO, button, canvas, draw
from tests.browser.inside.opened import (
    SUM,
    TEMPLATE,
    chart,
    expect_another,
    expect_another_lead,
    lead,
    open_inside,
)
from tests.helpers import until

pytestmark = pytest.mark.browser


def test_a_drawing_is_taken_apart(page, app):
    page.goto(f"{app.url}/Classify")
    canvas(page)
    page.wait_for_timeout(500)
    draw(page, ZERO)
    heading = page.locator(".st-key-answer h2")
    expect(heading).to_have_text(re.compile(r"^\d"))
    answer = heading.inner_text()
    button(page, "look_inside").click()
    why = re.compile(rf"^Why {answer} and not \d")
    expect(page.get_by_role("heading", name=why)).to_be_visible()
    assert "/Inside" in page.url
    expect(page.get_by_text("Your drawing")).to_be_visible()
    for words in (SUM, TEMPLATE):
        chart(page, words)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Classify").click()
    expect(page.locator(".st-key-answer h2")).to_have_text(answer)  # the drawing is still there


@pytest.mark.parametrize("phone", [False, True])
def test_what_is_pointed_at_is_lit_and_said(new_page, app, phone):
    """A place is lit in picture, bars and words; of a pixel it is said what it adds."""
    page = new_page(phone=phone)
    open_inside(page, app, run="shipped-digits-dpn", image=225)
    if phone:
        the_answer_and_its_probabilities_come_first(page)
    a_place_is_lit(page, phone)
    before = lead(page)
    next_image_changes_numbers_in_place(page)
    expect_another_lead(page, before)
    a_pixel_is_said(page, load_dataset("digits", app.data).x_test[226, 0])  # 8×8


def a_pixel_is_said(page, image):
    """The pixels lie on the picture of what each adds, and have the numbers of this image."""
    found = chart(page, TEMPLATE)
    found.scroll_into_view_if_needed()
    page.wait_for_timeout(1_000)
    picture = found.locator("image").last.bounding_box()
    for row, column in ((1, 1), (4, 6), (8, 8)):
        x = picture["x"] + (column - 0.5) / 8 * picture["width"]
        page.mouse.move(x, picture["y"] + (row - 0.5) / 8 * picture["height"], steps=20)
        said = page.locator("#vg-tooltip-element")
        expect(said).to_have_text(re.compile(rf"^\s*row\s*{row}\s*column\s*{column}\s*brightness"))
        expect(said).to_contain_text(f"{int(image[row - 1, column - 1]) / 255:.2f}")


def a_place_is_lit(page, phone):
    """Where one of its marks or words is pointed at."""
    with_places = page.get_by_test_id("stVegaLiteChart").filter(
        has=page.locator("[aria-label^='place ']")
    )
    picture, bars = with_places.nth(0), with_places.nth(1)
    words = page.locator("ol li .place-2")
    opacity = "element => getComputedStyle(element).opacity"
    ground = "element => getComputedStyle(element).backgroundColor"

    def seen():
        """How bright two places are in picture and bars, and whether the words are lit."""
        marks = [
            {one.locator(f"[aria-label^='place {number}:']").first.evaluate(opacity)}
            for number in (1, 2)
            for one in (picture, bars)
        ]
        return [float(min(each)) for each in marks], words.evaluate(ground) != "rgba(0, 0, 0, 0)"

    expect(picture.locator("[aria-label^='place 2:']").first).to_be_visible()
    all_bright, second = ([1.0] * 4, False), ([0.2, 0.2, 1.0, 1.0], True)
    assert seen() == all_bright
    for target in (
        bars.locator("path[aria-label^='place 2:']").first,
        picture.locator("text[aria-label^='place 2:']").last,
        words,
        page.locator(".st-key-answered .place-2, li .place-2").first,
    ):
        target.scroll_into_view_if_needed()
        if phone:
            target.tap(force=True)
        else:
            target.hover(force=True)
        until(lambda: seen() == second)
        page.get_by_role("heading", name="Inside", exact=True).tap() if phone else page.mouse.move(
            700, 20
        )
        until(lambda: seen() == all_bright)
    words.focus()  # as the tabulator does
    until(lambda: seen() == second)


def the_answer_and_its_probabilities_come_first(page):
    """They are seen on a phone without scrolling far."""
    bars = page.locator(".st-key-answered svg.marks")
    expect(bars).to_be_visible()
    box = bars.bounding_box()
    assert box["y"] + box["height"] < 1000
    short = page.get_by_text("What decides").bounding_box()
    assert page.locator(".st-key-answered h2").bounding_box()["y"] < box["y"] < short["y"]


def next_image_changes_numbers_in_place(page):
    """Streamlit builds a chart anew where anything but its data changes, its alt too."""
    charts = [chart(page, words) for words in (SUM, TEMPLATE)]
    before = [one.inner_html() for one in charts]
    pictures = page.get_by_test_id("stVegaLiteChart").locator("svg")
    expect(pictures).to_have_count(5)
    pictures.evaluate_all("all => { for (const one of all) one.dataset.kept = 'yes'; }")
    button(page, "image_next").click()
    for one, earlier in zip(charts, before, strict=True):
        expect_another(one, earlier)
    kept = page.locator("svg[data-kept]")  # the bars' own height follows how many there are
    until(lambda: kept.count() >= 4, 5)


def test_the_probabilities_keep_the_classes_order_after_a_model_of_other_classes(page, app):
    """The chart is changed in place, and the browser keeps the order in which it met names."""
    run = more_classes(app)

    def order():
        told = page.locator(".st-key-answered svg").evaluate_all(
            """all => all.flatMap(one => [...one.querySelectorAll("text")])
              .map(one => [one.getBoundingClientRect().y, one.textContent])"""
        )
        return [name for _, name in sorted(told) if "%" not in name]

    digits = [*"0123456789", "none of them"]  # that model doubts, and the other does not
    open_inside(page, app, run="shipped-digits-dpn", image=225)
    until(lambda: order() == digits)
    for words, expected in (
        ("eleven", ["star", *digits[:-1]]),
        ("Digits 8×8 · DPN", digits),
        ("eleven", ["star", *digits[:-1]]),
    ):
        page.get_by_role("combobox", name="Model").click()
        page.get_by_role("option").filter(has_text=words).first.click()
        until(lambda: page.locator(".st-key-answered h2").count() == 1)
        until(lambda expected=expected: order() == expected)
    run.delete()  # or it would be the one that answers elsewhere
    (app.data / "eleven.npz").unlink()


def more_classes(app):
    """Train for a moment on the digits and a class before them."""
    data = load_dataset("digits", app.data)
    images, labels = data.x_train[:300, 0].numpy(), data.y_train[:300].numpy() + 1
    images = np.concatenate([images, 255 - images[:30]])
    labels = np.concatenate([labels, np.zeros(30, np.int64)])
    app.data.mkdir(exist_ok=True)
    np.savez(
        app.data / "eleven.npz",
        x_train=images,
        y_train=labels,
        x_test=images,
        y_test=labels,
        class_names=np.array(["star", *"0123456789"]),
    )
    architecture, training = preset("eleven", (1, 8, 8), 11)
    training = training.replace(epochs=1)
    trainer, run = open_training(architecture, training, app.data, app.runs)
    list(run_training(trainer, run))
    return run


def test_on_a_phone_in_the_dark_too_the_answer_is_first_and_nothing_wider_than_the_screen(
    new_page, app
):
    page = new_page(phone=True, theme="dark")
    open_inside(page, app, image=225)
    the_answer_and_its_probabilities_come_first(page)
    page.wait_for_timeout(1_000)
    for deeper in ("Step by step", "What if", "Through time"):
        page.get_by_test_id("stButtonGroup").get_by_text(deeper).click()
        page.wait_for_timeout(1_000)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{deeper} scrolls sideways"
