"""HDR by a gain map: a second picture in the file that leads from SDR to HDR.

metadata       numbers of a gain map: ISO 21496-1, Adobe's and Android's XMP, Apple's
rendition      the HDR rendition, by the formula
base           the base picture's own linear light
multi_picture  where further pictures lie in a JPEG file
jpeg           JPEG files with a gain map
auxiliary      HEIC files with a gain map
"""
