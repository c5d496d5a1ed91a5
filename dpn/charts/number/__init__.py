"""A number that was read: on its picture, and as the path through its cuts."""
