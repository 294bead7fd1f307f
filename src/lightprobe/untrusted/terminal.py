"""Terminal: text from files and servers, made safe to print.

A terminal obeys escape sequences in the text that it shows: they move the cursor, rewrite lines, set its title. Other
characters turn the reading direction, or look like nothing.
"""

from __future__ import annotations

import unicodedata

_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of control, format and surrogate characters, of line and paragraph separators (Unicode, chapter 4.5)."""


def printable(text: object, *, keep: str = "") -> str:
    """The text on one line, control and format characters written as `\\x1b` or `\\u202e`; those in `keep` stay."""
    line = str(text)
    if line.isprintable():
        return line
    return "".join(c if c in keep or unicodedata.category(c) not in _ESCAPED else _escape(c) for c in line)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
