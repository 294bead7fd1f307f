"""Kills every command that writes, at random moments, and looks at what is left. `synth` needs Blender.

    python tests/fuzz/interrupts.py --times 5 --seed 1 --out benchmarks/results/interrupts.json

After a signal nothing partial may lie under a final name; after TERM and INT nothing else may be left either. The same
command, given again, must end well and leave the same files as one that was never disturbed.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from PIL import Image

SIGNALS = {"KILL": signal.SIGKILL, "TERM": signal.SIGTERM, "INT": signal.SIGINT}
ENDS = {"KILL": {-9, 0}, "TERM": {143, -15, 0, 130}, "INT": {130, -2, 0}}
"""Exit codes that a signal may lead to: −2 reads as 130 in a shell; 0 where the command was quicker, or finished its
step as documented."""
SCENES = 6


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command that writes."""

    arguments: tuple[str, ...]
    again: tuple[str, ...] = ()
    """More arguments for going on, where the command wants to be told."""
    needs: tuple[str, ...] = ()
    """Commands whose output it reads."""
    exact: bool = True
    """The files that it leaves do not depend on when it was interrupted; else only their names do not."""
    caches: tuple[str, ...] = ()
    """Names of documented caches, which may be left."""


TRAIN = ("--threads", "1", "--workers", "0", "--quiet")
COMMANDS = {
    "estimate": Command(arguments=("estimate", "toys", "--preview", "previews", "--quiet")),
    "environment": Command(
        arguments=("estimate", "toys", "--environment", "environments", "--csv", "light.csv", "--no-preview", "--quiet")
    ),
    "merge": Command(arguments=("merge", "dark.png", "bright.png", "--ev", "-2,0", "--out", "merged.exr", "--quiet")),
    "project": Command(arguments=("project", "toys/toy0_valley.exr", "-o", "sh.txt")),
    "convert": Command(
        arguments=("convert", "sh.txt", "--from", "radiance", "--to", "unity", "-o", "unity.txt"), needs=("project",)
    ),
    "fetch": Command(arguments=("fetch", "--from", "toys", "--out", "hdris", "--quiet"), caches=(".cache",)),
    "pairs": Command(
        arguments=("pairs", "hdris", "--out", "pairs", "--variants", "4", "--size", "128x64", "--quiet"),
        needs=("fetch",),
    ),
    "suite": Command(
        arguments=("suite", "build", "hdris", "--out", "suite", "--split", "all", "--size", "128x64", "--quiet"),
        needs=("fetch",),
    ),
    "train": Command(
        arguments=("train", "ambient", "--data", "pairs", "--out", "run", *TRAIN, *("--set", "steps=12"),
                   *("--set", "batch=8", "--set", "folds=2")),
        again=("--resume",), needs=("pairs",), exact=False, caches=("cache",),
    ),
    "export": Command(
        arguments=("export", "run", "--out", "model", "--quiet"), again=("--overwrite",), needs=("train",), exact=False,
    ),
    "evaluate": Command(
        arguments=("evaluate", "--suite", "suite", "--out", "report", "--no-page", "--quiet"),
        needs=("suite",), exact=False,
    ),
    "tune": Command(
        arguments=("tune", "ambient", "--data", "pairs", "--out", "tune", "--trials", "2", "--steps", "3", *TRAIN,
                   *("--set", "batch=8", "--set", "folds=2")),
        needs=("pairs",), exact=False, caches=("cache",),
    ),
    "synth": Command(
        arguments=("synth", "--out", "worlds", "--count", "3", "--kinds", "studio,indoor", "--size", "64x32",
                   "--samples", "2", "--quiet"),
        caches=(".cache",),
    ),
}  # fmt: skip


