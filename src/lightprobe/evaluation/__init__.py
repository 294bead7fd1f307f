"""Evaluation: judge any estimator of light on pictures whose true light is known. Never needs torch.

A suite gives pictures with their truth; an entrant answers each with light; scoring compares; a report says how well.

suites      pictures with known light: built in, or in a folder
entrants    models, callables, files of predictions, baselines
scoring     metrics, intervals, stability, and the judge that applies them
report      report.json, .md and .html
benchmark   speed and size of models           (lightprobe bench)

entrant = from_callable("mine", lambda image_srgb, response, view: Prediction(coeffs=...))
result = judge_suite(open_suite("registry"), [entrant])
result.scores["mine"]["e_rel"]
"""

from lightprobe.evaluation.entrants.entrant import Entrant, EstimateFn, Prediction, from_callable
from lightprobe.evaluation.report.write import write_report
from lightprobe.evaluation.scoring.judge import JudgePlan, JudgeResult, judge, judge_suite
from lightprobe.evaluation.scoring.metrics import METRICS, TrueLight, score
from lightprobe.evaluation.suites.lookup import open_suite, open_suites
from lightprobe.evaluation.suites.suite import Suite

__all__ = [
    "METRICS",
    "Entrant",
    "EstimateFn",
    "JudgePlan",
    "JudgeResult",
    "Prediction",
    "Suite",
    "TrueLight",
    "from_callable",
    "judge",
    "judge_suite",
    "open_suite",
    "open_suites",
    "score",
    "write_report",
]
