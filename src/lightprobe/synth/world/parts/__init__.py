"""Parts of worlds.

stage      the meshes and lamps of one world, collected and then given to Blender
materials  surfaces
lamps      the sun, spheres and panels of known radiance, portals
ground     the ground, near and far
plants     trees, bushes and hedges
buildings  houses with windows, streets of them, cars
rooms      boxes with walls, windows and skylights, doors and beams
openings   windows of rooms, and what lies before them
furniture  things in rooms
"""
