"""The gate's numbers, kept as a result: worlds against photographed HDRIs, by kind of light.

python benchmarks/world_gate.py WORLDS --against HDRIS [--save]

`--save` writes results/worlds_gate.json, from which docs/synthetic-worlds.md has its table.
"""

import argparse
import json
from pathlib import Path

from measure import save

from lightprobe.synth.check import compare_catalogs
from lightprobe.synth.check.report import gate_numbers
from lightprobe.synth.manifest import ABOUT
from lightprobe.untrusted.json_text import read_json


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("worlds", type=Path)
    parser.add_argument("--against", type=Path, required=True)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    numbers = gate_numbers(compare_catalogs(options.worlds, options.against))
    numbers = {"settings": read_json(options.worlds / ABOUT)["settings"], **numbers}
    if options.save:
        save("worlds_gate", numbers)
    else:
        print(json.dumps(numbers, indent=2))


if __name__ == "__main__":
    main()
