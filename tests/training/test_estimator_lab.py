"""tools/estimator: many models at once must be what one would be, and one that fails must not spoil the others."""

from __future__ import annotations

import importlib
import json
import lzma
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.models import curve_mixture
from lightprobe.models.surroundings import Surroundings
from lightprobe.sphere import dominant_light, project
from lightprobe.training.data.loader import Batch
from lightprobe.training.data.targets import Targets
from lightprobe.training.objective.lost_light import lost_light_terms
from lightprobe.training.recipes import LossWeights

TOOL = Path(__file__).parents[2] / "tools" / "estimator"
MODULES = (
    *("layers", "network", "objective", "pictures", "plans", "scenes", "scores", "sphere", "summary", "trainer"),
    *("refit", "condense", "ensemble", "distill", "taught"),
)


@pytest.fixture(scope="module")
def lab() -> Iterator[Any]:
    """The tool's modules; they lie beside one another, outside the package."""
    sys.path.insert(0, str(TOOL))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    finally:
        sys.path.remove(str(TOOL))
        for name in MODULES:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six packed scenes: gray, and one bright spot each; the last two count as worlds."""
    out = tmp_path_factory.mktemp("scenes")
    planes = np.zeros((4, 6, 128, 256), np.uint8)
    planes[0], planes[1:] = 128, 128  # 128/256 · 2⁰
    for k in range(6):
        planes[0, k, 30 + 5 * k : 34 + 5 * k, 60 : 70 + k] = 134
    rows = [
        {"slug": f"s{k}", "group": f"s{k}", "stratum": "sun", "puresky": False, "median": 0.5, "world": k > 3}
        for k in range(6)
    ]
    grid = np.linspace(-12, 5, 512)
    curves = {
        "names": ["srgb", "camera", "filmic"],
        "tables": [np.minimum(2.0**grid / white, 1).tolist() for white in (1, 2, 4)],
        "log_knots": np.zeros((3, 16)).tolist(),
        "prototypes": curve_mixture.log_curves().tolist(),
        "gains": curve_mixture.log_gains().tolist(),
        "lowest": -12.0,
        "highest": 5.0,
    }
    folds = [{"train": ["s0", "s1", "s2"], "scored": ["s3"]}, {"train": ["s1", "s2", "s3"], "scored": ["s0"]}]
    steps = np.diff(planes, axis=-1, prepend=0).astype(np.uint8)
    (out / "scenes.xz").write_bytes(lzma.compress(steps.tobytes()))
    (out / "catalog.json").write_text(json.dumps({"scenes": rows, "folds": folds, "curves": curves}))
    return out


@pytest.mark.parametrize(("size", "stride"), [(3, 1), (3, 2), (4, 2)])
def test_a_stacked_convolution_is_the_convolution_of_each_model(lab: Any, size: int, stride: int) -> None:
    torch.manual_seed(0)
    planes = torch.randn(2, 5, 3, 8, 16, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(2, 4, 5, size, size, dtype=torch.float64, requires_grad=True)
    bias = torch.randn(2, 4, dtype=torch.float64)
    found = lab.layers.convolve({"w": weights, "w.bias": bias}, "w", planes, stride)
    one_by_one = []
    for p, w, b in zip(planes, weights, bias, strict=True):
        padded = functional.pad(p.transpose(0, 1), (1, 1, 0, 0), mode="circular")
        one_by_one.append(functional.conv2d(padded, w, b, stride, padding=(1, 0)).transpose(0, 1))
    expected = torch.stack(one_by_one)
    direction = torch.randn_like(expected)
    torch.testing.assert_close(found, expected)
    for a, b in zip(
        torch.autograd.grad((found * direction).sum(), (planes, weights)),
        torch.autograd.grad((expected * direction).sum(), (planes, weights)),
        strict=True,
    ):
        torch.testing.assert_close(a, b)


def test_shuffle_is_torchs(lab: Any) -> None:
    planes = torch.randn(2, 8, 3, 4, 5)
    expected = functional.pixel_shuffle(planes.transpose(1, 2), 2).transpose(1, 2)
    torch.testing.assert_close(lab.layers.shuffle(planes), expected)


def test_projection_and_dominant_light_agree_with_the_product(lab: Any) -> None:
    rng = np.random.default_rng(3)
    panorama = rng.uniform(0, 0.2, (32, 64, 3))
    panorama[9:11, 40:42] = (90.0, 70.0, 40.0)
    sphere = lab.sphere.Sphere("cpu")
    planes = torch.tensor(panorama, dtype=torch.float32).permute(2, 0, 1)
    coeffs = sphere.project(planes[None, :, None])[0, 0].numpy()
    np.testing.assert_allclose(coeffs, project(panorama), atol=2e-3 * np.abs(coeffs).max())
    light = dominant_light(project(panorama), panorama)
    found = lab.scores.dominant(planes.flatten(1)[None], sphere)
    assert math.degrees(math.acos(float(found["direction"][0].numpy() @ light.direction))) < 1
    np.testing.assert_allclose(found["rgb"][0].numpy(), light.irradiance, rtol=0.03)


def one_light(lab: Any, middle: float, width: float) -> Any:
    """A light whose level has one logistic distribution."""
    planes = torch.zeros(1, 3, 1, 32, 64)
    values = (torch.tensor([[[value]]]) for value in (middle, width, 0.0))
    return lab.network.Light(planes, planes, planes, *values, torch.zeros(1, 1, 16))


def test_the_level_has_a_density(lab: Any) -> None:
    light = one_light(lab, 0.7, 0.4)
    stops = torch.linspace(-20, 20, 4001)
    density = [math.exp(float(lab.objective.log_likelihood(light, s.view(1, 1)))) for s in stops]
    assert sum(density) * 0.01 == pytest.approx(1, abs=1e-3)
    answers = lab.objective.Answers("cpu")
    p = answers.probabilities(light)
    assert float(answers.quantile(p, 0.5)) == pytest.approx(0.7, abs=0.02)
    # the logistic distribution has its quantile q at μ + s ln(q/(1 − q))
    assert float(answers.quantile(p, 0.9)) == pytest.approx(0.7 + 0.4 * math.log(9), abs=0.03)


def test_best_has_the_least_expected_error(lab: Any) -> None:
    sphere, answers = lab.sphere.Sphere("cpu"), lab.objective.Answers("cpu")
    known, lost = torch.zeros(1, 1, 9, 3), torch.zeros(1, 1, 9, 3)
    known[..., 0, :], lost[..., 0, :] = 1.0, 2.0
    p = answers.probabilities(one_light(lab, 0.5, 0.6))
    found = float(answers.best(p, known, lost, sphere))
    levels = 2.0 ** answers.grid.numpy()

    def expected(level: float) -> float:
        truth = 1 + 2 * levels
        return float((p[0, 0].numpy() * np.abs(1 + 2 * 2**level - truth) / truth).sum())

    tried = np.arange(-3, 3, 0.01)
    assert found == pytest.approx(tried[np.argmin([expected(t) for t in tried])], abs=0.26)
    assert expected(found) <= min(expected(t) for t in tried) * 1.01


def test_the_product_has_the_same_terms(lab: Any, folder: Path) -> None:
    """Of pictures with a given curve; place and color of whole ones, for the product sees in cells what is clipped."""
    torch.manual_seed(4)
    model, shape = Surroundings().eval(), lab.network.Shape(widths=(16, 24, 36), context=46)
    with torch.no_grad():
        for head in (model.heads, model.sky, model.color, model.spread):
            head.weight.normal_(0, 0.2)
    state, weights = model.state_dict(), {}
    for name, size in shape.layers().items():
        own = f"deep.{name[4:]}" if name.startswith("deep") else name
        weights[name] = state[f"{own}.weight"].reshape(1, *size)
        weights[name + ".bias"] = state[f"{own}.bias"][None]
    scenes = lab.scenes.Scenes(folder, "cpu")
    sphere = lab.sphere.Sphere("cpu")
    exam = lab.scores.make_exam(0, scenes, lab.pictures.Camera(scenes, seed=1, masks=8))
    given = [k for k, c in enumerate(exam.conditions) if "unknown" not in lab.scores.CONDITIONS[c]]
    model.requires_grad_(False)
    for kind in ("srgb given", "fov"):
        some = [k for k in given if lab.scores.CONDITIONS[exam.conditions[k]].startswith(kind)]
        flat = ("auto", "log_white", "log_knots")
        cells = lab.scenes.Cells(**{n: v[:, some] if n in flat else v[:, :, some] for n, v in vars(exam.cells).items()})
        light = lab.network.Network(shape, sphere, scenes.prototypes, scenes.gains)(weights, cells)
        expected = {name: float(value.mean()) for name, value in lab.objective.terms(light, cells, sphere).items()}
        truth = cells.within + cells.beyond
        planes = torch.cat([cells.observed, cells.clipped, cells.share], dim=1)[0].transpose(0, 1)
        response = torch.full((len(some),), RESPONSE_CODES.index("srgb"))
        panorama = truth[0].permute(1, 2, 3, 0)
        targets = Targets(sphere.project(truth)[0], panorama, cells.log_knots[0], torch.ones(len(some)))
        batch = Batch(planes, response, targets)
        ones = LossWeights(irradiance=1, log=1, curve=1, oracle=1, level=1, place=1, color=1, unseen=1)
        found = lost_light_terms(model.light(planes, response), batch, model, ones)
        names = {"irradiance": "point", "oracle": "oracle", "level": "level", "log": "log", "unseen": "unseen"}
        if kind == "srgb given":
            names |= {"place": "place", "color": "color"}
        for own, lab_name in names.items():
            assert float(found[own]) == pytest.approx(expected[lab_name], rel=2e-3, abs=1e-4), own


def tiny_trainer(lab: Any, folder: Path) -> Any:
    scenes = lab.scenes.Scenes(folder, "cpu")
    camera, sphere = lab.pictures.Camera(scenes, seed=1, masks=8), lab.sphere.Sphere("cpu")
    settings = (lab.trainer.Setting("a"), lab.trainer.Setting("b", worlds=1.0))
    shape = lab.network.Shape(widths=(4, 4, 4), context=4, deep=1)
    slots = lab.pictures.Slots(1, 1, 1, 1)
    stack = lab.trainer.Stack("tiny", settings, shape=shape, steps=5, slots=slots, folds=(0, 1), seeds=(0,))
    return lab.trainer.Trainer(stack, scenes, camera, sphere)


def test_a_model_that_fails_leaves_the_others_alone(lab: Any, folder: Path) -> None:
    torch.manual_seed(0)
    trainer = tiny_trainer(lab, folder)
    with torch.no_grad():
        trainer.vectors[1] = math.nan
    before = trainer.vectors.detach().clone()
    for _ in range(2):
        trainer.forward_backward()
    assert trainer.skipped.tolist() == [0, 2, 0, 0]
    others = [0, 2, 3]
    assert torch.isfinite(trainer.vectors[others]).all()
    assert (trainer.vectors[others] != before[others]).any(dim=1).all()


def test_streams_keep_to_their_scenes(lab: Any, folder: Path) -> None:
    trainer = tiny_trainer(lab, folder)
    camera = trainer.camera
    drawn = camera._draw(torch.arange(4).repeat(50), trainer.pools, trainer.counts, trainer.worlds).view(50, 4)
    allowed = {(0, 0.35): {0, 1, 2, 4, 5}, (0, 1.0): {4, 5}, (1, 0.35): {1, 2, 3, 4, 5}, (1, 1.0): {4, 5}}
    keys = [(fold, setting.worlds) for setting, fold, _ in trainer.stack.models()]
    for column, key in enumerate(keys):
        assert set(drawn[:, int(trainer.stream[column])].tolist()) <= allowed[key]


def test_cells_add_up_to_the_truth(lab: Any, folder: Path) -> None:
    torch.manual_seed(1)
    trainer = tiny_trainer(lab, folder)
    slots = lab.pictures.Slots(3, 0, 3, 0)
    cells = trainer.camera.batch(trainer.pools, trainer.counts, trainer.worlds, slots, slots.unknown(4, "cpu"))
    assert float(cells.share.max()) <= 1
    assert (cells.share[:, :, :3] > 1 - 1e-6).all()
    assert (cells.share[:, :, 3:].mean((1, 3, 4)) < 0.99).all()
    whole = slice(0, 3)
    # softening moves light between neighbors, and clips a little less of it
    difference = (cells.observed[:, :, whole] - cells.within[:, :, whole]).abs().mean()
    assert float(difference) < 0.01 * float(cells.within.mean())
    assert (cells.beyond >= -1e-4).all()


def test_strong_light_is_never_greener_than_red_and_blue(lab: Any, folder: Path) -> None:
    trainer = tiny_trainer(lab, folder)
    weights = {name: value.detach().clone() for name, value in trainer.weights().items()}
    weights["color.bias"][:, 1] = 5.0  # as green as the tint goes
    planes = torch.zeros(4, 3, 1, 32, 64)
    planes[..., 8:10, 20:22] = 1.0
    full, none = torch.ones(4, 1, 1, 32, 64), torch.zeros(4, 1)
    cells = lab.scenes.Cells(planes, planes, full, planes, planes, none, none, torch.zeros(4, 1, 16))
    with torch.no_grad():
        for warmth in (-9.0, -1.0, 0.0, 1.0, 9.0):
            weights["color.bias"][:, 0] = warmth
            light = trainer.network(weights, cells).beyond[:, :, 0, 8:10, 20:22]
            assert (light.amin(1) > 0).all()
            assert (light[:, 1] <= torch.maximum(light[:, 0], light[:, 2]) * (1 + 1e-6)).all()


def test_given_curves_look_like_srgb_at_the_same_exposure(lab: Any) -> None:
    radiance = torch.tensor([0.0, 0.04, 1.0, 16.0]).view(1, 1, 1, 1, 4)
    for white in (1.0, 16.0, 64.0):
        found = lab.network.exposed(radiance / white, torch.full((1, 1), math.log(white))).flatten().tolist()
        assert found == pytest.approx([0.0, 0.2, 1.0, 1 + math.log(4)], abs=1e-6)


def test_a_picture_taken_for_srgb_is_left_alone(lab: Any, folder: Path) -> None:
    trainer = tiny_trainer(lab, folder)
    weights = {name: value.detach().clone() for name, value in trainer.weights().items()}
    weights["curves.bias"][:, 0] = 20.0
    weights["heads.bias"].fill_(3.0)  # every cell asks for the largest correction
    planes = torch.rand(4, 3, 1, 32, 64)
    full, unknown = torch.ones(4, 1, 1, 32, 64), torch.ones(4, 1)
    zeros = torch.zeros_like(planes)
    cells = lab.scenes.Cells(planes, zeros, full, planes, zeros, unknown, 0 * unknown, torch.zeros(4, 1, 16))
    with torch.no_grad():
        light = trainer.network(weights, cells)
    torch.testing.assert_close(light.seen, planes, rtol=0.003, atol=1e-4)
    assert float(light.beyond.abs().max()) == 0


def test_a_stack_that_fills_its_time_ends_at_a_learning_rate_of_zero(
    lab: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = tiny_trainer(lab, folder)
    trainer.stack = replace(trainer.stack, steps=100_000, fill=True)
    clock = [0.0]

    def step_of_one_second() -> None:
        clock[0] += 1
        trainer.step += 1

    monkeypatch.setattr(trainer, "forward_backward", step_of_one_second)
    monkeypatch.setattr(lab.trainer.time, "monotonic", lambda: clock[0])
    facts = trainer.train(1000.0, lambda _: None, graph=False)
    assert facts["steps"] == facts["scheduled"]
    assert 960 < facts["steps"] < 1000
    assert float(trainer.one_cycle()) <= 1e-4


def test_the_curves_head_learns_what_the_context_says(lab: Any) -> None:
    generator = torch.Generator().manual_seed(0)
    prototypes = torch.tensor(curve_mixture.log_curves(), dtype=torch.float32)
    kind = torch.randint(3, (400,), generator=generator)
    context = torch.stack([functional.one_hot(kind, 3).T.float()] * 2)
    weights = {"curves": torch.zeros(2, 10, 3), "curves.bias": torch.zeros(2, 10)}
    head = lab.refit.fitted(weights, context, prototypes[kind], prototypes)
    scores = head["curves"] @ context + head["curves.bias"][:, :, None]
    curve = torch.einsum("mkb,kn->mbn", torch.softmax(lab.network.SHARPNESS * scores, dim=1), prototypes)
    assert float((curve - prototypes[kind]).abs().max()) < 0.1
    assert float(weights["curves"].abs().max()) == 0


def test_differences_are_paired_by_scene(lab: Any) -> None:
    rng = np.random.default_rng(0)
    scenes = rng.uniform(0, 1, 60)  # far more spread than the difference
    one, other = np.stack([scenes + 0.02] * 3), np.stack([scenes] * 3)
    assert lab.condense.difference(one, other, rng) == pytest.approx([0.02, 0.02, 0.02], abs=1e-4)
    noisy = np.stack([scenes, scenes + 0.02, scenes + 0.04])  # seeds that differ widen the interval
    middle, low, high = lab.condense.difference(noisy, other, rng)
    assert middle == pytest.approx(0.02, abs=1e-4)
    assert low < 0.005 < 0.035 < high


def lesson_of(lab: Any, trainer: Any, cells: Any) -> tuple[Any, dict[str, torch.Tensor]]:
    """What two teachers say of some pictures, and the first of them."""
    teachers = {name: value[:2].detach().clone() for name, value in trainer.weights().items()}
    generator = torch.Generator().manual_seed(2)
    for name in ("heads", "spread", "sky"):
        teachers[name] = 0.2 * torch.randn(teachers[name].shape, generator=generator)
    answers = lab.objective.Answers("cpu")
    given = lab.distill.lesson(trainer.network, teachers, cells, answers, trainer.sphere)
    return given, {name: value[:1] for name, value in teachers.items()}


def test_a_lesson_is_the_mean_of_the_teachers(lab: Any, folder: Path) -> None:
    torch.manual_seed(5)
    trainer = tiny_trainer(lab, folder)
    slots = lab.pictures.Slots(2, 0, 2, 0)
    cells = trainer.camera.batch(trainer.pools, trainer.counts, trainer.worlds, slots, slots.unknown(4, "cpu"))
    cells = cells.pick(torch.tensor([0]))
    with torch.no_grad():
        given, one = lesson_of(lab, trainer, cells)
        torch.testing.assert_close(given.probability.sum(2), torch.ones(1, 4))
        torch.testing.assert_close(trainer.sphere.project(given.panorama), given.coeffs, rtol=1e-3, atol=1e-3)
        light = trainer.network(one, cells)
        before = lab.distill.taught(light, cells, given, trainer.sphere)
        assert float(before["answer"].max()) > 0.01
        # a student whose panorama and level are those of the lesson has nothing to learn of its answer
        answer = replace(light, beyond=given.panorama - light.seen, unseen=torch.zeros_like(light.unseen))
        after = lab.distill.taught(answer, cells, given, trainer.sphere)
    assert float(after["answer"].max()) < 2e-3
    assert float(after["log"].max()) < 2e-3


def test_the_balance_follows_the_light_that_is_guessed(lab: Any) -> None:
    sphere, answers = lab.sphere.Sphere("cpu"), lab.objective.Answers("cpu")
    known, lost = torch.zeros(1, 5, 9, 3), torch.zeros(1, 5, 9, 3)
    known[..., 0, :] = 1.0
    # as much as is seen; 1.5 stops less; so little that the limit holds; much, of a whole and of a partial picture
    lost[0, :, 0, :] = torch.tensor([1.0, 0.5, 1e-3, 8.0, 8.0])[:, None]
    best, share = torch.tensor([[0.0, -0.5, 0.0, 0.0, 0.0]]), torch.tensor([[1.0, 1.0, 1.0, 1.0, 0.0]])
    found = answers.balance(best, known, lost, share, sphere)
    assert found[0].tolist() == pytest.approx([0.5, 0.5 - 0.6 * 1.5, -1.0, 0.5, 0.25], abs=1e-5)
