"""Turning, tilting and averaging down panoramas.

rotations    matrices from directions in the scene to directions in the picture
tilt         index maps for tilts by whole degrees; moving lights with their energy
downsample   averages over whole factors
"""
