"""What all files, folders and archives that people bring have in common: words, classes, parts."""

__all__ = ["archives", "decoding", "folders", "prose", "times"]
