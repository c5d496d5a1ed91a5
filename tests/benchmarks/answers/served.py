"""One drawing through the server, without a browser: ``python -m tests.benchmarks answers.served``.

A visitor over Streamlit's protocol draws strokes, one after the other answered, on Home and on
Classify. Told is the time from sending a stroke until its answer has come, and until all of it has.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.benchmarks.answers.chrome import words
from tests.benchmarks.record import note
from tests.benchmarks.visitors.protocol import visit
from tests.browser.server import running_app
from tests.helpers import run_async

#: Strokes that are timed on each page; and before, to warm up.
STROKES, WARM_UP = 40, 4
#: Page and the name of its canvas.
PAGES = (("", "home"), ("Classify", "draw"))
SECONDS = 120


def measure() -> None:
    """Print the times; the server and the visitor share this machine."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app:
        for page, canvas in PAGES:
            answered, whole = run_async(_strokes(app.url, page, canvas))
            name = page or "Home"
            note(f"answers.served, a stroke's answer on {name}", answered, "ms")
            note(f"answers.served, all of it on {name}", whole, "ms")
            print(f"{name}: the answer {words(answered)}; all of it {words(whole)}\n", flush=True)


async def _strokes(url: str, page: str, canvas: str) -> tuple[list[float], list[float]]:
    """Return the milliseconds to each answer, and to the end of its run."""
    answered, whole = [], []
    async with asyncio.timeout(SECONDS), visit(url, page) as visitor:
        await asyncio.sleep(8)  # a server that has been up for a while
        while len(whole) < WARM_UP + STROKES:
            turn = len(whole)
            if turn % 6 == 0 and turn:  # few strokes are a digit
                await visitor.click(f"clear-{canvas}")
            x = 90.0 + 17 * (turn % 6)
            seconds = await visitor.draw([(x, 60.0), (x + 8, 220.0)], name=canvas)
            if visitor.answered is not None:
                answered.append(1000 * visitor.answered)
                whole.append(1000 * seconds)
    return answered[WARM_UP:], whole[WARM_UP:]


if __name__ == "__main__":
    measure()
