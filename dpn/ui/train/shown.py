"""The training that Train shows: as this process knows it, else as its folder tells."""

from __future__ import annotations

from dpn import ui
from dpn.errors import RunError
from dpn.jobs.manager import JobView
from dpn.runs.run import Run


def shown_job() -> JobView | None:
    """Return the training that this session looks at, if it was started in this process."""
    run_id = ui.current_run_id()
    return ui.jobs().view(run_id) if run_id else None


def on_disk(run: Run | None) -> tuple[str, str]:
    """Return the state and the message in the run's folder; "" and "" if there is none."""
    if run is None:
        return "", ""
    try:
        status = run.status()
    except RunError:
        return "", ""  # the page says what is wrong where it reads the rest of the run
    return status["state"], str(status.get("message", ""))
