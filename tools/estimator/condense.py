"""Condense runs of the lab into one small result file: scores averaged over seeds, and paired differences.

    python tools/estimator/condense.py --run "NVIDIA H200, 509 s, commit 5d16be8=OUT" --run …

writes benchmarks/results/estimator_lab.json. Differences of mean relative error come with intervals of 95 % from a
bootstrap over scenes and seeds, paired by scene: of the answer `best` for whole pictures, of the network's own map for
partial ones (the archive of errors holds answers at the temperature of whole pictures only).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from scores import CONDITIONS, KINDS, PARTIAL

OUT = Path(__file__).parents[2] / "benchmarks" / "results" / "estimator_lab.json"
ANSWERS = {"best": "0.0", "quarter": "0.25", "median": "1.0"}
"""Answers, and how far they are on the way from `best` to `median`."""
BASES = {"data": "data/usual", "loss": "loss/usual", "long": "long/usual", "last": "long/decay-0.1"}
"""What the settings of a stack are compared with; all others with data/usual."""
OTHER_BASES = {"long/usual": "data/usual", "last/decay-0.1 refit": "last/decay-0.1"}
DRAWS = 2000
POINT, BEST = 0, 1
"""Rows of the archive of errors."""


def average(values: list[Any]) -> Any:
    """Mean over seeds of numbers, lists or dictionaries of numbers."""
    if isinstance(values[0], dict):
        return {name: average([value[name] for value in values]) for name in values[0]}
    return np.round(np.nanmean(np.array(values, float), axis=0), 3).tolist()


def condensed(seeds: list[dict[str, Any]]) -> dict[str, Any]:
    """The scores of one setting."""
    short = []
    for summary in seeds:
        kinds = {}
        for kind in KINDS:
            row = summary[kind]
            kinds[kind] = {name: row[name] for name in ("point", "oracle")} | {
                name: [*row[f"answer {b}"]["error"], row[f"answer {b}"]["bias"], row[f"answer {b}"]["worse"]]
                for name, b in ANSWERS.items()
            }
            kinds[kind]["toward"], kinds[kind]["inside"] = row["answer 0.0"]["toward"], row["irradiance inside"]
        heat = summary["whole temperature"]
        short.append(
            {
                "kinds": kinds,
                "strata": {name: row["0.0"] for name, row in summary["strata"].items()},
                "light": {name: summary["light"][ANSWERS[name]] for name in ("best", "median")},
                "temperature": [heat, summary["partial temperature"]],
                "inside": [summary["whole inside"][str(t)] for t in (1.0, heat)],
            }
        )
    return average(short) | {"seeds": [s["srgb given"]["answer 0.0"]["error"] for s in seeds]}


def by_scene(errors: Any, name: str, seeds: int, kind: str) -> np.ndarray:
    """Mean error [seeds, scenes] over a scene's pictures of one kind."""
    places, conditions = errors[f"{name}/pictures"]
    of = np.array([next(k for k in reversed(KINDS) if CONDITIONS[c].startswith(k)) == kind for c in conditions])
    row = POINT if kind in PARTIAL else BEST
    values = np.stack([errors[f"{name}/seed{k}"][row].astype(float) for k in range(seeds)])
    return np.stack([values[:, of & (places == scene)].mean(1) for scene in np.unique(places[of])], axis=1)


def difference(a: np.ndarray, b: np.ndarray, rng: np.random.Generator) -> list[float]:
    """Mean of a − b over seeds and scenes, and the ends of its interval of 95 %."""
    draws = []
    for _ in range(DRAWS):
        scenes = rng.integers(a.shape[1], size=a.shape[1])
        one, other = (rng.integers(len(v), size=len(v)) for v in (a, b))
        draws.append(a[one].mean(0)[scenes].mean() - b[other].mean(0)[scenes].mean())
    return [round(float(v), 4) for v in (a.mean() - b.mean(), *np.quantile(draws, (0.025, 0.975)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", action="append", required=True, help="device, time and commit, an equals sign, folder")
    options = parser.parse_args()
    runs: dict[str, str] = {}
    stacks: dict[str, Any] = {}
    settings: dict[str, list[dict[str, Any]]] = {}
    errors: dict[str, np.ndarray] = {}
    for run in options.run:
        about, folder = run.rsplit("=", 1)
        results = json.loads((Path(folder) / "results.json").read_text(encoding="utf-8"))
        with np.load(Path(folder) / "errors.npz") as file:
            errors |= {name: file[name] for name in file.files}
        settings |= {name: list(seeds.values()) for name, seeds in results["settings"].items()}
        runs |= {name.split("/")[0] + (" refit" if "refit" in name else ""): about for name in results["settings"]}
        for name, facts in results["stacks"].items():
            stacks[name] = {key: facts[key] for key in ("weights", "steps", "batch", "models", "seconds")}
            stacks[name]["milliseconds a step"] = round(1e3 * facts["timed"], 1)
    rng = np.random.default_rng(16)
    document: dict[str, Any] = {"runs": runs, "stacks": stacks, "plain": {}, "settings": {}}
    first = next(iter(settings.values()))[0]
    document["plain"] = {kind: first[kind]["plain"] for kind in KINDS}
    for name, seeds in settings.items():
        document["settings"][name] = condensed(seeds)
        base = OTHER_BASES.get(name, BASES.get(name.split("/")[0], "data/usual"))
        if name != base and "shipped" not in name and base in settings:
            pairs = {kind: [by_scene(errors, who, len(settings[who]), kind) for who in (name, base)] for kind in KINDS}
            document["settings"][name]["against"] = {
                "setting": base,
                **{kind: difference(*pair, rng) for kind, pair in pairs.items()},
            }
    text = json.dumps(document, indent=1)
    OUT.write_text(compact(text) + "\n", encoding="utf-8")
    print(OUT.name, OUT.stat().st_size)


def compact(text: str) -> str:
    """JSON with each list of numbers on one line."""
    lines: list[str] = []
    depth = 0
    for line in text.split("\n"):
        if depth:
            lines[-1] += line.strip() if line.strip().startswith("]") else line.strip().replace(",", ", ")
        else:
            lines.append(line)
        depth += line.count("[") - line.count("]")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
