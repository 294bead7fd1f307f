"""The JSON files of spec/golden: one case per line, with convention and origin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

SH = (
    "L_lm: real orthonormal radiance SH, order 00 1-1 10 11 2-2 2-1 20 21 22 …, no Condon-Shortley sign, polar axis z; "
    "frame three (panorama center +X, right +Z, up +Y)"
)
PROGRAM = "tools/golden/make_golden.py"


def write(folder: Path, name: str, convention: str, how: str, cases: dict[str, list[dict[str, Any]]]) -> None:
    """One case per line; floats as Python prints them, which is exact."""

    def plain(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return plain(value.tolist())
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        return float(value) + 0.0 if isinstance(value, float | np.floating) else value

    lines = [f' "convention": {json.dumps(convention)}', f' "how": {json.dumps(f"{PROGRAM}: {how}")}']
    for key, rows in cases.items():
        inner = ",\n".join("  " + json.dumps(plain(row), ensure_ascii=False) for row in rows)
        lines.append(f' "{key}": [\n{inner}\n ]')
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    assert len(text.encode()) < 60_000, (name, len(text))
    (folder / name).write_text(text, encoding="utf-8")
