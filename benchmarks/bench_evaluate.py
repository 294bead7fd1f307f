"""Cost of an evaluation: 200 pictures of 512×256, all baselines and the plain model in both modes, two workers.

The bounds are 60 s and 1 GB on two cores, for all processes together.
"""

import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from measure import save

from lightprobe.evaluation import JudgePlan, judge, write_report
from lightprobe.evaluation.suites.build import SuitePlan, build_suite
from lightprobe.evaluation.suites.registry import registry_radiance, registry_scenes
from lightprobe.evaluation.suites.shots import SuiteScene
from lightprobe.evaluation.suites.suite import natural_suite
from lightprobe.sphere.panorama.equirect import resize

SIZE, PICTURES, WORKERS = (512, 256), 200, 2


def enlarged(slug: str):
    """A scene of the fixture at the pictures' size; its content does not matter for time."""
    return resize(registry_radiance(slug), SIZE[1], SIZE[0])


def resident() -> float:
    """Peak resident memory of this process and of its largest child, times the workers [MB]."""
    own, child = (resource.getrusage(who).ru_maxrss / 1e3 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own + WORKERS * child


def main() -> None:
    scenes = [SuiteScene(slug=r["slug"], group=r["group"], stratum=r["stratum"]) for r in registry_scenes()]
    whole = natural_suite("speed", scenes, enlarged, seed=1, size=SIZE)
    suite = replace(whole, shots=whole.shots[:PICTURES])
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        build_suite(SuitePlan(suite=suite, more={}), Path(folder) / "suite")
        built = time.perf_counter() - start
        plan = JudgePlan(suites=(str(Path(folder) / "suite"),), models=("plain",))
        start = time.perf_counter()
        results = judge(plan, workers=WORKERS)
        judged = time.perf_counter() - start
        start = time.perf_counter()
        write_report(Path(folder) / "report", plan, results)
        reported = time.perf_counter() - start
    save(
        "evaluate",
        {
            "pictures": PICTURES,
            "size": f"{SIZE[0]}x{SIZE[1]}",
            "rows": len(results[0].entrants),
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
