"""JSON that anyone may have written: bounded in size and depth, every failure one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MOST_JSON = 32 << 20
"""Largest text that is parsed [bytes]. The worst text takes twenty times as much memory."""


def parse_json(text: str | bytes) -> Any:
    """The value of a JSON text. Raises: ValueError in one line if it is not JSON, too large or nested too deeply."""
    if len(text) > MOST_JSON:
        raise ValueError(f"more than {MOST_JSON >> 20} MiB of JSON")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"invalid JSON: {error}") from None
    except UnicodeDecodeError:
        raise ValueError("invalid JSON: it is not UTF-8") from None
    except RecursionError:
        raise ValueError("invalid JSON: it is nested too deeply") from None
    except ValueError:  # Python limits the digits of integers
        raise ValueError("invalid JSON: a number has too many digits") from None


def read_json(path: Path) -> Any:
    """The value of a JSON file. Raises: OSError if it cannot be read or is no file; ValueError as `parse_json`."""
    if path.exists() and not path.is_file():  # a pipe would block, a device never end
        raise OSError(21, "not a regular file", str(path))
    with path.open("rb") as file:
        return parse_json(file.read(MOST_JSON + 1))
