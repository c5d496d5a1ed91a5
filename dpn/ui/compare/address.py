"""What the address of Compare holds: the runs, in their order, and the sweep that is looked at."""

from __future__ import annotations

import streamlit as st

from dpn.address.kinds import LONGEST_ID
from dpn.ui.address import state

#: Names in the address. Runs are ids with commas between them.
RUNS, SWEEP = "runs", "sweep"


def arrive() -> None:
    """Note that both are made use of, each where it is due."""
    state.take(RUNS)
    state.take(SWEEP)


def asked_runs() -> list[str]:
    """Return the ids that the address asks for, each once; there may be more than are compared."""
    ids = st.query_params.get(RUNS, "").split(",")  # no more than an address has room for
    return list(dict.fromkeys(run_id[:LONGEST_ID] for run_id in ids if run_id))


def put_runs(ids: list[str]) -> None:
    """Write the runs into the address."""
    state.put(runs=ids or None)


def asked_sweep() -> str | None:
    """Return the id of the sweep that the address asks for."""
    return st.query_params.get(SWEEP, "")[:LONGEST_ID] or None


def put_sweep(sweep_id: str | None) -> None:
    """Write the sweep into the address, or take it out."""
    state.put(sweep=sweep_id)
