"""HDR by a gain map: a second picture in the file that leads from SDR to HDR.

pictures       what a file holds besides its first picture; the HDR picture that they make
jpeg           gain maps in JPEG files
auxiliary      gain maps in HEIC files
multi_picture  where further pictures lie in a JPEG file
metadata       numbers of a gain map: ISO 21496-1, Adobe's and Android's XMP, Apple's
rendition      the HDR rendition, by the formula
base           the base picture's own linear light
encoder        JPEG files with a gain map, written
"""
