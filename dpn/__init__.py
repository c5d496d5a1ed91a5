"""Dynamic Programming Networks: train one, draw a digit, and see every decision it makes.

Importing this package is cheap on purpose: torch is imported only by the modules that compute.
"""

import os

__version__ = "0.1.0"

# Threads that wait must sleep, not spin. When anything else runs on the same cores, spinning threads
# keep it and each other from working: an epoch of MNIST took 64 s instead of 2.7 s. OpenMP reads this
# when torch is first imported, which nothing in this project does before this line.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
