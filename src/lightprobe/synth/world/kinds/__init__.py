"""Kinds of worlds: each fills a stage from its random parameters, and returns the sky over it.

outdoor  by day: streets, yards, parks, forests, fields, water, open land
night    streets and parks with lamps, lit windows, shop fronts, moon and last light
indoor   rooms, offices, corridors, halls, garages: by day, by lamps, or both
studio   soft boxes, strips and reflectors in white, gray and black rooms, some by daylight or with a cyclorama
"""
