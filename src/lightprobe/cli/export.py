"""`lightprobe export`: a training run becomes a model folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from lightprobe.cli.parameters import Argument, Option
from lightprobe.cli.signals import held_signals
from lightprobe.cli.terminal import say

if TYPE_CHECKING:
    from lightprobe.export import ReleaseResult


def export(
    run: Annotated[Path, Argument(help="A training run's folder, or a checkpoint (.pt).")],
    out: Annotated[Path, Option(help="Folder for the model: a new one.")] = Path("model"),
    precision: Annotated[
        str,
        Option(help="Of the graph's weights: fp32, fp16 (half the size, computed in fp32), int8 (a quarter)."),
    ] = "fp32",
    torch_export: Annotated[bool, Option("--torch-export", help="Also write model.pt2 (torch.export).")] = False,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace the model that is in the folder.")] = False,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Export the best checkpoint of a training run as a model folder: ONNX, layers, manifest, weights.

    onnxruntime runs the graph on real and synthetic pictures, under every tone curve, and is compared with torch: where
    they differ by more than 1e-4 (fp16: 1e-2) of the largest value, nothing is written. For int8 the difference is
    reported. ambient is also written as layers (model.bin), its weights rounded to float16 in all files; torch, graph
    and layers must then agree within 1e-5. docs/model-folder.md describes the folder. Needs torch: pip install
    'lightprobe[train]'.

    \b
    Examples:
      lightprobe export runs/a --out model
      lightprobe export runs/a --out model-small --precision fp16
      lightprobe export runs/a/last.pt --out model --overwrite --torch-export
    """
    from lightprobe.errors import ModelError

    try:
        with held_signals():
            from lightprobe.export import release
    except ModuleNotFoundError as error:
        if str(error.name).startswith("lightprobe"):
            raise
        raise ModelError(f"expected {error.name} for exporting, got none; pip install 'lightprobe[train]'") from None
    released = release(run, out, precision=precision, torch_export=torch_export, overwrite=overwrite)
    if as_json:
        click.echo(json.dumps({"out": str(out), "manifest": released.manifest}))
    elif not quiet:
        say(_report(released))


def _report(released: ReleaseResult) -> str:
    manifest, parity = released.manifest, released.parity
    size = (released.folder / manifest["files"]["model"]).stat().st_size
    worst = {name: max(value, parity.compact.get(name, 0)) for name, value in parity.largest.items()}
    differences = ", ".join(f"{name} {value:.1e}" for name, value in worst.items())
    return "\n".join(
        (
            f"{released.folder}",
            f"  model     {manifest['name']} {manifest['version']}, {manifest['parameters']:,} parameters, "
            f"{manifest['macs'] / 1e6:.1f} M multiply-adds, {size / 1e3:.0f} kB, {manifest['precision']}, "
            f"opset {manifest['opset']}",
            f"  parity    {differences} of the largest value, on {parity.compared} pictures and responses",
            f"  files     {', '.join(manifest['files'].values())}, manifest.json",
        )
    )
