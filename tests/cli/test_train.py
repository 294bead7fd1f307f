"""`lightprobe train`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TRAINING = Path(__file__).parents[1] / "training"


SHORT = ("--set", "steps=2", "--set", "data.variants=1", "--threads", 1)


def test_a_run_prints_its_scores_and_what_comes_next(run: Callable, toy_hdris: Path) -> None:
    ran = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", *SHORT)
    assert ran.code == 0, ran.err
    assert "Relative irradiance error of scenes not trained on" in ran.out
    assert "filmic told" in ran.out
    assert "next: lightprobe export runs/a --out model" in ran.out
    again = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", *SHORT)
    assert (again.code, again.out) == (1, "")
    assert again.err == (
        "lightprobe: runs/a: expected an empty folder, got a run; go on with --resume, or choose another --out\n"
    )
    resumed = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", "--resume", "--json")
    document = json.loads(resumed.out)
    assert (document["step"], document["held_out"]) == (2, True)
    changed = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", "--resume", "--set", "steps=3")
    assert changed.code == 2
    assert "expected the recipe that the run was begun with, got another steps" in changed.err
    other = run("train", "ambient", "--data", toy_hdris, "--out", "runs/a", "--resume")
    assert other.err.startswith("lightprobe: runs/a: expected toy, with which the run was begun, got ambient")
    Path("runs/a/last.pt").write_bytes(b"damaged")
    damaged = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", "--resume")
    assert damaged.code == 1
    assert "go on from the other one with --resume --from best.pt" in damaged.err
    best = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", "--resume", "--from", "best.pt", "--quiet")
    assert (best.code, best.out, best.err) == (0, "", "")


def test_ctrl_c_says_how_to_go_on(run: Callable, toy_hdris: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lightprobe.training.run import fit

    learn = fit.learn

    def pressed(*arguments: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return learn(*arguments)

    monkeypatch.setattr(loop, "learn", pressed)
    ran = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", "--set", "steps=5", "--threads", 1)
    assert (ran.code, ran.out) == (130, "")
    again = f"lightprobe train toy --data {toy_hdris} --out runs/a --set steps=5 --threads 1 --resume"
    assert ran.err == f"lightprobe: stopped after step 1 of 5; go on with `{again}`\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("unheard",), 2, "expected a recipe"),
        (("toy", "--set", "stepz=1"), 2, "expected a field of the recipe"),
        (("toy", "--data", "nowhere"), 1, "nowhere: expected a folder of HDRIs, got none there"),
        (("toy", "--from", "best.pt"), 2, "expected --from together with --resume"),
        (("toy", "--accelerator", "gpu"), 2, "expected a GPU that torch can use, got none"),
    ],
)
def test_what_is_wrong_is_one_line(
    run: Callable, toy_hdris: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    if "gpu" in arguments:
        import torch

        if torch.cuda.is_available():
            pytest.skip("this machine has a GPU")
    ran = run("train", *arguments)
    assert ran.code == code
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_without_torch_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; sys.argv[1:] = ['train', 'ambient']; "
        "from lightprobe.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        "lightprobe: expected torch and the other packages that training needs, got no torch; "
        "pip install 'lightprobe[train]'\n"
    )
