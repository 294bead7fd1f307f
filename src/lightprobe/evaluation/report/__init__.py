"""Results as files for people and programs.

format       numbers and sentences as text
summary      the content of report.json
plots        SVG plots                          [needs matplotlib]
thumbnails   panoramas, lit balls, error maps
html_tables  tables of the page
strips       environment maps beside the truth
gallery      worst and best scenes of the page
page         report.html
write        report.json, report.md, report.html, pictures.csv, timing.json
"""
