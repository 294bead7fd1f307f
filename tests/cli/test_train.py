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
    assert "Relative irradiance error on held-out scenes" in ran.out
    assert "filmic, curve given" in ran.out
    assert "next: lightprobe export runs/a --out model" in ran.out
    again = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", *SHORT)
    assert (again.code, again.out) == (1, "")
    assert again.err == (
        "lightprobe: runs/a: expected an empty folder, got a run; continue it with --resume, or choose another --out\n"
    )
    resumed = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", "--resume", "--json")
    document = json.loads(resumed.out)
    assert (document["step"], document["held_out"]) == (2, True)
    changed = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", "--resume", "--set", "steps=3")
    assert changed.code == 2
    assert "expected the recipe this run was started with, got another value of steps; leave out --set" in changed.err
    other = run("train", "ambient", "--data", toy_hdris, "--out", "runs/a", "--resume")
    assert other.err.startswith(
        "lightprobe: runs/a: expected toy, the model this run was started with, got ambient; name toy"
    )
    Path("runs/a/last.pt").write_bytes(b"damaged")
    damaged = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", "--resume")
    assert damaged.code == 1
    assert "continue from the other one with --resume --from best.pt" in damaged.err
    best = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", "--resume", "--from", "best.pt", "--quiet")
    assert (best.code, best.out, best.err) == (0, "", "")


def test_ctrl_c_says_how_to_continue(run: Callable, toy_hdris: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lightprobe.training.run import fit

    train_step = fit.train_step

    def pressed(*arguments: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return train_step(*arguments)

    monkeypatch.setattr(fit, "train_step", pressed)
    ran = run("train", "toy", "--data", toy_hdris, "--out", "runs/a", "--set", "steps=5", "--threads", 1)
    assert (ran.code, ran.out) == (130, "")
    again = f"lightprobe train toy --data {toy_hdris} --out runs/a --set steps=5 --threads 1 --resume"
    assert ran.err == f"lightprobe: stopped after step 1 of 5; continue with `{again}`\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("unheard",), 2, "expected a recipe"),
        (("toy", "--set", "stepz=1"), 2, "expected a field of the recipe"),
        (("toy", "--data", "nowhere"), 1, "nowhere: expected a folder of HDRIs, found none"),
        (("toy", "--from", "best.pt"), 2, "--from needs --resume; add --resume"),
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
        "lightprobe: training needs torch and other packages, torch is missing; install them with "
        "pip install 'lightprobe[train]'\n"
    )
