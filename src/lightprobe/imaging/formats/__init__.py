"""Readers of picture and video formats.

pillow          JPEG, PNG, WebP, TIFF, BMP, GIF
png             PNG with 16 bits per channel
heif            HEIC and AVIF
tiff            TIFF: float and 16-bit pixels; raw photographs are refused
jxl             JPEG XL
color_metadata  the color space that a file states
gain_map        HDR by a gain map, in JPEG and HEIC files
exr             OpenEXR, reading and writing
radiance_hdr    Radiance HDR
pfm             portable float maps
video           frames of a video
"""
