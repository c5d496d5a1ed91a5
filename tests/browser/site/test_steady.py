"""Pages that stand still while they load: what comes late has its room, measured in Chromium."""

import pytest

from tests.benchmarks.pages.shifts import shift_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("path", "phone", "most"),
    [
        *[("", True, 0.1), ("Train", False, 0.1), ("Inside", False, 0.1), ("Classify", True, 0.1)],
        *[("Words", True, 0.06), ("Moves", True, 0.06)],
    ],
)
def test_a_page_does_not_move_while_it_loads(new_page, app, path, phone, most):
    """Before room was kept it was 0.84, 0.30, 0.42 and 0.62; of the last two 0.084 and 0.089."""
    assert shift_of(new_page(phone=phone), f"{app.url}/{path}") < most
