"""Readers of picture and video formats.

pillow        JPEG, PNG, WebP, AVIF, TIFF, HEIC, BMP, GIF
png           PNG with 16 bits per channel
exr           OpenEXR, reading and writing
radiance_hdr  Radiance HDR
gain_map      HDR by a gain map, in JPEG and HEIC files
video         frames of a video
"""
