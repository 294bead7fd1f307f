"""Skies: physical, baked without the sun's disc, and clouds over them.

clear   a clear sky and its numbers
bank    clear skies, baked once by Blender
clouds  layers of cloud that also dim the sun
"""
