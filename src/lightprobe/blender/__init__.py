"""Blender, run as a process in an environment of its own. Nothing here imports bpy but `worker`, which runs inside it.

environment   where that environment is, making it, checking it
engine        jobs in, files out
worker        the script that Blender's Python runs
"""
