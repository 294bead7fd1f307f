"""Objective: the loss that training makes small.

loss              its terms: irradiance, log radiance, tone curve
lost_light        terms of networks that say how far the lost light may be off
highlight_jitter  random levels of the light above display white
"""
