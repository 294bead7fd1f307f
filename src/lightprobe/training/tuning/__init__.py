"""Tuning: a better recipe, found by trying many.

search  a study: recipes drawn by Optuna, judged by their validation score
report  the study as a table and pictures
"""
