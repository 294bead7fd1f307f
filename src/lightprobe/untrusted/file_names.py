"""File names: the one gate for names that come from a file or a server and become a path.

A name passes if it means a file in the given folder, and that file alone, on Linux, macOS and Windows.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
"""Longest name [bytes of UTF-8]. File systems allow 255; suffixes and temporary files take some of them."""

_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of control characters, of bytes that are not UTF-8, and of line and paragraph separators."""


def name_problem(name: object) -> str:
    """Why a value cannot be the name of a file or folder inside a given folder; '' if it can.

    Source: Microsoft, "Naming Files, Paths, and Namespaces" for the names that Windows reserves.
    """
    if not isinstance(name, str):
        return "it is not text"
    if not name:
        return "it is empty"
    if set(name) & set("/\\:") or name in (".", ".."):
        return "it leads to another folder"
    if name.startswith("."):
        return "it is hidden"
    if any(unicodedata.category(letter) in _CONTROL for letter in name):
        return "it has control characters"
    if name[-1] in ". ":
        return "it ends in a dot or a space, which Windows drops"
    if _DEVICE.fullmatch(name.split(".")[0].rstrip()):
        return "Windows has a device of this name"
    if len(name.encode()) > LONGEST:
        return f"it is longer than {LONGEST} bytes"
    return ""


def check_name(name: object, where: str, expected: str = "the name of a file in the same folder") -> str:
    """The name again. Raises: ValueError in one line, which begins with `where`, if `name_problem` finds one."""
    if problem := name_problem(name):
        raise ValueError(f"{where}: expected {expected}, got {shown(name)} ({problem}); correct or rename it")
    assert isinstance(name, str)
    return name


def check_path(path: object, where: str, expected: str = "the path of a file in the same folder") -> str:
    """A relative path again, names joined by '/'. Raises: ValueError, as `check_name`, if a name in it will not do."""
    parts = path.split("/") if isinstance(path, str) else [path]
    if problem := next(filter(None, map(name_problem, parts)), ""):
        raise ValueError(f"{where}: expected {expected}, got {shown(path)} ({problem}); correct or rename it")
    assert isinstance(path, str)
    return path


def shown(value: object) -> str:
    """A value for a message: quoted, escaped, and short."""
    text = repr(value) if not isinstance(value, str) else repr(value[:80])
    return text if len(text) <= 90 else f"{text[:60]}…"
