"""How large a network may be: checked before memory is taken. Source: spec/MODEL_BIN.md#limits."""

from __future__ import annotations

MOST_FILE = 32_000_000
"""Largest model.bin [bytes]."""
MOST_HEADER = 1_000_000
"""Largest header [bytes]."""
MOST_LAYERS = 512
MOST_ARRAYS = 1_024
MOST_AXES = 4
MOST_ROWS, MOST_COLUMNS, MOST_CHANNELS = 128, 256, 4_096
MOST_NUMBERS = 1_000_000
"""Most numbers of a tensor."""
MOST_TENSORS = 64_000_000
"""Most that all tensors take together [bytes of float32]."""
MOST_WORK = 2_000_000_000
"""Most multiply-adds of all convolutions together: a few seconds."""
LONGEST_NAME = 64
"""Longest name of a tensor."""
