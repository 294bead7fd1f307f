"""The scripts that run inside Blender: one world after another, each from (seed, index) alone.

draws        named random parameters, each with a stream of its own, recorded for the manifest
radiometry   photometric units, and the colors of lamps
panoramas    directions, solid angles and pixels in Blender's axes
cycles       an empty scene with a panoramic camera, and its rendering
compositing  sun and small lamps, exact, over the denoised picture
worker       the program: jobs in, pictures and parameters out
sky/         the bank of baked skies, and clouds over them
parts/       materials, meshes, lamps, plants, buildings, rooms, furniture
kinds/       outdoor, night, indoor, studio

Nothing here imports lightprobe: Blender's Python has bpy and numpy only. Started as `python -m world.worker` with the
folder above on the path; modules without bpy can also be imported as `lightprobe.synth.world`.

Convention: Blender's axes; the camera is above the origin, looks along +Y, right is +X, up +Z. Radiance is linear
Rec. 709 in Blender's unit (`radiometry.KCD_PER_UNIT`).
"""
