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

_INTENT = re.compile(r"""(?:\s*-\s*intent:\s*|##\s*intent:\s*)["']?([^"'#]+?)["']?\s*(?:#.*)?$""")
_OTHER = re.compile(r"##|\s*-\s*(?:synonym|lookup|regex):|[A-Za-z_]+:")
_EXAMPLE = re.compile(r"\s*-\s+(?:text:\s*)?(.*\S)")
#: An entity in a text, with what it is behind it.
_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


def rows_of_rasa(words: str) -> list[list[str]] | None:
    """Return (text, intent) of Rasa's training data; None of anything else."""
    rows: list[list[str]] = []
    intent = None
    for line in lines_of(words):
        if found := _INTENT.match(line):
            intent = found[1].strip()
        elif _OTHER.match(line):
            intent = None
        elif intent and (found := _EXAMPLE.match(line)):
            rows.append([_ENTITY.sub(r"\1", found[1]), intent])
    return rows or None
