"""Inside, opened: its verdict, its charts and its sliders."""

import re

from playwright.sync_api import expect

LEAD = re.compile(r"lead over .+: ([+-]?\d+\.\d+)")


def open_inside(page, app, deeper=None, **address):
    if "run" not in address:  # another test's may have been chosen last
        address.setdefault("model", "shipped-digits-dpn")
    query = "&".join(f"{key}={value}" for key, value in address.items())
    page.goto(f"{app.url}/Inside?{query}")
    expect(verdict(page)).to_be_visible()
    if deeper:
        page.get_by_test_id("stButtonGroup").get_by_text(deeper).click()


def verdict(page):
    return page.get_by_text("All bars add up")


def lead(page):
    return float(LEAD.search(verdict(page).inner_text())[1])


def expect_another_lead(page, before):
    expect(verdict(page)).not_to_contain_text(f": {before:+.2f}.")
    return lead(page)


def chart(page, words):
    """The chart in which these words stand."""
    found = page.get_by_test_id("stVegaLiteChart").filter(has_text=words).first
    expect(found.locator("svg")).to_be_visible()
    return found


SUM, TEMPLATE, TRELLIS, LOSS = "read-out", "what each pixel adds", "state ", "loss (nats)"


def expect_another(chart, before):
    """Wait until the chart is drawn otherwise."""
    for _ in range(100):
        if chart.inner_html() != before:
            return
        chart.page.wait_for_timeout(100)
    raise AssertionError("the chart did not change")


def slide(page, name, key, times=1):
    slider = page.get_by_role("slider", name=name)
    for _ in range(times):
        slider.press(key)
