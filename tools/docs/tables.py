"""Write the tables between `<!-- table NAME -->` and `<!-- end -->` in Markdown pages from benchmarks/results/.

python tools/docs/tables.py [--check]
"""

from __future__ import annotations

import re
import sys

from accuracy import accuracy, byclipping, crossvalidation, shortrun, views
from claims import claims
from estimator import labmusts, labscenes, labtaught, labvariants
from rendering import worldsgate, worldsrate
from results import ROOT
from speed import browser, engines, firstlight, memory, models, pairs, slack, speed, start, training
from surround import brackets, cellrows, pans

TABLES = {
    "claims": claims,
    "crossvalidation": crossvalidation,
    "accuracy": accuracy,
    "views": views,
    "byclipping": byclipping,
    "speed": speed,
    "slack": slack,
    "memory": memory,
    "models": models,
    "engines": engines,
    "browser": browser,
    "start": start,
    "firstlight": firstlight,
    "pairs": pairs,
    "training": training,
    "labmusts": labmusts,
    "labvariants": labvariants,
    "labscenes": labscenes,
    "labtaught": labtaught,
    "shortrun": shortrun,
    "worldsgate": worldsgate,
    "worldsrate": worldsrate,
    "pans": pans,
    "cellrows": cellrows,
    "brackets": brackets,
}

PAGES = (
    *("README.md", "docs/benchmarks.md", "docs/surround.md", "docs/synthetic-worlds.md", "docs/training.md"),
    *("docs/research/accuracy.md", "src/lightprobe/pretrained/MODEL_CARD.md"),
)


def filled(text: str) -> str:
    """The text with every table made anew."""

    def table(match: re.Match[str]) -> str:
        return f"<!-- table {match[1]} -->\n{TABLES[match[1]]()}\n<!-- end -->"

    return re.sub(r"<!-- table (\w+) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)


if __name__ == "__main__":
    for page in PAGES:
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        if "--check" not in sys.argv:
            path.write_text(filled(text), encoding="utf-8")
        elif text != filled(text):
            sys.exit(f"{page} differs from benchmarks/results; run make docs")
