"""From the first batch to the result: one training, in one process or several."""

__all__ = [
    "batches",
    "doubting",
    "failures",
    "loop",
    "opening",
    "parallel",
    "result",
    "trainer",
]
