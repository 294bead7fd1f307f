"""On which side of the split a scene stands, decided before anything else is done with it."""

from __future__ import annotations

import hashlib
from typing import Literal

Side = Literal["train", "val", "test"]


def split(group: str, seed: int = 0, *, val: float = 0.1, test: float = 0.1) -> Side:
    """The side of a scene group: a function of its name and the seed alone.

    Every picture of a scene asks with the same group name, so no scene is on both sides, and a scene never
    moves because others come or go. `val` and `test` are the shares expected of many groups; a larger share
    only takes scenes from `train`, as far as `test` stays the same.

    Raises: ValueError for shares that are negative or leave nothing to train on, or for an empty group name.
    """
    if not (val >= 0 and test >= 0 and val + test < 1):
        raise ValueError(f"expected shares val, test ≥ 0 with a sum below 1, got {val} and {test}; lower them")
    if not group:
        raise ValueError("expected the name of a scene group, got an empty one; run `lightprobe fetch` to group scenes")
    digest = hashlib.blake2b(f"{seed}:{group}".encode(), digest_size=8).digest()
    place = int.from_bytes(digest, "big") / 2**64
    return "test" if place < test else "val" if place < test + val else "train"
