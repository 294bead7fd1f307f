"""The gate: worlds compared with photographed HDRIs, by kind of light.

statistics  numbers of one panorama, which tell rendered from photographed light
gate        medians of worlds and HDRIs, and how far apart they are
report      the comparison as a page with pictures
"""

from lightprobe.synth.check.gate import Gate, compare_catalogs
from lightprobe.synth.check.report import write_gate_report

__all__ = ["Gate", "compare_catalogs", "write_gate_report"]
