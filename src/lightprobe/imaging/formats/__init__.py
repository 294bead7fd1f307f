"""Readers of picture and video formats.

pillow        JPEG, PNG, WebP, AVIF, TIFF, HEIC, BMP, GIF
deep_png      PNG with 16 bits per channel
exr           OpenEXR, reading and writing
radiance_hdr  Radiance HDR
video         frames of a video
color         color spaces: ICC profiles, primaries
damage        errors of decoding libraries as an ImageError
quiet         silences warnings and messages of those libraries
"""
