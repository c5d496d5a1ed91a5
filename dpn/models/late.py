"""What torch imports at the first step of a training, or when operations are counted."""

from __future__ import annotations

import importlib
import threading

#: torch's optimisers and counters bring torch._dynamo, and that half of SymPy: a second, and 70 MB.
LATE = ("torch._dynamo", "torch.utils.flop_counter")
_ONE = threading.Lock()


def import_late() -> None:
    """Import it now. Nothing is computed: no thread is started.

    Of several threads the others wait, for two that import it at the same time see it half made.
    """
    with _ONE:
        for name in LATE:
            importlib.import_module(name)
