"""A doubt for tests that need one, whatever it doubts."""

import numpy as np

from dpn.doubt.known import Doubt


def doubt_for(features, hidden=2):
    """A doubt that knows everything."""
    one = np.ones(features, np.float32)
    return Doubt(
        0 * one,
        one,
        np.zeros((hidden, features), np.float32),
        *(np.zeros(hidden, np.float32) for _ in range(2)),
        *(np.array(value, np.float32) for value in (0, -9, 1)),
    )
