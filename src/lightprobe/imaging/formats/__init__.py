"""Readers of picture and video formats.

pillow        JPEG, PNG, WebP, AVIF, TIFF of 8 bits, HEIC, BMP, GIF
png           PNG with 16 bits per channel
tiff          TIFF: float and 16-bit pixels; raw photographs are refused
jxl           JPEG XL
exr           OpenEXR, reading and writing
pfm           portable float maps
radiance_hdr  Radiance HDR
video         frames of a video
"""
