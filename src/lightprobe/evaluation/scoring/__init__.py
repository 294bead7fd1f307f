"""Entrants against the truth: one number per metric and picture, then statistics over many.

metrics    how far one estimate is from the true light
bootstrap  medians and means with intervals over scenes
stability  how much answers change when the picture is turned or panned
judge      every entrant on every picture
environments  environment maps: radiance, and three balls lit by it
"""
