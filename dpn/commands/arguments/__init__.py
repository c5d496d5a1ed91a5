"""What each verb takes; without what computes, so that ``--help`` answers at once."""

__all__ = ["parser", "said"]
