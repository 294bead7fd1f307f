"""Color spaces: what the numbers of a picture mean.

space       the color space of a picture, and its codes made into a Picture
cicp        color spaces by code points; PQ and HLG
icc         ICC profiles of displays
lcms        other ICC profiles
gamma       gAMA and cHRM of PNG
primaries   matrices to linear Rec.709
ycbcr       from luma and chroma to red, green and blue
"""
