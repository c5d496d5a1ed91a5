"""result.json: the table of the answers, of a few classes and of thousands."""

import json

import numpy as np
import pytest

from dpn.errors import RunError
from dpn.runs.result import WHOLE, answered, classes_of, confusion_of, kept_confusion
from dpn.runs.start import create_run
from tests.helpers import NAMES, RESULT, short_training, small_model


def table(classes, images=4_000):
    """Counts (K, K) of so many images, each answered as some class."""
    random = np.random.default_rng(classes)
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (random.integers(0, classes, images), random.integers(0, classes, images)), 1)
    return counts


@pytest.mark.parametrize("classes", [2, WHOLE, WHOLE + 1, 3_000])
def test_a_table_is_kept_in_little_and_comes_back_whole(classes):
    counts = table(classes)
    text = json.dumps(kept_confusion(counts))
    result = {"confusion": json.loads(text)}
    np.testing.assert_array_equal(confusion_of(result), counts)
    assert classes_of(result) == classes
    assert answered(result) == (4_000, counts.trace())
    assert len(text) < 120_000


def test_an_accuracy_of_more_than_all_is_damaged(tmp_path):
    run = create_run(tmp_path, small_model(), short_training(), NAMES, "mnist")
    run.set_result({**RESULT, "test_accuracy": 1.7})
    with pytest.raises(RunError, match=r"result\.json of run .* is damaged"):
        run.result()


def test_a_table_of_which_nothing_was_counted_is_one():
    result = {"confusion": kept_confusion(np.zeros((WHOLE + 1, WHOLE + 1), np.int64))}
    assert confusion_of(result).shape == (WHOLE + 1, WHOLE + 1)
    assert answered(result) == (0, 0)


CELLS = [[0, 1, 5], [2, 2, 7]]


@pytest.mark.parametrize(
    "kept",
    [
        {"classes": 3},
        {"classes": 10**9, "cells": CELLS},
        {"classes": True, "cells": CELLS},
        {"classes": "3", "cells": CELLS},
        {"classes": 2, "cells": CELLS},
        {"classes": 3, "cells": [[0, 1]]},
        {"classes": 3, "cells": [[0, -1, 5]]},
        {"classes": 3, "cells": [[0, 1, 10**30]]},
        {"classes": 3, "cells": "none"},
    ],
)
def test_a_damaged_table_is_refused(tmp_path, kept):
    run = create_run(tmp_path, small_model(), short_training(), NAMES, "mnist")
    run.set_result({**RESULT, "confusion": {"classes": 3, "cells": CELLS}})
    assert confusion_of(run.result())[0].tolist() == [0, 5, 0]
    run.set_result({**RESULT, "confusion": kept})
    with pytest.raises(RunError, match=r"result\.json .* is damaged"):
        run.result()
