"""A lesson: a model learns from a few corrected pictures, and is judged before it is kept."""

__all__ = ["judging", "lesson", "lesson_files"]
