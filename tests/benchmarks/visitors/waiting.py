"""Who waits for the end of a run that was asked for over Streamlit's protocol."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass
class Waiter:
    """Somebody who waits for the end of a run.

    Attributes:
        fragment: what was asked for, "" for a whole page.
        script: the page's hash, "" for any.
        over: set when the run is over.
        run: the run's id, once it has begun.
        started: when it was asked for, as ``time.perf_counter`` says.
    """

    fragment: str
    script: str
    over: asyncio.Future[None]
    run: str = ""
    started: float = field(default_factory=time.perf_counter)

    def see_begin(self, message: ForwardMsg) -> None:
        """Note that a run begins: the one that was asked for, or the one after it."""
        run = message.metadata.run
        whole = not run.fragment_ids
        right_page = self.script in ("", message.new_session.page_script_hash)
        if (whole and right_page) or self.fragment in run.fragment_ids:
            self.run = run.script_run_id
        elif self.run:  # runs of a session never overlap
            self.done()

    def done(self) -> None:
        """Wake whoever waits."""
        if not self.over.done():
            self.over.set_result(None)

    def seconds(self) -> float:
        """Return the seconds since it was asked for."""
        return time.perf_counter() - self.started
