"""Dynamic Programming Networks: train one, draw a digit, and see every decision it makes.

Importing this package is cheap on purpose: torch is imported only by the modules that compute.
"""

__version__ = "0.1.0"
