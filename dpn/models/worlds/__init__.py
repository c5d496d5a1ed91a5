"""The recursion on what is no picture, a file a world."""
