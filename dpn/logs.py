"""The log: lines for people, or with ``DPN_LOG=json`` one JSON object a line for machines.

It tells what happened to trainings, not what visitors drew, uploaded or typed. What Streamlit
itself says stays as it is.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """One JSON object a record: time (UTC), level, logger, message, and a traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_log() -> None:
    """Send what the project has to say, from "info" up, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    if os.environ.get("DPN_LOG") == "json":
        handler.setFormatter(JsonLines())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("dpn")
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO)
