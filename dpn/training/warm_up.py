"""What a training imports at its first step and at its end, imported while nobody waits."""

from __future__ import annotations

import importlib

#: torch's optimisers bring torch._dynamo, and that half of SymPy: a second between Start and the
#: first loss.
LATE = ("torch._dynamo", "torch.utils.flop_counter")


def warm_up() -> None:
    """Import what torch imports at its first use. Nothing is computed: no thread is started."""
    for name in LATE:
        importlib.import_module(name)
