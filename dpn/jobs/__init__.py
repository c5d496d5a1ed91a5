"""Trainings in the background, answers from models, and who may have how much of both.

manager: starts, follows and ends trainings, each a process of ``workers``; queue: who is next;
limits: how much; serving: answers.
"""

__all__ = ["job", "limits", "look", "manager", "questions", "serving", "visitors"]
