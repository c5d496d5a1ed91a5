"""A sweep: which settings are varied, its trainings on disk, and about how long they take."""

__all__ = ["estimate", "record"]
