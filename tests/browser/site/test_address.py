"""Copy link in a real browser: what one window shows, another one shows that opens its address."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import BAR, SEVEN, button, canvas, draw

pytestmark = pytest.mark.browser
ANSWER = re.compile(r"(more than )?(\d+\.\d)% sure")


def copied(page):
    """Press Copy link with the keyboard; return what is then in the clipboard."""
    page.wait_for_timeout(500)  # what was chosen is on its way
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(page, "copy_link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    box = page.get_by_role("textbox", name="Address of this page")
    expect(box).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url == box.input_value()
    code = page.get_by_role("img", name="QR code of this address")
    expect(code).to_be_visible()
    assert code.evaluate("image => image.naturalWidth") > 100
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    return link


def sure(page):
    """How sure the answer is, and its class."""
    words = page.locator(".st-key-answer")
    expect(words).to_contain_text(ANSWER)
    return words.inner_text().split()[0], float(ANSWER.search(words.inner_text())[2])


def test_a_link_shows_another_window_the_same_page(new_page, app):
    page, other = new_page(), new_page(phone=True)
    page.goto(f"{app.url}/Train?states=9999")
    told = page.get_by_test_id("stAlert").filter(has_text="states=9999 is left out")
    expect(told).to_be_visible()
    entries = page.evaluate("history.length")
    page.locator(".st-key-model").get_by_text("MLP").click()
    epochs = page.get_by_role("spinbutton", name="Epochs")
    rate = page.get_by_role("spinbutton", name="Learning rate")
    expect(page).to_have_url(re.compile(r"\?model=mlp$"))
    for box, value in ((epochs, "7"), (rate, "0.02")):
        box.fill(value)
        box.press("Enter")
        page.wait_for_url(re.compile(f"={re.escape(value)}(&|$)"))
    assert page.evaluate("history.length") == entries  # Back leaves the page, at once
    other.goto(copied(page))
    expect(other.get_by_role("spinbutton", name="Epochs")).to_have_value("7")
    expect(other.get_by_role("spinbutton", name="Learning rate")).to_have_value("0.02")
    expect(other.get_by_role("radio", name="MLP")).to_be_checked()
    assert other.url == page.url

    page.goto(f"{app.url}/Inside?model=shipped-digits-dpn&image=41")
    for box, option in (("Why", "3"), ("and not", "nothing: its own score")):
        page.get_by_role("combobox", name=box, exact=True).click()
        page.get_by_role("option", name=option, exact=True).click()
    page.wait_for_url(re.compile(r"class=3.*contrast=none"))
    link = copied(page)
    other.goto(link)
    expect(other.get_by_role("heading", name="Why 3?")).to_be_visible()
    expect(other.get_by_role("spinbutton", name="Image number")).to_have_value("41")
    assert other.url == link


def test_a_drawing_travels_and_is_answered_the_same(new_page, app):
    page, other = new_page(), new_page(phone=True, theme="dark")
    page.goto(f"{app.url}/Classify?model=shipped-mnist-dpn")
    canvas(page)
    page.wait_for_timeout(500)
    draw(page, SEVEN)
    page.wait_for_url(re.compile("drawing="))
    first = page.url
    draw(page, BAR)
    page.wait_for_function("first => location.href !== first", arg=first)
    link = copied(page)
    assert len(link) < 400
    other.goto(link)
    canvas(other)
    label, percent = sure(other)
    assert label == sure(page)[0] == "7"
    assert abs(percent - sure(page)[1]) < 2
    assert other.url == link
    # Ink is on the canvas itself, and is taken back a stroke at a time, as where it was drawn.
    dark = """all => Math.max(...all.map(canvas => canvas.getContext("2d").getImageData(
        0, 0, canvas.width, canvas.height).data.filter((v, i) => i % 4 == 0 && v == 17).length))"""
    assert other.locator(".st-key-paper-draw canvas").evaluate_all(dark) > 3_000
    button(other, "undo-draw").click()  # a stroke at a time, as where it was drawn
    other.wait_for_function("link => location.href.length < link.length", arg=link)


def test_the_language_of_an_address_is_said_kept_and_changed(new_page, app):
    page = new_page()
    page.goto(f"{app.url}/Classify?lang=zh")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "zh-CN")  # for those who hear the page read
    page.locator(".st-key-what").get_by_text("一串数字").click()
    expect(page).to_have_url(re.compile(r"what=number"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(page, "copy_link").click()
    expect(page.get_by_role("status").filter(has_text="已复制")).to_have_count(1)
    page.keyboard.press("Escape")
    button(page, "speak_en").click()
    expect(html).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile(r"lang=en"))
    expect(page.get_by_role("radio", name="Number")).to_be_checked()  # though called otherwise
    expect(page).to_have_url(re.compile(r"what=number"))
    button(page, "speak_zh").click()
    page.get_by_test_id("stSidebar").get_by_role("link", name="首页").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("分类器")
    expect(page).to_have_url(re.compile(r"/\?lang=zh$"))
