"""The split of scene groups into train, val and test."""

from __future__ import annotations

import hashlib
from typing import Literal

Side = Literal["train", "val", "test"]


def split(group: str, seed: int = 0, *, val: float = 0.1, test: float = 0.1) -> Side:
    """The side of a scene group: a function of its name and the seed alone.

    All pictures of a scene have the same group, so no scene is on two sides, and a scene does not move when others are
    added or removed. `val` and `test` are the shares expected of many groups; a larger share of `val` only takes groups
    from `train`, as long as `test` stays the same.

    Raises: ValueError for shares that are negative or leave nothing to train on, or for an empty group name.
    """
    if not (val >= 0 and test >= 0 and val + test < 1):
        raise ValueError(f"expected shares val, test ≥ 0 with a sum below 1, got {val} and {test}; lower them")
    if not group:
        raise ValueError(
            "expected the name of a scene group, got an empty one; run `lightprobe fetch`, which finds scene groups"
        )
    digest = hashlib.blake2b(f"{seed}:{group}".encode(), digest_size=8).digest()
    draw = int.from_bytes(digest, "big") / 2**64
    return "test" if draw < test else "val" if draw < test + val else "train"
