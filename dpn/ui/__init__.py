"""What all pages share: their frame, the run they look at, and how things are said.

``from dpn import ui`` is enough for a page; a folder here holds what one page is made of.
"""

from dpn.runs.title import STATE_WORDS, title_of
from dpn.ui.current import (
    current_job,
    current_run,
    current_run_id,
    look_at,
    look_away,
    on_disk,
    run_here,
    shown_job,
    words_of_no_run,
    world_here,
)
from dpn.ui.frame import head, start_page
from dpn.ui.loaded import data_notes, dataset
from dpn.ui.shared import get_ready_to_train, history, jobs, model_server, warm_up
from dpn.ui.tested import (
    between,
    claimed,
    class_means,
    compared,
    evaluation,
    is_compared,
    stamp,
    test_images,
)
from dpn.ui.widgets import (
    device_words,
    figure,
    guard,
    is_dark,
    matrix_room,
    put,
    show_error,
)
from dpn.ui.words import describe, duration, plain, took

__all__ = [
    "STATE_WORDS",
    "access",
    "answers",
    "between",
    "claimed",
    "class_means",
    "compared",
    "current_job",
    "current_run",
    "current_run_id",
    "data_notes",
    "dataset",
    "describe",
    "device_words",
    "duration",
    "evaluation",
    "explainers",
    "figure",
    "get_ready_to_train",
    "guard",
    "head",
    "history",
    "is_compared",
    "is_dark",
    "jobs",
    "kept",
    "loaded",
    "look_at",
    "look_away",
    "matrix_room",
    "menus",
    "model_server",
    "on_disk",
    "plain",
    "put",
    "run_here",
    "sets",
    "shared",
    "show_error",
    "shown_job",
    "stamp",
    "start_page",
    "test_images",
    "tested",
    "title_of",
    "took",
    "warm_up",
    "words",
    "words_of_no_run",
    "world_here",
]
