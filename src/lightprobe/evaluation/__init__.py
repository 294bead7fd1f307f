"""Judge any estimator of light: suites of pictures with their truth, metrics, baselines, a report. Never torch.

suite, folder       pictures with the truth about each: built in, or in a folder
shots, tones        which pictures are taken of a scene, and through which curves
formation           taking them; analytic: light known in closed form; packing: the fixture's panoramas
building            a suite from a catalog                         (lightprobe suite build)
estimators          what can be judged; predictions: from a file; baselines: what has to be beaten
metrics, bootstrap  how far off one answer is; what many tell; motion: how steady they are
judging, tables     everybody on every picture; numbers of the report
report, page        report.json, .md, .html; plots, drawings: what the page shows   [needs matplotlib]
bench               how fast, how large                            (lightprobe bench)
"""

from lightprobe.evaluation.entrants.entrant import Contestant, Prediction, from_callable
from lightprobe.evaluation.report.write import write_report
from lightprobe.evaluation.scoring.judge import Plan, Verdict, evaluate, judge_on
from lightprobe.evaluation.scoring.metrics import METRICS, Truth, judge
from lightprobe.evaluation.suites.suite import Suite, open_suite, open_suites

__all__ = [
    "METRICS",
    "Contestant",
    "Plan",
    "Prediction",
    "Suite",
    "Truth",
    "Verdict",
    "evaluate",
    "from_callable",
    "judge",
    "judge_on",
    "open_suite",
    "open_suites",
    "write_report",
]
