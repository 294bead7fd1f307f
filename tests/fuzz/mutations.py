"""Mutations of files: cut short, bytes changed, numbers made extreme, pieces repeated, removed or exchanged."""

from __future__ import annotations

import numpy as np

EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
HEADER = 512
"""Bytes at the start in which half of the changes happen: sizes and types are there."""


def mutated(data: bytes, others: list[bytes], seed: int) -> bytes:
    """A copy of `data` with one to four mutations; `others` are files from which pieces may come.

    The same arguments give the same copy.
    """
    rng = np.random.default_rng(seed)
    copy = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        mutation = _MUTATIONS[int(rng.integers(len(_MUTATIONS)))]
        copy = mutation(copy, others, rng)
    return bytes(copy)


def _place(copy: bytearray, rng: np.random.Generator) -> int:
    reach = min(len(copy), HEADER) if rng.random() < 0.5 else len(copy)
    return int(rng.integers(0, max(1, reach)))


def _cut(copy: bytearray, _: list[bytes], rng: np.random.Generator) -> bytearray:
    return copy[: int(rng.integers(0, len(copy) + 1))]


def _bits(copy: bytearray, _: list[bytes], rng: np.random.Generator) -> bytearray:
    for _ in range(int(rng.integers(1, 9)) if copy else 0):
        copy[_place(copy, rng)] ^= 1 << int(rng.integers(8))
    return copy


def _bytes(copy: bytearray, _: list[bytes], rng: np.random.Generator) -> bytearray:
    for _ in range(int(rng.integers(1, 9)) if copy else 0):
        copy[_place(copy, rng)] = int(rng.choice([0, 255, rng.integers(256)]))
    return copy


def _number(copy: bytearray, _: list[bytes], rng: np.random.Generator) -> bytearray:
    """An integer of one, two or four bytes becomes an extreme one, in either order of bytes."""
    size = int(rng.choice([1, 2, 4]))
    value = int(rng.choice(EXTREMES)) & ((1 << 8 * size) - 1)
    place = _place(copy, rng)
    copy[place : place + size] = value.to_bytes(size, "little" if rng.random() < 0.5 else "big")
    return copy


def _digits(copy: bytearray, _: list[bytes], rng: np.random.Generator) -> bytearray:
    """A digit of a text becomes another, or many."""
    digits = [place for place, byte in enumerate(copy[:65536]) if 48 <= byte <= 57]
    if digits:
        place = int(rng.choice(digits))
        copy[place : place + 1] = rng.choice([b"0", b"9", b"-1", b"99999999999", b"1e308", b"nan", b"inf"])
    return copy


def _piece(copy: bytearray, rng: np.random.Generator) -> tuple[int, int]:
    start = _place(copy, rng)
    return start, start + int(rng.choice([1, 2, 4, 8, 16, 64, 256]))


def _removed(copy: bytearray, _: list[bytes], rng: np.random.Generator) -> bytearray:
    start, stop = _piece(copy, rng)
    del copy[start:stop]
    return copy


def _repeated(copy: bytearray, _: list[bytes], rng: np.random.Generator) -> bytearray:
    start, stop = _piece(copy, rng)
    copy[stop:stop] = copy[start:stop] * int(rng.choice([1, 2, 16]))
    return copy


def _spliced(copy: bytearray, others: list[bytes], rng: np.random.Generator) -> bytearray:
    """A piece of another file."""
    other = others[int(rng.integers(len(others)))] if others else b""
    start, stop = _piece(copy, rng)
    source = int(rng.integers(0, max(1, len(other))))
    copy[start:stop] = other[source : source + stop - start]
    return copy


_MUTATIONS = (_cut, _bits, _bytes, _bytes, _number, _number, _digits, _removed, _repeated, _spliced)