def write_toys(folder: Path) -> None:
    """Skies with a sun, as OpenEXR panoramas, and two exposures of one of them beside the folder."""
    folder.mkdir()
    sky = np.random.default_rng(6).uniform(0.2, 2.0, (16, 32, 3)).repeat(8, axis=0).repeat(8, axis=1)
    for name, gain in (("dark", 0.25), ("bright", 1.0)):
        pixels = np.round(255 * np.clip(gain * sky, 0, 1) ** (1 / 2.2)).astype(np.uint8)
        Image.fromarray(pixels).save(folder.parent / f"{name}.png")
    rng = np.random.default_rng(5)
    for k in range(SCENES):
        light = rng.uniform(0.2, 1.0, (64, 128, 3)).astype(np.float32)
        light[10 + k : 12 + k, 20 * k + 3 : 20 * k + 5] = 80
        OpenEXR.File({"type": OpenEXR.scanlineimage}, {"RGB": light}).write(str(folder / f"toy{k}_valley.exr"))


def check_whole(path: Path) -> None:
    """Raises an exception if a file is not complete, judged by its suffix."""
    kind = path.suffix
    if kind in (".png", ".jpg"):
        with Image.open(path) as image:
            image.load()
    elif kind == ".exr":
        with OpenEXR.File(str(path)) as file:
            assert file.channels()
    elif kind == ".json":
        json.loads(path.read_text())
    elif kind in (".npz", ".pt"):
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
    elif kind == ".npy":
        np.load(path)
    elif kind == ".csv":
        with path.open(newline="") as file:
            rows = list(csv.reader(file))
        assert {len(row) for row in rows} == {len(rows[0])}
    elif kind == ".db":
        with sqlite3.connect(path) as database:
            assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    elif kind in (".txt", ".md"):
        assert path.read_text().endswith("\n")


def files_of(folder: Path) -> dict[str, bytes]:
    """Contents of all files below a folder, by relative name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in Path(name).parts)


def run(
    folder: Path, arguments: tuple[str, ...], after: float | None = None, signum: int = 0
) -> tuple[int, str, float]:
    """Exit code, standard error and duration; with a signal after some seconds."""
    command = [sys.executable, "-m", "lightprobe", *arguments]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        if after is not None:
            try:
                process.wait(after)
            except subprocess.TimeoutExpired:
                process.send_signal(signum)
        _, errors = process.communicate(timeout=120)
    return process.returncode, errors, time.perf_counter() - start


class Trials:
    """Folders in which everything that a command needs lies ready, and the results of undisturbed runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        write_toys(folder / "toys")
        self.made: dict[str, tuple[dict[str, bytes], float]] = {}
        """By command: the files that it adds, and the time that it takes [s]."""

    def undisturbed(self, name: str) -> tuple[dict[str, bytes], float]:
        """What a command adds to the folder, and how long it takes. Run once."""
        if name not in self.made:
            for need in COMMANDS[name].needs:
                self.undisturbed(need)
            before = files_of(self.folder)
            code, errors, seconds = run(self.folder, COMMANDS[name].arguments)
            assert code == 0, f"{name}: exit code {code}: {errors}"
            after = files_of(self.folder)
            self.made[name] = {key: data for key, data in after.items() if before.get(key) != data}, seconds
        return self.made[name]

    def __call__(self, name: str, signal_name: str, moment: float) -> list[str]:
        """Faults of one trial: the command is sent the signal at this part [0…1] of its time."""
        command, (expected, seconds) = COMMANDS[name], self.undisturbed(name)
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "trial"
            shutil.copytree(self.folder, folder)
            for key in expected:
                (folder / key).unlink()
            for path in sorted(folder.rglob("*"), reverse=True):
                if path.is_dir() and not any(path.iterdir()):
                    path.rmdir()
            before = files_of(folder)
            code, errors, _ = run(folder, command.arguments, moment * seconds, SIGNALS[signal_name])
            faults = [f"exit code {code}: {errors[-200:]}"] if code not in ENDS[signal_name] else []
            has_started = f"{Path('lightprobe', '__main__.py')}" in errors  # before, it is Python that is interrupted
            faults += [f"traceback: {errors[-300:]}"] if "Traceback" in errors and has_started else []
            faults += self._left(folder, before, command, signal_name)
            has_begun = any((folder / key).exists() for key in expected)
            more = command.again if has_begun else ()
            code, errors, _ = run(folder, (*command.arguments, *more))
            if code and more:  # it had not come far enough to go on from
                code, errors, _ = run(folder, command.arguments)
            faults += [f"given again: exit code {code}: {errors[-300:]}"] if code else []
            return faults + self._compared(folder, before, expected, command)

    def _left(self, folder: Path, before: dict[str, bytes], command: Command, signal_name: str) -> list[str]:
        faults: list[str] = []
        for key in set(files_of(folder)) - set(before):
            if is_hidden(key):
                if signal_name != "KILL" and not is_cache(key, command):
                    faults.append(f"left behind: {key}")
                continue
            try:
                check_whole(folder / key)
            except Exception as error:  # noqa: BLE001 - whatever a reader says of a broken file
                faults.append(f"partial: {key}: {type(error).__name__}: {error}")
        return faults

    def _compared(
        self, folder: Path, before: dict[str, bytes], expected: dict[str, bytes], command: Command
    ) -> list[str]:
        found = {key: data for key, data in files_of(folder).items() if before.get(key) != data}
        names = counted(key for key in found if not is_cache(key, command))
        wanted = counted(key for key in expected if not is_cache(key, command))
        faults = [f"missing at the end: {key}" for key in sorted(wanted - names)]
        faults += [f"too much at the end: {key}" for key in sorted(names - wanted) if is_hidden(key) or command.exact]
        if command.exact:
            faults += [f"differs at the end: {key}" for key in sorted(wanted & names) if found[key] != expected[key]]
        return faults


