"""Other tools: their axes, and how they store coefficients.

frames       axes of other tools
conventions  how other tools store coefficients
cmgen        clamping and text format of Filament's cmgen
"""
