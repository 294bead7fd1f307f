"""A small suite with known contents, and entrants to be judged on it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lightprobe.evaluation.report.write import write_report
from lightprobe.evaluation.scoring.judge import JudgePlan, JudgeResult, judge
from lightprobe.evaluation.suites.build import SuitePlan, build_suite
from lightprobe.evaluation.suites.folder import read_suite
from lightprobe.evaluation.suites.shots import AUTO_EXPOSURE, SuiteScene
from lightprobe.evaluation.suites.suite import Suite, natural_suite
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.sphere.panorama.equirect import directions

SLUGS = ("dim_hall", "green_park_01", "green_park_02")


def radiance(slug: str) -> np.ndarray:
    """A smooth colored panorama of 128×64, in parks with a sun."""
    rng = np.random.default_rng(SLUGS.index(slug))
    tones = directions(64, 128) @ rng.normal(0, 0.8, (3, 3))
    panorama = 0.2 * 2.0 ** np.clip(tones, -1.6, 1.6)
    if slug != "dim_hall":
        panorama[14 + SLUGS.index(slug), 40] += 800.0
    return panorama.astype(np.float32)


def toy_suite(seed: int = 3) -> Suite:
    """Two scene groups, three scenes; of their 63 pictures of 64×32 the 39 that are srgb or exposed automatically."""
    suite = whole_suite(seed)
    shots = tuple(shot for shot in suite.shots if "srgb_" in shot.id or shot.exposure == AUTO_EXPOSURE)
    return replace(suite, shots=shots)


def whole_suite(seed: int = 3) -> Suite:
    """The same with all pictures."""
    scenes = [
        SuiteScene(
            slug=slug, group="green_park" if "park" in slug else slug, stratum="sun" if "park" in slug else "indoor"
        )
        for slug in SLUGS
    ]
    return natural_suite("toys", scenes, radiance, seed=seed, size=(64, 32), about="three toys")


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small suite, written; not to be changed."""
    out = tmp_path_factory.mktemp("suites") / "toys"
    build_suite(SuitePlan(suite=toy_suite(), more={}), out)
    return out


@pytest.fixture
def toys(folder: Path) -> Suite:
    return read_suite(folder)


@pytest.fixture
def hdris(tmp_path: Path) -> Path:
    """A folder with the toys as HDRIs, and a pure sky."""
    folder = tmp_path / "hdris"
    folder.mkdir()
    for slug in SLUGS:
        write_exr(folder / f"{slug}.exr", radiance(slug))
    write_exr(folder / "clear_puresky.exr", radiance(SLUGS[1]))
    return folder


@pytest.fixture
def predictions_file(toys: Suite, tmp_path: Path) -> Callable[..., Path]:
    """predictions_file(name=array, …): true predictions for the toys as a file, with some arrays replaced."""

    def write(suite: Suite = toys, **changes: object) -> Path:
        items = list(suite.items())
        arrays = {"ids": [item.shot.id for item in items], "coeffs": [item.coeffs for item in items], **changes}
        path = tmp_path / "mine.npz"
        np.savez(path, **{name: np.array(values) for name, values in arrays.items() if values is not None})
        return path

    return write


@pytest.fixture(scope="session")
def plan(folder: Path) -> JudgePlan:
    return JudgePlan(suites=(str(folder),), models=("plain",))


@pytest.fixture(scope="session")
def results(plan: JudgePlan) -> list[JudgeResult]:
    return judge(plan)


@pytest.fixture
def write_model() -> Callable[..., Path]:
    """write_model(path, …): a model folder, made with onnx."""
    pytest.importorskip("onnx", reason="model folders are made with onnx: pip install 'lightprobe[train]'")
    from ..runtime.model_folders import write_model

    return write_model


@pytest.fixture(scope="session")
def written(plan: JudgePlan, results: list[JudgeResult], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the small suite, with its page if matplotlib is installed."""
    out = tmp_path_factory.mktemp("out") / "report"
    write_report(out, plan, results, with_page=importlib.util.find_spec("matplotlib") is not None)
    return out