def counted(keys: Iterable[str]) -> set[str]:
    """Names of files. Trials of a study get a new number when they are tried again: here they count from 0."""
    trial = re.compile(r"(?<=trials/)\d+")
    keys = list(keys)
    order = {number: f"{k}" for k, number in enumerate(sorted({n for key in keys for n in trial.findall(key)}))}
    return {trial.sub(lambda match: order[match[0]], key) for key in keys}


def is_cache(key: str, command: Command) -> bool:
    """Whether a file belongs to a cache, or is a log of TensorBoard, which every start of a run adds."""
    return any(part in command.caches or part.startswith("events.out.") for part in Path(key).parts)


def trials(times: int, seed: int, names: list[str], say: Callable[[str], object] = print) -> dict[str, Any]:
    """All trials, and their faults."""
    rng, results = random.Random(seed), dict[str, Any]()
    with tempfile.TemporaryDirectory() as folder:
        stage = Trials(Path(folder))
        for name in names:
            for signal_name in SIGNALS:
                faults: list[str] = []
                for _ in range(times):
                    moment = rng.uniform(0.1, 1.0)
                    faults += [f"at {moment:.2f}: {fault}" for fault in stage(name, signal_name, moment)]
                results[f"{name} {signal_name}"] = {"trials": times, "faults": faults}
                say(f"{name} {signal_name}: {times} trials, {len(faults)} faults {faults[:4]}")
    return {"seed": seed, "trials": times * len(names) * len(SIGNALS), "results": results}


def main() -> None:
    """Run the trials, write the result, fail if there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5, help="trials of each signal")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commands", default=",".join(COMMANDS), help="names, separated by commas")
    parser.add_argument("--out", type=Path, help="result file; other commands in it stay as they are")
    settings = parser.parse_args()
    result = trials(settings.times, settings.seed, settings.commands.split(","))
    if settings.out:
        known = json.loads(settings.out.read_text())["results"] if settings.out.exists() else {}
        results = known | result["results"]
        document = {"seed": settings.seed, "trials": sum(one["trials"] for one in results.values()), "results": results}
        settings.out.write_text(json.dumps(document, indent=1) + "\n")
    sys.exit(1 if any(one["faults"] for one in result["results"].values()) else 0)


if __name__ == "__main__":
    main()
