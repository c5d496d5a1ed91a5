"""The verbs of the command line, one file each."""

__all__ = ["arguments", "verbs"]
