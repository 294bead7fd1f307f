"""Weights with a shorter mantissa: bytes that they save, error that they cost.

    python benchmarks/weight_bits.py HDRIS

HDRIS is a folder with catalog.csv. The candidates of tools/estimator, which are float16 (10 bits), are rounded further.
Every scene is photographed at three exposures and clipped as sRGB, as a whole panorama; a view has its cells within
±34° and ±28° only. Irradiance of the network's own answer is compared with that of the float16 weights (`moved`) and
with that of the scene (`error`), relative, over all pictures and candidates. Needs Node.js for brotli. Writes
results/weight_bits.json.
"""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from measure import save

from lightprobe.camera import Shot, capture, load_hdri
from lightprobe.imaging.cells import picture_cells
from lightprobe.imaging.tone.curves import RESPONSE_CODES
from lightprobe.layers import LayerRunner, cell_inputs, to_model_bin
from lightprobe.models.surroundings import Surroundings

sys.path.insert(0, str(Path(__file__).parents[1] / "tools" / "estimator"))
from network import Flat, Shape

CANDIDATES = Path(__file__).parents[1] / "tools" / "estimator" / "candidates" / "candidates.npz"
BITS = (10, 9, 8, 7, 6, 5, 4)
EXPOSURES = (-1.0, 0.0, 1.0)
RESPONSES = ("srgb", "auto")
VIEW = slice(11, 21), slice(26, 38)
"""Rows and columns of the cells that a view of 65° sees, about."""
LAMBERT = np.repeat([np.pi, 2 * np.pi / 3, np.pi / 4], (1, 3, 5))[:, None]
"""From radiance to irradiance, coefficient by coefficient."""
BROTLI = "process.stdout.write(String(zlib.brotliCompressSync(fs.readFileSync(0)).length))"


def rounded(weights: np.ndarray, bits: int) -> np.ndarray:
    """The nearest numbers with so many bits of mantissa."""
    digits, power = np.frexp(weights.astype(np.float32))
    return np.ldexp(np.rint(digits * 2 ** (bits + 1)), power - bits - 1).astype(np.float16)


def network(vector: np.ndarray, bits: int) -> tuple[LayerRunner, int]:
    """A candidate as layers, and its size as model.bin after brotli."""
    model = Surroundings().eval()
    flat = Flat(Shape(widths=(16, 24, 36), context=46))
    weights = flat.unpack(torch.from_numpy(rounded(vector, bits)).float()[None])
    state = model.state_dict()
    for name, values in weights.items():
        layer, kind = (name.removesuffix(".bias"), "bias") if name.endswith(".bias") else (name, "weight")
        layer = f"deep.{layer[4:]}" if layer.startswith("deep") else layer
        state[f"{layer}.{kind}"] = values.reshape(state[f"{layer}.{kind}"].shape)
    model.load_state_dict(state)
    data = to_model_bin(model.layers())
    done = subprocess.run(["node", "-e", BROTLI], input=data, capture_output=True, check=True)
    return LayerRunner(model.layers()), int(done.stdout)


def pictures(folder: Path) -> list[tuple[str, np.ndarray, int, np.ndarray]]:
    """Kind of picture, its cells [7, 32, 64], response, and the irradiance of its scene."""
    found = []
    for row in csv.DictReader((folder / "catalog.csv").read_text(encoding="utf-8").splitlines()):
        hdri = load_hdri(row["slug"], folder / row["file"], height=128)
        for exposure in EXPOSURES:
            shot = Shot(scene=row["slug"], width=256, height=128, meter="auto", compensation=exposure)
            made = capture(shot, hdri)
            for response in RESPONSES:
                cells = picture_cells(made.picture_srgb, response)
                seen = np.zeros((1, 32, 64), np.float32)
                seen[0][VIEW] = 1
                for kind, share in (("whole", np.ones_like(seen)), ("view", seen)):
                    given = np.concatenate([cells * share, share])
                    code = RESPONSE_CODES.index(response)
                    found.append((f"{kind}, {response}", given, code, LAMBERT * made.coeffs))
    return found


def main(folder: Path) -> None:
    """Round, answer, compare."""
    seen = pictures(folder)
    errors: dict[tuple[int, str], list[tuple[float, float]]] = {}
    sizes: dict[int, list[int]] = {bits: [] for bits in BITS}
    for vector in np.load(CANDIDATES).values():
        exact: list[np.ndarray] = []
        for bits in BITS:
            runner, size = network(vector, bits)
            sizes[bits].append(size)
            for number, (kind, cells, code, truth) in enumerate(seen):
                answer = LAMBERT * runner(cell_inputs(cells), code)["coeffs"][0]
                if bits == BITS[0]:
                    exact.append(answer)
                moved = np.linalg.norm(answer - exact[number]) / np.linalg.norm(exact[number])
                error = np.linalg.norm(answer - truth) / np.linalg.norm(truth)
                errors.setdefault((bits, kind), []).append((float(moved), float(error)))
    results: dict[str, object] = {"pictures": len(seen)}
    for bits in BITS:
        entry: dict[str, object] = {"brotli_bytes": round(float(np.mean(sizes[bits])))}
        for kind in sorted({kind for kind, *_ in seen}):
            moved, error = np.transpose(errors[bits, kind])
            entry[kind] = {
                "moved median": round(float(np.median(moved)), 5),
                "moved 95 %": round(float(np.quantile(moved, 0.95)), 5),
                "error median": round(float(np.median(error)), 4),
                "error mean": round(float(np.mean(error)), 4),
            }
        results[f"{bits} bits"] = entry
    save("weight_bits", results)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
