"""Decoding libraries: their errors, and their chatter.

damage   errors of decoding libraries as an ImageError
quiet    silences warnings and messages of those libraries
"""
