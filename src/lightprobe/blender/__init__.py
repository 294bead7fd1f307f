"""Blender, run as a process in its own Python environment. Only `worker`, which runs inside it, imports bpy.

environment   finds, makes and checks that environment
engine        runs render jobs and returns when their files are written
worker        the script that Blender's Python runs
"""
