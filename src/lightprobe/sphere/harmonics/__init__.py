"""Spherical harmonics: the basis, and operations on coefficients.

basis        real spherical harmonics, up to 32 bands
irradiance   radiance and irradiance from coefficients
rotation     rotating and mirroring coefficients
window       windows against ringing
"""
