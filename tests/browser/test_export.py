"""An exported page in a real Chromium, opened from disk: it says what the lab says."""

import base64

import numpy as np
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dpn.data.look import Look
from dpn.evaluation.evaluate import predict_logits
from dpn.explain.account import account
from dpn.explain.exact import explain
from dpn.export.web import to_html
from dpn.pictures.decode import decode
from dpn.pictures.files import input_spec
from dpn.pictures.prepare import prepare
from dpn.runs.run import SHIPPED, Run
from tests.browser.actions import BAR, SEVEN, ZERO, button, canvas, draw_exported
from tests.export.runs import made_run, rewritten
from tests.helpers import small_model

pytestmark = pytest.mark.browser

#: What the page answered last, and the very pixels that it was drawn as.
ANSWER = """() => ({
    picture: document.getElementById("paper").toDataURL(),
    planes: current.planes.map((plane) => Array.from(plane.data)),
    logits: Array.from(current.found.logits),
    terms: current.found.terms(current.order[0]),
    figures: current.figures,
})"""


def agree(page, run):
    """The page's input, logits and sum are the lab's, of the same pixels."""
    said, config, model = page.evaluate(ANSWER), run.config(), run.load_model()
    rgba = decode(base64.b64decode(said["picture"].split(",")[1]), "canvas")
    prepared = prepare(rgba, input_spec(config), "drawing", dark_on_light=True)
    np.testing.assert_array_equal(np.array(said["planes"]).ravel(), prepared.input.ravel())
    assert said["figures"] == prepared.figures
    logits = predict_logits(model, torch.from_numpy(prepared.input)[None])[0].numpy()
    np.testing.assert_allclose(said["logits"], logits, atol=1e-4, rtol=1e-5)
    shown = page.locator("#terms .number").all_inner_texts()
    numbers = [round(100 * float(text.replace("−", "-"))) for text in shown]
    assert sum(numbers[:-1]) == numbers[-1]  # as they are read, in hundredths
    wanted = account(explain(model, prepared.input[None]), config.model)
    np.testing.assert_allclose(said["terms"], [t.value for t in wanted], atol=1e-3, rtol=1e-4)


