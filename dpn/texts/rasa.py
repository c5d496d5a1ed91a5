"""Rasa's training data: intents with examples, as YAML or Markdown.

nlu:
- intent: greet
  examples: |
    - hello
    - hello from [Rome](city)

## intent:greet
- hello
"""

from __future__ import annotations

import re

from dpn.files.decoding import lines_of

#: A longer line is no example, nor the name of an intent.
_LONGEST = 10_000
_INTENT = re.compile(
    r"""(?:\s*-\s*intent:|##\s*intent:)\s*["']?([^\s"'#](?:[^"'#]*[^\s"'#])?)["']?\s*(?:#.*)?$"""
)
_OTHER = re.compile(r"##|\s*-\s*(?:synonym|lookup|regex):")
#: Of YAML: what the lines below are of.
_SECTION = re.compile(r"([A-Za-z_]+):")
_EXAMPLE = re.compile(r"\s*-\s+(?:text:\s*)?(\S.*)")
#: An entity in a text, with what it is behind it.
_ENTITY = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)|\{[^{}]*\})")


def rows_of_rasa(words: str) -> list[list[str]] | None:
    """Return (text, intent) of Rasa's training data; None of anything else."""
    rows: list[list[str]] = []
    intent, section = None, "nlu"
    for line in map(str.rstrip, lines_of(words)):
        if len(line) > _LONGEST:
            continue
        if found := _SECTION.match(line):
            intent, section = None, found[1]
        elif section != "nlu":  # of stories and rules: what is answered, no examples
            continue
        elif found := _INTENT.match(line):
            intent = found[1]
        elif _OTHER.match(line):
            intent = None
        elif intent and (found := _EXAMPLE.match(line)):
            rows.append([_ENTITY.sub(r"\1", found[1]), intent])
    return rows or None
