"""Light as files for other tools: scenes that hold it, and tables of numbers.

files           a scene and, beside it, the environment map that it names
lighting        the light as a scene holds it: an environment and a lamp
usd             USD: a dome light and a distant light
gltf            glTF: a directional light, and coefficients as extras
blender_script  a Python script that sets world and sun in Blender
table           CSV: a row for each picture or frame
"""
