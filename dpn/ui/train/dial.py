"""One setting of Train as a widget."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dpn.address.panel import CHOICES, NUMBERS, WHOLE, option_words
from dpn.language import t
from dpn.ui import menus

#: How many moves a planner may have.
MOVES = (4, 8)


class Dials:
    """Widgets whose keys begin with one name, so that each preset has its own."""

    def __init__(self, name: str) -> None:
        self.name = name

    def _common(self, label: str, text: str) -> dict[str, Any]:
        return {
            "label": t(label),
            "key": f"{self.name}-{label}",
            "help": t(text) if text else None,
            "persist_state": "session",
        }

    def number(
        self, label: str, name: str, value: float, text: str, step: float | None = None
    ) -> float:
        low, high = NUMBERS[name]
        return float(
            st.number_input(
                **self._common(label, text),
                value=min(max(float(value), low), high),
                min_value=low,
                max_value=high,
                step=step or (max(value / 5, 1e-6) if value else 0.01),
                format="%g",
            )
        )

    def whole(self, label: str, name: str, value: int, text: str) -> int:
        common = self._common(label, text)
        low, high = WHOLE[name]
        value = min(max(value, low), high)
        return int(st.number_input(**common, value=value, min_value=low, max_value=high, step=1))

    def choice(self, label: str, name: str, value: str, text: str) -> str:
        common = self._common(label, text)
        options = CHOICES[name]
        return str(
            st.selectbox(
                **common,
                options=list(options),
                index=options.index(value),
                format_func=menus.labels(options, option_words),
            )
        )

    def moves(self, label: str, value: int, text: str) -> int:
        return int(
            st.selectbox(**self._common(label, text), options=MOVES, index=MOVES.index(value))
        )

    def switch(self, label: str, value: bool, text: str) -> bool:
        return bool(st.toggle(**self._common(label, text), value=value))