def test_export_on_classify_then_draw_on_the_page_that_was_saved(new_page, app, tmp_path):
    page = new_page()
    page.goto(f"{app.url}/Classify?model=shipped-mnist-dpn")
    canvas(page)
    page.get_by_role("button", name="Export").click()
    page.get_by_role("radio", name="Web page").click()
    button(page, "export_make").click()
    save = page.locator(".st-key-export_save button")
    expect(save).to_be_visible()
    with page.expect_download() as download:
        save.click()
    file = tmp_path / download.value.suggested_filename
    assert file.name == "shipped-mnist-dpn.html"
    download.value.save_as(file)
    assert file.stat().st_size <= 6_000_000

    for phone in (False, True):
        page, problems = new_page(phone=phone, theme="dark" if phone else "light"), []
        page.context.set_offline(True)
        page.on("console", lambda message: problems.append(message.text))  # noqa: B023
        page.on("pageerror", lambda error: problems.append(str(error)))  # noqa: B023
        page.goto(file.as_uri())
        draw_exported(page, SEVEN)
        expect(page.locator("#words strong")).to_have_text("7")
        agree(page, Run(SHIPPED / "shipped-mnist-dpn"))
        expect(page.locator("#terms li")).to_have_count(10)
        page.get_by_title("Why 9?").click()
        expect(page.get_by_role("heading", name="Why 9?")).to_be_visible()
        page.get_by_title("Why 8?").press("Enter")  # whoever goes by keyboard goes on from there
        expect(page.get_by_title("Why 8?")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        found = Axe().run(page).response["violations"]
        assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#words")).to_contain_text("Draw with")
        assert not problems


LOOK = Look((200,), (20,), 6.0, (4.0, 8.0), (4.0, 4.0), True, 1.0)
PAINTED = Look((250, 240, 230), (10, 20, 90), 6.0, (4.0, 8.0), (4.0, 4.0), False, 1.0)
MODELS = {
    "soft patches": ({"parts": "patches", "operator": "soft", "temperature": 0.3}, "mnist", None),
    "sparse columns": ({"parts": "columns", "operator": "sparse", "part_size": 3}, "digits", None),
    "shared": ({"rewards": "shared", "transitions": "stochastic"}, "dark_ink", LOOK),
    "mlp": ({"model": "mlp", "height": 12, "width": 10}, "mnist", None),
    "mlp in colour": ({"model": "mlp", "channels": 3}, "dark_ink", PAINTED),
    "strided": ({"model": "residual", "encoder_blocks": 2, "channels": 3}, "light_ink", PAINTED),
    "stem": (
        {"model": "residual", "encoder_blocks": 2, "stem_stride": 1, "operator": "soft"}, "mnist",
        None,
    ),
    "pooled": (
        {"model": "residual", "encoder": "pooled", "encoder_blocks": 3, "height": 28, "width": 27},
        "mnist", None,
    ),
}  # fmt: skip


def test_each_model_and_preparation_is_answered_as_in_the_lab(new_page, tmp_path):
    page = new_page()
    for name, (changes, preparation, look) in MODELS.items():
        run = made_run(tmp_path, name, small_model(**changes), preparation)
        if look:
            rewritten(run, look=look)
        file = tmp_path / f"{name}.html"
        file.write_bytes(to_html(run, tmp_path, tmp_path))
        page.goto(file.as_uri())
        for strokes, width in (
            (ZERO, 18),
            ([*SEVEN, *BAR], 2),
            ([BAR[0], [(60, 20), (60, 60)]], 40),
        ):
            page.evaluate("w => { brush.min = 1; brush.value = w; }", width)
            draw_exported(page, strokes)
            agree(page, run)
            page.locator("#clear").click()


def test_a_model_of_photos_takes_the_picture_chosen_last_and_no_other_file(new_page, tmp_path):
    run = Run(SHIPPED / "shipped-cifar10-residual")
    file = tmp_path / "photos.html"
    file.write_bytes(to_html(run, tmp_path, tmp_path))
    page = new_page(phone=True)
    page.goto(file.as_uri())
    rgba = np.random.default_rng(0).integers(0, 256, (80, 120, 4), np.uint8)
    rgba[..., 3] = 255
    from dpn.pictures.png import png

    (tmp_path / "a.png").write_bytes(png(rgba[..., :3]))
    page.set_input_files("#file", tmp_path / "a.png")
    expect(page.locator("#terms li")).to_have_count(7)
    wanted = prepare(rgba, input_spec(run.config()), "photo").input
    planes = page.evaluate("current.planes.map((plane) => Array.from(plane.data))")
    assert np.abs(np.array(planes).ravel() - wanted.ravel()).max() <= 1
    logits = predict_logits(run.load_model(), torch.from_numpy(wanted)[None])[0]
    assert page.evaluate("current.order[0]") == int(logits.argmax())
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    (tmp_path / "b.png").write_text("no picture")
    page.set_input_files("#file", tmp_path / "b.png")
    expect(page.locator("#words")).to_contain_text("Choose a PNG or JPEG file")
    page.evaluate(
        """() => {
            const real = createImageBitmap, waiting = [];
            window.createImageBitmap = async (file) => {
              if (file.name === "c.png") await new Promise((go) => waiting.push(go));
              return real(file);
            };
            window.goOn = () => waiting.forEach((go) => go());
        }"""
    )
    (tmp_path / "c.png").write_text("no picture")
    page.set_input_files("#file", tmp_path / "c.png")  # slow, and overtaken by the next one
    page.set_input_files("#file", tmp_path / "a.png")
    expect(page.locator("#chosen")).to_be_visible()
    page.evaluate("new Promise((done) => { goOn(); setTimeout(done, 300); })")
    expect(page.locator("#chosen")).to_be_visible()
