"""`lightprobe evaluate`: how good estimated light is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lightprobe.cli.progress import standing


def evaluate(
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="Model folder, plain, or default (what this package ships); several times for several.",
            show_default="default, unless there are --predictions",
        ),
    ] = None,
    predictions: Annotated[
        list[Path] | None,
        typer.Option(
            help="Predictions of another system, .npz with ids and coeffs; several times.", show_default=False
        ),
    ] = None,
    suite: Annotated[
        list[str] | None,
        typer.Option(help="test (registry and analytic), registry, analytic, or a folder.", show_default="test"),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("report"),
    response: Annotated[
        str, typer.Option(help="What models are told of the tone curve: auto (nothing), told (the true one), both.")
    ] = "both",
    no_baselines: Annotated[bool, typer.Option("--no-baselines", help="Leave the baselines out.")] = False,
    no_page: Annotated[
        bool, typer.Option("--no-page", help="Write no report.html, which needs matplotlib and most of the time.")
    ] = False,
    size: Annotated[str, typer.Option(help="Size of the pictures of built-in suites, 2:1.")] = "256x128",
    seed: Annotated[int, typer.Option(min=0, help="Seed of built-in suites and of the intervals.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print report.json.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Judge models, or predictions of any other system, on pictures of which the true light is known.

    Writes report.html (opens offline), report.md, report.json, pictures.csv (a row for each picture) and timing.json.
    Scenes that a model was trained on are left out for all, and the report says which. The same command gives the same
    report.json.

    \b
    Examples:
      lightprobe evaluate --model model --out report
      lightprobe evaluate --model model --model plain --suite registry --response auto
      lightprobe suite build registry --out suite
      lightprobe evaluate --predictions mine.npz --suite suite
    """
    from lightprobe.cli.inputs import read_size
    from lightprobe.evaluation.report.write import as_json as as_text
    from lightprobe.evaluation.report.write import write_report
    from lightprobe.evaluation.scoring.judge import Plan
    from lightprobe.evaluation.scoring.judge import evaluate as judge

    plan = Plan(
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
    with standing("Judging", show=not (quiet or as_json)) as step:
        verdicts = judge(plan, workers=workers, step=step)
    report = write_report(out, plan, verdicts, with_page=not no_page)
    if as_json:
        typer.echo(as_text(report), nl=False)
    elif not quiet:
        for section in report["suites"]:
            _print_table(section)
        typer.echo(f"report    {out / ('report.md' if no_page else 'report.html')}")


def _print_table(section: dict[str, Any]) -> None:
    from lightprobe.evaluation.report.write import left_out_text, number, span

    typer.echo(f"{section['name']}: {left_out_text(section)}\n")
    typer.echo(
        f"{'':<24}{'E_rel':>7}  {'95 %':<17}{'E_si':>7}{'gain':>7}{'angle':>7}{'direction':>11}{'intensity':>11}"
    )
    for row in section["rows"]:
        found = row["metrics"]
        text = {name: number(entry["median"], name) for name, entry in found.items()}
        typer.echo(
            f"{row['key']:<24}{text['e_rel']:>7}  {span(found['e_rel']['median_95'], 'e_rel'):<17}{text['e_si']:>7}"
            f"{text['gain_stops']:>7}{text['rgb_angle_deg']:>7}{text['direction_deg']:>11}{text['intensity_stops']:>11}"
        )
    typer.echo("")
