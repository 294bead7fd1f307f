"""Tone curves of pictures.

curves   tone curves and their inverses
lut      the lookup tables of Filmic and AgX, from the folder tables
"""
