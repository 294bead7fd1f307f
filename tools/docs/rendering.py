"""Tables of synthetic worlds: the gate, and their rendering."""

from __future__ import annotations

from results import origin, result, table


def _quartiles(values: list[float | None]) -> str:
    """Median and quartiles."""
    low, middle, high = ("–" if value is None else f"{value:.1f}" for value in values)
    return f"{middle} ({low} … {high})".replace("-", "−")


def _distance(value: float, *, passed: bool) -> str:
    """A distance of medians, bold if it is too far."""
    text = f"{value:+.2f}".replace("-", "−")
    return text if passed else f"**{text}**"


def worldsgate() -> str:
    """Medians of worlds and photographs, by kind of light and measure."""
    document = result("worlds_gate")
    found = document["results"]
    kinds = {row["stratum"]: [] for row in found["comparisons"]}
    for row in found["comparisons"]:
        kinds[row["stratum"]].append(row)
    rows: list[list[str]] = []
    for kind, compared in kinds.items():
        counts = found["counts"][kind]
        rows += [
            [
                f"{kind}: {row['measure']}",
                _quartiles(row["real"]),
                _quartiles(row["synthetic"]),
                _distance(row["distance"], passed=row["passed"]),
            ]
            for row in compared
        ]
        rows[-len(compared)][0] += f" ({counts['real']} photographs, {counts['synthetic']} worlds)"
    passed = sum(row["passed"] for row in found["comparisons"])
    return table(
        ["", "photographs", "worlds", "distance of medians"],
        rows,
        f"{passed} of {len(found['comparisons'])} medians are near enough. Medians and quartiles in stops, ° for the "
        f"elevation; bold: too far. {origin(document, 'benchmarks/world_gate.py')}",
    )


def worldsrate() -> str:
    """Time and noise of rendering, by kind of world."""
    document = result("worlds")
    found = document["results"]
    kinds = [name for name, value in found.items() if isinstance(value, dict)]
    rows: list[list[str]] = []
    for kind in kinds:
        errors = [value for name, value in found[kind].items() if name.startswith("error")]
        rows.append([kind, f"{found[kind]['seconds']:.1f} s", *(f"{100 * error['median']:.1f} %" for error in errors)])
    heads = [name.removeprefix("error ") for name in found[kinds[0]] if name.startswith("error")]
    return table(
        ["", "time of the processor", *heads],
        rows,
        f"{found['worlds per hour and core']} worlds an hour and core at {found['size'].replace('x', '×')}, by the "
        "share of each kind. Errors: relative, of the coefficients of irradiance, without any scale; medians of "
        f"{found['worlds of each kind']} worlds of each kind, {found['of these against 200 rays']} against 200 rays. "
        f"{origin(document, 'benchmarks/world_rendering.py')}",
    )
