"""Accuracy: the shipped model and the baselines on the built-in suites, and the plain estimator on two samples.

    python benchmarks/bench_accuracy.py [WORKERS]

Writes results/accuracy/report.json and report.md, as `lightprobe evaluate` does, and results/accuracy.json. Run it
again after every change of the shipped model, the camera or the suites.
"""

import sys

import numpy as np
from measure import RESULTS, save

import lightprobe
from lightprobe.evaluation import JudgePlan, judge
from lightprobe.evaluation.report.summary import report_document
from lightprobe.evaluation.report.write import report_json, report_markdown
from lightprobe.evaluation.scoring.metrics import relative_error, shading
from lightprobe.imaging import encode, read_picture

SAMPLES = RESULTS.parents[1] / "samples"


def judge_suites(workers: int) -> None:
    """The report on the suites."""
    plan = JudgePlan(models=("default",))
    report = report_document(plan, judge(plan, workers=workers))
    (RESULTS / "accuracy" / "report.json").write_text(report_json(report), encoding="utf-8")
    (RESULTS / "accuracy" / "report.md").write_text(report_markdown(report), encoding="utf-8")


def judge_samples() -> None:
    """Errors of the plain estimator on the two samples that have their HDR beside them."""
    plain, results = lightprobe.load("plain"), {}
    for picture, truth in (("venice_sunset.jpg", "venice_sunset.exr"), ("rooitou_park.jpg", "rooitou_park.hdr")):
        expected, result = plain(SAMPLES / truth), plain(SAMPLES / picture)
        irradiance = shading() @ expected.sh.coeffs
        cosine = float(np.clip(result.light.direction @ expected.light.direction, -1, 1))
        radiance = read_picture(SAMPLES / truth).pixels
        given = {}
        for response in ("filmic", "agx"):
            pixels = np.round(255 * encode(radiance, response)).astype(np.uint8)
            coeffs = plain(pixels, response=response).sh.coeffs
            given[response] = round(relative_error(shading() @ coeffs, irradiance), 4)
        results[picture.removesuffix(".jpg")] = {
            "clipped": round(result.clipped, 4),
            "srgb, clipped: irradiance error": round(relative_error(shading() @ result.sh.coeffs, irradiance), 4),
            "srgb, clipped: light direction error_deg": round(float(np.degrees(np.arccos(cosine))), 1),
            "curve given: irradiance error": given,
        }
    save("accuracy", results)


if __name__ == "__main__":
    judge_samples()
    judge_suites(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
