"""The Classify page: draw or upload, be answered, correct the answer, teach."""

__all__ = [
    "draw",
    "export",
    "number",
    "number_answer",
    "outcome",
    "sketch",
    "teach",
    "teachers",
    "upload",
]
