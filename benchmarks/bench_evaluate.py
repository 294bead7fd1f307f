"""What judging costs: 200 pictures of 512×256, all baselines and the plain model in both modes, on two workers.

The issue's bounds are 60 s and 1 GB on two cores, for all processes together.
"""

import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from measure import save

from lightprobe.evaluation import Plan, evaluate, write_report
from lightprobe.evaluation.suites.build import Planned, build
from lightprobe.evaluation.suites.shots import Place
from lightprobe.evaluation.suites.suite import from_scenes, registry_radiance, registry_scenes
from lightprobe.sphere.equirect import resize

SIZE, PICTURES, WORKERS = (512, 256), 200, 2


def enlarged(slug: str):
    """A scene of the fixture at the pictures' size: what is in it does not matter for time."""
    return resize(registry_radiance(slug), SIZE[1], SIZE[0])


def resident() -> float:
    """Peak resident memory of this process and of its largest child, times the workers [MB]."""
    own, child = (resource.getrusage(who).ru_maxrss / 1e3 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own + WORKERS * child


def main() -> None:
    places = [Place(slug=r["slug"], group=r["group"], stratum=r["stratum"]) for r in registry_scenes()]
    whole = from_scenes("speed", places, enlarged, seed=1, size=SIZE)
    suite = replace(whole, shots=whole.shots[:PICTURES])
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        build(Planned(suite=suite, more={}), Path(folder) / "suite")
        built = time.perf_counter() - start
        plan = Plan(suites=(str(Path(folder) / "suite"),), models=("plain",))
        start = time.perf_counter()
        verdicts = evaluate(plan, workers=WORKERS)
        judged = time.perf_counter() - start
        start = time.perf_counter()
        write_report(Path(folder) / "report", plan, verdicts)
        reported = time.perf_counter() - start
    save(
        "evaluate",
        {
            "pictures": PICTURES,
            "size": f"{SIZE[0]}x{SIZE[1]}",
            "rows": len(verdicts[0].contestants),
            "workers": WORKERS,
            "build the suite_s": round(built, 1),
            "judge_s": round(judged, 1),
            "report with page_s": round(reported, 1),
            "judge and report_s": round(judged + reported, 1),
            "peak_MB, all processes": round(resident()),
        },
    )


if __name__ == "__main__":
    main()
