"""The Classify page: draw or upload, be answered, correct the answer, teach."""

__all__ = [
    "draw",
    "export",
    "follow",
    "number",
    "number_answer",
    "sketch",
    "teach",
    "upload",
]
