"""`lightprobe evaluate`: accuracy of estimated light."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import click

from lightprobe.cli.parameters import Option
from lightprobe.cli.terminal import say


def evaluate(
    model: Annotated[
        list[str] | None,
        Option(
            help="Model folder, plain, or default (the model that this package ships); repeat for several models.",
            show_default="default, unless there are --predictions",
        ),
    ] = None,
    predictions: Annotated[
        list[Path] | None,
        Option(
            help="Predictions of another system: an .npz with ids and coeffs; repeat for several files.",
            show_default=False,
        ),
    ] = None,
    suite: Annotated[
        list[str] | None,
        Option(
            help="test (registry and analytic), registry, analytic, or a folder; repeat for several suites.",
            show_default="test",
        ),
    ] = None,
    out: Annotated[Path, Option(help="Folder for the report.")] = Path("report"),
    response: Annotated[
        str,
        Option(
            help="Judge models with the tone curve unknown (auto), with the true curve (given), or in both ways (both)."
        ),
    ] = "both",
    no_baselines: Annotated[bool, Option("--no-baselines", help="Leave the baselines out.")] = False,
    no_page: Annotated[
        bool, Option("--no-page", help="Skip report.html, which needs matplotlib and takes most of the time.")
    ] = False,
    size: Annotated[str, Option(help="Size of the pictures in built-in suites, 2:1.")] = "256x128",
    seed: Annotated[int, Option(min=0, help="Seed of built-in suites and of the bootstrap.")] = 1,
    workers: Annotated[int, Option(min=1, help="Number of processes.")] = 1,
    as_json: Annotated[bool, Option("--json", help="Print report.json.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Judge models, or the predictions of any other system, on pictures whose true light is known.

    Writes report.html (opens offline), report.md, report.json, pictures.csv (a row per picture and method) and
    timing.json. Scenes that a model was trained on are left out for every method, and the report lists them. The same
    command gives the same report.json.

    \b
    Examples:
      lightprobe evaluate --model model --out report
      lightprobe evaluate --model model --model plain --suite registry --response auto
      lightprobe suite build registry --out suite
      lightprobe evaluate --predictions mine.npz --suite suite
    """
    from lightprobe.cli.inputs import read_size
    from lightprobe.cli.progress import progress_bars
    from lightprobe.evaluation.report.write import report_json, write_report
    from lightprobe.evaluation.scoring.judge import JudgePlan, judge

    plan = JudgePlan(
        suites=tuple(suite or ["test"]),
        models=tuple(model if model is not None else [] if predictions else ["default"]),
        predictions=tuple(str(path) for path in predictions or []),
        response=response,
        with_baselines=not no_baselines,
        seed=seed,
        size=read_size(size),
    )
    if not no_page:
        from lightprobe.evaluation.report.plots import check_plots

        check_plots()
    with progress_bars(quiet=quiet or as_json) as progress:
        results = judge(plan, workers=workers, progress=progress)
    report = write_report(out, plan, results, with_page=not no_page)
    if as_json:
        click.echo(report_json(report), nl=False)
    elif not quiet:
        for section in report["suites"]:
            _print_table(section)
        say(f"report    {out / ('report.md' if no_page else 'report.html')}")


def _print_table(section: dict[str, Any]) -> None:
    from lightprobe.evaluation.report.format import interval_text, left_out_text, metric_text

    names = [row["name"] for row in section["rows"]]
    width = max(24, *(len(name) + 2 for name in names))
    say(f"{section['name']}: {left_out_text(section)}\n")
    say(f"{'':<{width}}{'E_rel':>7}  {'95 %':<17}{'E_si':>7}{'gain':>7}{'angle':>7}{'direction':>11}{'intensity':>11}")
    for row in section["rows"]:
        text = {name: metric_text(entry["median"], name) for name, entry in row["metrics"].items()}
        interval = interval_text(row["metrics"]["e_rel"]["median_95"], "e_rel")
        say(
            f"{row['name']:<{width}}{text['e_rel']:>7}  {interval:<17}{text['e_si']:>7}{text['gain_stops']:>7}"
            f"{text['rgb_angle_deg']:>7}{text['direction_deg']:>11}{text['intensity_stops']:>11}"
        )
    say()
