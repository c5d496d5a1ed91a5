"""Dynamic Programming Networks: train one, draw a digit, and see every decision it makes.

Importing this package is cheap on purpose: torch is imported only by the modules that compute.
"""

import os

__version__ = "0.1.0"

# How long a waiting OpenMP thread spins before it sleeps. By default it spins for so long that on
# cores shared with anything else the threads keep each other from working: an epoch of MNIST took
# 64 s instead of 2.7 s. Sleeping at once costs half the speed on a free machine; this costs
# neither. OpenMP reads it when torch is first imported, which nothing here does before this line.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
