"""Pictures with known light. A suite is a list of shots and a function that loads one picture with its truth.

shots      the list of pictures that are taken of a scene
item       one picture with its true light
suite      Suite, and suites of photographed scenes
registry   the built-in suite of HDRIs
views      perspective pictures of the same HDRIs
analytic   the built-in suite of light in closed form
folder     a suite on disk
lookup     suites by name or folder
build      a suite from a catalog               (lightprobe suite build)
"""
