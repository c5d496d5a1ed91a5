"""What the address of Compare holds: the runs, in their order, and the sweep that is looked at."""

from __future__ import annotations

import streamlit as st

#: Names in the address. Runs are ids with commas between them.
RUNS, SWEEP = "runs", "sweep"
#: Characters of a folder's name, and so of an id.
LONGEST_ID = 255
#: Runs that are compared at once; colours and letters are for so many.
MOST = 6


def asked_runs() -> list[str]:
    """Return the ids that the address asks for, each once; there may be more than ``MOST``."""
    ids = st.query_params.get(RUNS, "").split(",")[: 4 * MOST]
    return list(dict.fromkeys(run_id[:LONGEST_ID] for run_id in ids if run_id))


def put_runs(ids: list[str]) -> None:
    """Write the runs into the address."""
    text = ",".join(ids)
    if st.query_params.get(RUNS, "") != text:
        if text:
            st.query_params[RUNS] = text
        else:
            st.query_params.pop(RUNS, None)


def asked_sweep() -> str | None:
    """Return the id of the sweep that the address asks for."""
    return st.query_params.get(SWEEP, "")[:LONGEST_ID] or None


def put_sweep(sweep_id: str | None) -> None:
    """Write the sweep into the address, or take it out."""
    if sweep_id is None:
        st.query_params.pop(SWEEP, None)
    elif st.query_params.get(SWEEP) != sweep_id:
        st.query_params[SWEEP] = sweep_id
