"""Color spaces: what the numbers of a picture mean.

cicp        color spaces by code points; PQ and HLG
primaries   matrices to linear Rec.709
icc         ICC profiles
"""
