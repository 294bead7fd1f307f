"""Containers: where in a file its parts lie, without decoding them.

chunks   chunks of PNG files
exif     EXIF data
boxes    boxes and items of HEIC and AVIF files
"""
