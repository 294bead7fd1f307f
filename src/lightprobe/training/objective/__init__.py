"""Objective: the loss that training makes small.

loss              its terms: irradiance, log radiance, tone curve
highlight_jitter  random levels of the light above display white
"""
