"""What a lens, and the air before it, do to light before it is measured.

glare   part of each bright light, spread around it
"""

from lightprobe.camera.lens.glare import drawn_share, with_glare

__all__ = ["drawn_share", "with_glare"]
