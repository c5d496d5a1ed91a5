"""What all files, folders and archives that people bring have in common: words, classes, parts."""

__all__ = ["archives", "columns", "decoding", "folders", "orange", "prose", "times"]
