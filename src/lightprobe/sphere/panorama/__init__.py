"""Pictures of the whole sphere: equirectangular panoramas and cubemaps.

rows         weighted sums over rows, block by block
equirect     panoramas: solid angles, directions, turning, energy-preserving resize
cubemap      the six faces of a cubemap, and conversion from and to panoramas
projection   exact projection of a panorama onto spherical harmonics
"""
