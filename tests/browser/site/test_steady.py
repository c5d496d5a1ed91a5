"""Pages that stand still while they load: what comes late has its room, measured in Chromium."""

import pytest

from tests.benchmarks.pages.shifts import shift_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("path", "phone"), [("", True), ("Train", False), ("Inside", False), ("Classify", True)]
)
def test_a_page_does_not_move_while_it_loads(new_page, app, path, phone):
    """Before room was kept it was 0.84, 0.30, 0.42 and 0.62."""
    assert shift_of(new_page(phone=phone), f"{app.url}/{path}") < 0.1
