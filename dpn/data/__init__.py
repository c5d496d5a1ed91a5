"""Data sets: which there are, how each is found, fetched and read, and the names people give."""
