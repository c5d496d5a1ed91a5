"""What all files and folders of texts, series and lists have in common: words, classes, parts."""

__all__ = ["decoding", "folders"]
