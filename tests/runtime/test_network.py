"""Networks: the engine that runs them is the one that is asked for, and both answer alike."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from makers import noise
from model_folders import write_model

import lightprobe
from lightprobe.errors import ModelError
from lightprobe.imaging.cells import picture_cells
from lightprobe.runtime.network import Network


@pytest.mark.parametrize(
    ("has_layers", "threads", "engine", "expected"),
    [
        (True, 1, "auto", "numpy"),
        (True, 1, "numpy", "numpy"),
        (True, 1, "onnxruntime", "onnxruntime"),
        (True, 2, "auto", "onnxruntime"),
        (False, 1, "auto", "onnxruntime"),
        (False, 1, "onnxruntime", "onnxruntime"),
    ],
)
def test_the_engine(tmp_path: Path, has_layers: bool, threads: int, engine: str, expected: str) -> None:
    write_model(tmp_path, has_layers=has_layers)
    assert Network(tmp_path, threads, engine).engine == expected
    found = lightprobe.load(tmp_path, threads=threads, engine=engine).network
    assert found is not None
    assert found.engine == expected


def test_engines_that_cannot_run(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    with pytest.raises(ModelError, match=r"expected a model\.bin for numpy, got a folder without one; use onnxruntime"):
        Network(folder, engine="numpy")
    with pytest.raises(ValueError, match="expected an engine of auto, numpy, onnxruntime, got 'torch'; choose one"):
        Network(folder, engine="torch")
    with pytest.raises(ValueError, match="expected 1 thread or more, got 0"):
        Network(folder, 0)


def test_both_engines_of_the_shipped_model_answer_alike() -> None:
    picture = noise(64, 128, 3)
    picture[10:20, 30:60] = 255
    numpy, onnxruntime = (lightprobe.load(engine=engine) for engine in ("numpy", "onnxruntime"))
    for response in numpy.responses:
        ours, theirs = numpy(picture, response=response), onnxruntime(picture, response=response)
        for a, b in ((ours.sh.coeffs, theirs.sh.coeffs), (ours.panorama, theirs.panorama), (ours.curve, theirs.curve)):
            if a is None or b is None:
                assert a is b
                continue
            np.testing.assert_allclose(a, b, atol=1e-5 * np.abs(b).max())


def test_the_shipped_model_runs_without_onnxruntime() -> None:
    code = (
        "import sys; sys.modules['onnxruntime'] = None\n"
        "import lightprobe, numpy\n"
        "print(lightprobe.estimate(numpy.zeros((32, 64, 3), numpy.uint8)).panorama.shape)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "(32, 64, 3)", done.stderr


def test_responses_that_it_does_not_take(tmp_path: Path) -> None:
    network = Network(write_model(tmp_path, responses=["auto", "srgb"]))
    with pytest.raises(ValueError, match="expected a response of auto, srgb for made, got 'agx'; choose one"):
        network(picture_cells(noise(32, 64, 3), "agx"), "agx")
