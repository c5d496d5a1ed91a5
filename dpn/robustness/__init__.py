"""How right a model stays when its images change: noise, blur, light, place, marks.

changes: each kind of change, in five strengths; measure: a model's accuracy under them.
"""

__all__ = ["changes", "measure"]
