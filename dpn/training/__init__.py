"""From the first batch to the result: one training, in one process or several."""

__all__ = ["augment", "failures", "loop", "opening", "parallel", "result", "trainer"]
