"""Panoramas turned, tilted and averaged down.

rotations    matrices from directions in the scene to directions in the picture
tilt         index maps of whole degrees, and lights moved by their energy
downsample   averages over whole factors
"""
