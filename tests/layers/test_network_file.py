"""model.bin: read back as it was written, and refused in one line where it is damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from networks import network, packed, small

from lightprobe.layers import LayerRunner, Layers, from_model_bin, to_model_bin
from lightprobe.layers.limits import MOST_FILE
from lightprobe.models import build

PRETRAINED = Path(__file__).parents[2] / "src" / "lightprobe" / "pretrained" / "model.bin"
HEADER: dict[str, Any] = {
    "inputs": {},
    "arrays": [{"type": "float16", "shape": [1, 9, 3]}],
    "layers": [{"kind": "constant", "from": [], "to": "x", "array": 0}],
    "outputs": {"coeffs": "x"},
}
ZEROS = bytes(54)


def test_what_is_written_is_read() -> None:
    written = small()
    read = from_model_bin(to_model_bin(written))
    assert (read.inputs, read.layers, read.outputs) == (written.inputs, written.layers, written.outputs)
    for ours, theirs in zip(written.arrays, read.arrays, strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)


def test_the_bytes_are_as_the_page_says() -> None:
    values = np.array([1.5, -2.0, 0.25], np.float16)
    exact = np.array([[1, 3]], np.float32)
    data = to_model_bin(network(arrays=(values, exact)))
    assert data[:8] == b"LPMODEL2"
    length = int.from_bytes(data[8:12], "little")
    header = json.loads(data[12 : 12 + length])
    assert list(header) == ["inputs", "arrays", "layers", "outputs"]
    assert header["arrays"][1:] == [{"type": "float16", "shape": [3]}, {"type": "float32", "shape": [1, 2]}]
    assert len(data) % 4 == 0
    np.testing.assert_array_equal(np.frombuffer(data[-8:], "<f4"), [1, 3])
    assert data[-10:-8] == b"\0\0"
    assert data[-16:-10] == bytes([0x3E, 0xC0, 0x34, 0, 0, 0])  # high bytes of 0x3e00, 0xc000 and 0x3400, then low ones


def test_float16_where_it_is_exact() -> None:
    half, single = small().arrays[0], network(arrays=(np.array([0.1], np.float32),)).arrays[1]
    assert half.dtype == np.float16
    assert from_model_bin(to_model_bin(network(arrays=(single,)))).arrays[1].dtype == np.float32


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a network that begins with LPMODEL2, got b''"),
        (b"LPMODEL1" + bytes(20), "a network that begins with LPMODEL2, got b'LPMODEL1'"),
        (b"LPMODEL2", "a header of at most"),
        (b"LPMODEL2\xff\xff\xff\xff{}", "a header of at most 1[0-9] bytes, got 4,294,967,295"),
        (packed(b"no JSON"), "invalid JSON"),
        (packed(b"[" * 5000), "invalid JSON: it is nested too deeply"),
        (packed(b"\xff\xfe"), "a header in UTF-8, got other bytes"),
        (packed([]), "header: an object, got "),
        (packed(HEADER | {"more": 1}, ZEROS), "header: fields of inputs, arrays, layers, outputs, got more"),
        (packed({}), "header: a field 'inputs', got none"),
        (packed(HEADER | {"layers": {}}, ZEROS), "header: layers of type array"),
        (packed(HEADER | {"layers": [[]]}, ZEROS), "layer 1: expected an object"),
        (packed(HEADER | {"inputs": {"white": [32, 64]}}, ZEROS), "a shape of 3 sizes of the input white"),
        (packed(HEADER | {"inputs": {"white": None}}, ZEROS), "a shape of 3 sizes of the input white, got None"),
        (packed(HEADER | {"outputs": {"coeffs": ["x"]}}, ZEROS), "outputs: coeffs of type string"),
        (packed(HEADER | {"arrays": [7]}, ZEROS), "array 0: an object, got 7"),
        (packed(HEADER | {"arrays": [{"type": "int8", "shape": [9]}]}, ZEROS), "float16, float32, got int8"),
        (packed(HEADER | {"arrays": [{"type": "float16", "shape": [-1]}]}, ZEROS), "a shape of 1 to 4 sizes"),
        (packed(HEADER | {"arrays": [{"type": "float16", "shape": []}]}, ZEROS), "a shape of 1 to 4 sizes"),
        (packed(HEADER | {"arrays": [{"type": "float16", "shape": [10**7] * 4}]}, ZEROS), "a file that ends before"),
        (packed(HEADER, ZEROS[:-2]), "array 0: expected 27 numbers, got a file that ends before"),
        (packed(HEADER, ZEROS + b"\0"), "expected [0-9]+ bytes, got"),
        (packed(HEADER, b"\xff" + ZEROS[1:]), "array 0: expected finite numbers, got NaN or infinity"),
        (packed(HEADER | {"arrays": HEADER["arrays"] * 1025}, 1025 * ZEROS), "at most 1,024 arrays, got 1,025"),
        (bytes(MOST_FILE + 1), "at most 32,000,000 bytes, got 32,000,001"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_damaged_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        from_model_bin(data)
    assert "\n" not in str(caught.value)


def test_a_whole_one_is_read() -> None:
    assert from_model_bin(packed(HEADER, ZEROS)).outputs == {"coeffs": "x"}


def test_too_large_to_write() -> None:
    wide = np.zeros((5000, 3300), np.float16)
    with pytest.raises(ValueError, match="a network of at most 32,000,000 bytes, got 33,"):
        to_model_bin(network(arrays=(wide,)))
    names = {f"{'x' * 50} {k}": "coeffs" for k in range(20_000)}
    with pytest.raises(ValueError, match="a header of at most 1,000,000 bytes, got 1,"):
        to_model_bin(network(outputs={"coeffs": "coeffs", **names}))


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_mutations_are_refused_or_run(count: int) -> None:
    """Whatever a byte of it becomes, a model.bin is refused with one line, or answers."""
    rng = np.random.default_rng(count)
    whole = to_model_bin(small())
    end = 12 + int.from_bytes(whole[8:12], "little")
    inputs = {"radiance": np.ones((32, 64, 3), np.float32), "white": np.zeros((32, 64, 3), np.float32)}
    read, messages = 0, list[str]()
    for turn in range(count):
        data = bytearray(whole)
        for _ in range(rng.integers(1, 4)):
            place = int(rng.integers(0, end if turn % 8 else len(data)))
            way = rng.integers(0, 4)
            if way == 0:
                data[place] = int(rng.integers(0, 256))
            elif way == 1:
                data[place] = int(rng.choice(list(b'0123456789{}[]",:-')))
            elif way == 2:
                del data[place : place + int(rng.integers(1, 9))]
            else:
                data[place:place] = data[place : place + int(rng.integers(1, 9))]
        if turn % 2 and len(data) > 12:  # a header of the right length is read to its end
            data[8:12] = (end - 12 + len(data) - len(whole)).to_bytes(4, "little", signed=True)
        try:
            network = from_model_bin(bytes(data))
        except ValueError as error:
            messages.append(str(error))
            continue
        read += 1
        if read % 16 == 0:
            assert "coeffs" in LayerRunner(network)(inputs, turn % 6)
    assert not [message for message in messages if "\n" in message]
    assert count / 100 < read < count / 2


def test_the_shipped_network_is_that_of_the_shipped_weights() -> None:
    import torch

    model = build("surroundings")
    model.load_state_dict(torch.load(PRETRAINED.with_name("weights.pth"), weights_only=True))
    layers = model.eval().layers()
    assert isinstance(layers, Layers)
    assert to_model_bin(layers) == PRETRAINED.read_bytes()
