"""Through Streamlit's own protocol: a stroke is answered, and nothing of it goes elsewhere."""

import asyncio
import json

import pytest
from playwright.sync_api import expect

from tests.benchmarks.visitors.canvas import DIGITS
from tests.benchmarks.visitors.protocol import visit
from tests.browser.actions import seven_png
from tests.helpers import run_async

pytestmark = pytest.mark.browser


def run(steps):
    """Carry the steps out; they take seconds, or something hangs."""

    async def in_time():
        async with asyncio.timeout(60):
            return await steps

    return run_async(in_time())


async def draw_digit(visitor, digit):
    """Choose the embedded digits' shipped model, draw, and return its answer."""
    if not visitor.page.answer():
        await visitor.choose("answering", "Digits 8×8 · DPN")
    await visitor.draw(DIGITS[digit])
    return visitor.page.answer()


def test_a_stroke_is_answered(app):
    async def steps():
        async with visit(app.url, "Classify") as visitor:
            assert visitor.page.answer() == ""
            assert await draw_digit(visitor, 0) == "0"
            assert visitor.answered is not None  # what the load benchmark measures
            await visitor.click("clear-draw")
            assert visitor.page.answer() == ""
            assert await draw_digit(visitor, 3) == "3"
            assert visitor.page.problems() == []

    run(steps())


def test_an_answer_is_few_messages(app):
    """Each is work for the one event loop that sends to all visitors."""

    async def steps():
        async with visit(app.url, "Classify", keep=True) as visitor:
            await draw_digit(visitor, 0)
            visitor.received.clear()
            await draw_digit(visitor, 3)
            return len(visitor.received)

    assert run(steps()) <= 32


def test_a_drawing_reaches_nobody_else(app):
    """The drawing, its pictures and its answer: not in another's messages, nor in its media."""

    async def steps():
        async with (
            visit(app.url, "Classify", keep=True) as mine,
            visit(app.url, "Classify", keep=True) as other,
        ):
            await mine.fetch_media()  # the icon, which all share
            assert await draw_digit(mine, 0) == "0"
            my_pictures = set((await mine.fetch_media()).values())
            my_answer = [element.SerializeToString() for element in answer_of(mine)]
            for page in ("", "Classify"):  # its new canvas begins with the strokes
                await mine.open(page)
            # The other one looks everywhere, and then draws something else.
            media = await other.fetch_media()
            for page in ("", "Inside", "Evaluate", "Classify"):
                await other.open(page)
                media |= await other.fetch_media()
            assert other.page.answer() == ""
            assert await draw_digit(other, 1) == "1"
            media |= await other.fetch_media()
            return mine.received, my_pictures, my_answer, other.received, media

    mine, my_pictures, my_answer, other, other_media = run(steps())
    strokes = json.dumps(["M", *DIGITS[0][0]]).encode()
    for secret in (strokes, *my_answer):
        assert any(secret in message for message in mine), "the search would find it"
        assert not any(secret in message for message in other)
    assert len(my_answer) == 2
    assert len(my_pictures) >= 5
    assert my_pictures.isdisjoint(other_media.values())


def test_an_upload_reaches_nobody_else(new_page, app):
    """Its name and its pictures: another looks everywhere for them."""
    page, mine = new_page(), []

    def keep(answer):
        if "/media/" in answer.url:
            mine.append(answer.body())

    page.on("requestfinished", lambda request: keep(request.response()))
    page.goto(f"{app.url}/Classify?run=shipped-mnist-dpn")
    page.get_by_text("Upload", exact=True).click()
    page.locator("input[type=file]").set_input_files(
        {"name": "SECRETNAME.png", "mimeType": "image/png", "buffer": seven_png()}
    )
    expect(page.get_by_text("SECRETNAME.png").last).to_be_visible()
    expect(page.get_by_role("heading", name="7", exact=True)).to_be_visible()
    page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('[data-testid=stImage] img')];"
        " return all.length > 4 && all.every((image) => image.complete); }"
    )
    page.wait_for_timeout(1000)  # until the last of them was noted

    async def steps():
        async with visit(app.url, "Classify", keep=True) as other:
            media = await other.fetch_media()
            for path in ("", "Inside", "Classify"):
                await other.open(path)
                media |= await other.fetch_media()
            return other.received, set(media.values())

    received, media = run(steps())
    assert len(received) > 20
    assert not any(b"SECRETNAME" in message for message in received)
    pictures = {body for body in mine if body.startswith(b"\x89PNG")}
    assert pictures - media  # what the model sees of it
    assert len(pictures & media) <= 1  # the icon, which all share


def answer_of(visitor):
    """Return the two elements that tell the answer: its words, and all probabilities."""
    elements = [placed.element for placed in visitor.page.placed.values()]
    return [
        element
        for element in elements
        if element.WhichOneof("type") == "vega_lite_chart"
        or element.markdown.body.startswith("## ")
    ]
