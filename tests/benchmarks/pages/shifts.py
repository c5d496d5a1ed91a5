"""How far pages move while they load: ``python -m tests.benchmarks.pages.shifts``.

Cumulative layout shift as the browser reports it, the largest burst (https://web.dev/articles/cls):
below 0.1 is good. Cold: the first visit of a server that has just started. Warm: the same page
again, in a new window. With ``--why`` it names what moved.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.server import CHROMIUM, FLAGS, running_app

PAGES = (
    *("", "Train", "Inside", "Evaluate", "Classify", "Data"),
    *("Train?run=shipped-digits-dpn", "Evaluate?model=shipped-digits-dpn"),
)
SIZES = {
    "1440×900": {"viewport": {"width": 1440, "height": 900}},
    "390×844": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
#: Seconds that nothing may have moved or been drawn, until a page stands.
STILL = 2.5
#: Notes each shift; to be run before the page's own scripts.
WATCH = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const s of list.getEntries()) if (!s.hadRecentInput) window.shifts.push({
    at: s.startTime, value: s.value, moved: s.sources.map(from => [
      from.node?.closest?.("[class*='st-key-'], [data-testid]")?.className.slice(0, 90) ?? "",
      (from.node?.innerText ?? from.node?.textContent ?? "").slice(0, 40),
      ...[from.previousRect, from.currentRect].map(
        r => `${r.x},${r.y} ${r.width}x${r.height}`)]) });
}).observe({ type: "layout-shift", buffered: true });
"""
#: The largest burst: shifts at most a second apart, five seconds in all.
LARGEST = """() => {
  let largest = 0, sum = 0, first = -1e9, last = -1e9;
  for (const s of window.shifts) {
    if (s.at - last > 1000 || s.at - first > 5000) { sum = 0; first = s.at; }
    sum += s.value; last = s.at; largest = Math.max(largest, sum);
  }
  return largest;
}"""


def measure(why: bool = False) -> None:
    """Print the shift of each page at each size, cold and warm, n = 1 each."""
    if CHROMIUM is None:
        print("Layout shift: left out, Chromium is not installed\n")
        return
    expect.set_options(timeout=60_000)
    print("| page | size | cold | warm |\n|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for path in PAGES:
            for size in SIZES:
                with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app:
                    found = [_load(browser, f"{app.url}/{path}", size, why) for _ in range(2)]
                words = " | ".join(f"{shift:.3f}" for shift in found)
                print(f"| {path or 'Home'} | {size} | {words} |", flush=True)
        browser.close()
    print()


def _load(browser: Browser, url: str, size: str, why: bool) -> float:
    context = browser.new_context(**SIZES[size])  # type: ignore[arg-type]
    page = context.new_page()
    shift = shift_of(page, url)
    if why:
        for s in page.evaluate("window.shifts"):
            print(f"  {s['at']:.0f} ms {s['value']:.4f}")
            for moved in s["moved"]:
                print("      ", *moved)
    context.close()
    return shift


def shift_of(page: Page, url: str) -> float:
    """Open a page in a window that has seen nothing yet; return its cumulative layout shift."""
    page.add_init_script(WATCH)
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    quiet = 0.0
    while quiet < STILL:
        before = page.evaluate("[window.shifts.length, document.body.innerHTML.length]")
        page.wait_for_timeout(500)
        busy = page.locator("[data-stale='true'], [data-testid='stSpinner']").count()
        now = page.evaluate("[window.shifts.length, document.body.innerHTML.length]")
        quiet = quiet + 0.5 if now == before and not busy else 0.0
    return float(page.evaluate(LARGEST))


if __name__ == "__main__":
    measure(why="--why" in sys.argv)
