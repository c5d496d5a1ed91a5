"""How right a model stays when its images change: noise, blur, light, place, marks, attacks.

changes: each kind of change, in five strengths; measure: a model's accuracy under them; attacks:
changes along its own gradient; smallest: the smallest that turns an answer; under_attack: how right
it is then; pieces: what is exact about the nearest change.
"""

__all__ = ["attacks", "changes", "measure", "pieces", "smallest", "under_attack"]
