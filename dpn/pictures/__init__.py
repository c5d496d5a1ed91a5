"""From the bytes of a picture to the input of a model, with every stage kept for showing."""

__all__ = [
    "decode",
    "files",
    "folders",
    "ink",
    "pages",
    "paper",
    "png",
    "preparations",
    "prepare",
    "reading",
    "size_limits",
]
