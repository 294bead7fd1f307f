"""Layout: where a picture lies on the sphere, as far as its caller says, and laying it out.

What the caller says wins over the metadata of the file (`Picture.tags`), and that over the looks of the picture. A
picture that is laid out is a 2:1 panorama, a part of one (`crop`, `seen`) or a perspective picture (`fov`).

Convention: spec/CONVENTIONS.md#partial-pictures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypedDict

from lightprobe.imaging.geometry.borders import bar_notes, check_circles
from lightprobe.imaging.geometry.faces import find_faces, unfolded
from lightprobe.imaging.geometry.pose import LEVEL, leveled
from lightprobe.imaging.geometry.stereo import LEFT_RIGHT, TOP_BOTTOM, find_eyes, left_eye, repeated
from lightprobe.imaging.geometry.tags import field_of_view
from lightprobe.imaging.picture import Crop, Picture, Tags
from lightprobe.sphere.panorama import equirect

STEREO = ("none", TOP_BOTTOM, LEFT_RIGHT)
"""What can be said of two eyes in one picture."""

SLACK = 1e-3
"""How far a part may reach beyond the panorama, as a share of it: angles are rounded."""
SQUEEZED_SLACK = 0.02
"""How far the eye of a squeezed stereo panorama may be from 4:1."""
_LEFT_EYE = {TOP_BOTTOM: "the upper half, the left eye, is used", LEFT_RIGHT: "the left half, the left eye, is used"}
_CUBEMAPS = ("cubemap", "eac")
_HALVES = tuple(_LEFT_EYE)


class LayoutOptions(TypedDict, total=False):
    """The fields of a Layout, as keywords of `estimate`."""

    fov: float | None
    hfov: float | None
    vfov: float | None
    elevation: float
    stereo: str | None
    ignore_pose: bool


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the caller says about the geometry of a picture; None: the file's metadata, or its looks, decide.

    Raises: ValueError for values that are impossible, or that contradict each other.
    """

    fov: float | None = None
    """Horizontal field of view [°] of a perspective picture."""
    hfov: float | None = None
    """Width [°] of a part of a panorama; 360 for a strip that goes all the way around. Without `vfov`, pixels are
    square."""
    vfov: float | None = None
    """Height [°] of a part of a panorama."""
    elevation: float = 0.0
    """Elevation [°] of the center of that part."""
    stereo: str | None = None
    """One of `STEREO`: how two eyes share the picture. The left eye is taken."""
    ignore_pose: bool = False
    """Leave the picture as it is where metadata say that the camera was tilted."""

    def __post_init__(self) -> None:
        if self.stereo is not None and self.stereo not in STEREO:
            raise ValueError(f"expected stereo to be {', '.join(STEREO)}, got {self.stereo!r}; choose one")
        for name, value, most in (("hfov", self.hfov, 360), ("vfov", self.vfov, 180)):
            if value is not None and not 0 < value <= most:
                raise ValueError(f"expected 0 < {name} ≤ {most} degrees, got {value:g}; correct it")
        if self.fov is not None and self.is_part:
            raise ValueError(
                "expected fov (of a perspective picture) or hfov and vfov (of a part of a panorama), got both; leave "
                "one out"
            )
        if self.elevation and not self.is_part:
            raise ValueError("expected hfov or vfov with an elevation, got neither; say how much the picture shows")
        if not -90 <= self.elevation <= 90:
            raise ValueError(f"expected an elevation of -90 to 90 degrees, got {self.elevation:g}; correct it")

    @property
    def is_part(self) -> bool:
        """Whether it says what part of a panorama the picture is."""
        return self.hfov is not None or self.vfov is not None


_NOTHING_SAID, _NO_TAGS = Layout(), Tags()


def lay_out(picture: Picture, layout: Layout = _NOTHING_SAID) -> Picture:
    """The picture as a 2:1 panorama, a part of one or a perspective picture; the notes say what was done.

    One that has been laid out stays as it is. Its shape is not checked: who uses it does.

    Raises: ImageError for fisheye pictures and for cubemaps of a wrong shape; ValueError for a part that reaches
    beyond the zenith or the nadir.
    """
    height, width = picture.pixels.shape[:2]
    if picture.is_laid_out and width == 2 * height and layout == _NOTHING_SAID and picture.tags == _NO_TAGS:
        return picture
    picture = _one_eye(look(picture, layout), layout)
    if layout.fov is not None:
        return picture.noted(fov=layout.fov, crop=None, tags=_NO_TAGS)
    if layout.is_part:
        picture = replace(picture, crop=_part(picture, layout), fov=None)
    elif picture.crop is None and picture.fov is None:
        picture = _shaped(picture)
    return _turned(picture, layout).noted(tags=_NO_TAGS)


def look(picture: Picture, layout: Layout = _NOTHING_SAID) -> Picture:
    """The picture with its stereo tag, and with notes, by its looks where nothing is said of its geometry.

    Of a video, the first frame is looked at: the others get its tag and notes, and `is_laid_out`.

    Raises: ImageError for fisheye pictures.
    """
    tags, is_panorama = picture.tags, equirect.is_panorama(*picture.pixels.shape[:2])
    if picture.is_laid_out and is_panorama:
        return picture
    if layout.stereo is None and tags.stereo in _HALVES and not picture.is_laid_out:
        picture = picture.noted(f"Stereo ({tags.stereo}), as its metadata say: {_LEFT_EYE[tags.stereo]}")
    is_said = layout.fov is not None or layout.is_part or picture.fov is not None or picture.crop is not None
    if is_said or tags.projection in _CUBEMAPS:
        return replace(picture, is_laid_out=True)
    check_circles(picture)
    if is_panorama and picture.seen is None:
        picture = picture.noted(*bar_notes(picture))
    if layout.stereo is None and tags.stereo is None and (is_panorama or tags.focal_length is None):
        way = find_eyes(picture)
        if way is not None:
            note = f"Its halves look alike, so it counts as stereo ({way}): {_LEFT_EYE[way]}"
            note += "; --stereo none (stereo='none') takes it for one picture"
            picture = picture.noted(note, tags=replace(tags, stereo=way))
    return replace(picture, is_laid_out=True)


def _one_eye(picture: Picture, layout: Layout) -> Picture:
    """The left eye of a stereo picture, and how much of a panorama it sees."""
    tags, is_said = picture.tags, layout.fov is not None or layout.is_part
    way = tags.stereo if layout.stereo is None else layout.stereo
    if way in _HALVES:
        picture = left_eye(picture, way)
    if is_said or picture.crop is not None or picture.fov is not None or tags.projection in _CUBEMAPS:
        return picture
    height, width = picture.pixels.shape[:2]
    if tags.degrees is not None:
        return _whole(picture) if tags.degrees >= 360 else replace(picture, crop=_front(picture, tags.degrees))
    if way == TOP_BOTTOM and abs(width / (4 * height) - 1) < SQUEEZED_SLACK:
        return _whole(picture)
    if way in _HALVES and tags.focal_length is None and abs(height - width) <= 2:
        note = "An eye counts as VR180, which shows 180° × 180° (--hfov 360 --vfov 180 if it is a squeezed panorama)"
        return picture.noted(note, crop=_front(picture, 180))
    return picture


def _whole(picture: Picture) -> Picture:
    """A whole panorama that was squeezed: each row or column twice where that makes it 2:1, else not square pixels."""
    height, width = picture.pixels.shape[:2]
    if equirect.is_panorama(height, width):
        return picture
    if width in (4 * height, height):
        return repeated(picture, 0 if width > height else 1)
    return replace(picture, crop=Crop(full_height=height, full_width=width, left=0, top=0))


def _front(picture: Picture, degrees: float) -> Crop:
    """The part of a panorama in front, so many degrees wide, from the zenith to the nadir."""
    height, width = picture.pixels.shape[:2]
    columns = width * 360 / degrees
    return Crop(full_height=height, full_width=columns, left=(columns - width) / 2, top=0)


def _part(picture: Picture, layout: Layout) -> Crop:
    """The part of a panorama that the caller says the picture is."""
    height, width = picture.pixels.shape[:2]
    vfov = (layout.hfov or 0.0) * height / width if layout.vfov is None else layout.vfov
    hfov = vfov * width / height if layout.hfov is None else layout.hfov
    if hfov > 360 * (1 + SLACK) or vfov > 180 * (1 + SLACK):
        raise ValueError(
            f"{picture.name}: expected a part of at most 360 × 180 degrees, got {hfov:.0f} × {vfov:.0f} of square "
            "pixels; give both hfov and vfov (--hfov, --vfov)"
        )
    rows, columns = height * 180 / vfov, width * 360 / hfov
    top = (rows - height) / 2 - layout.elevation / 180 * rows
    if min(top, rows - top - height) < -SLACK * rows:
        raise ValueError(
            f"{picture.name}: expected a part between the zenith and the nadir, got {vfov:g} degrees around an "
            f"elevation of {layout.elevation:g}; correct the vfov or the elevation"
        )
    return Crop(full_height=rows, full_width=columns, left=(columns - width) / 2, top=top)


def _shaped(picture: Picture) -> Picture:
    """A picture of which neither caller nor metadata say what part of the sphere it shows: by its shape and looks."""
    height, width = picture.pixels.shape[:2]
    tags = picture.tags
    if equirect.is_panorama(height, width):
        return picture
    if tags.projection == "equirectangular":
        return _whole(picture).noted("All of it counts as 360° × 180°, as its metadata say equirectangular")
    fov = None if tags.focal_length is None else field_of_view(tags.focal_length, width, height)
    if fov is not None and tags.projection is None:
        return picture.noted(f"Field of view {fov:.0f}° from the EXIF focal length ({tags.focal_length:g} mm)", fov=fov)
    grid = find_faces(picture, tags.projection)
    return picture if grid is None else unfolded(picture, grid)


def _turned(picture: Picture, layout: Layout) -> Picture:
    """A panorama leveled by its pose, as the notes say."""
    tags, pixels = picture.tags, picture.pixels
    if picture.fov is not None or (picture.crop is None and not equirect.is_panorama(*pixels.shape[:2])):
        return picture
    if tags.heading is not None:
        picture = picture.noted(f"The center looks towards a compass heading of {tags.heading:g}° (GPano pose)")
    if max(abs(tags.pitch), abs(tags.roll)) < LEVEL:
        return picture
    angles = f"pitch {tags.pitch:g}°, roll {tags.roll:g}°"
    if layout.ignore_pose:
        return picture.noted(f"Not turned by its pose ({angles})")
    note = f"Turned by its pose ({angles}), so that the horizon is level; --ignore-pose (ignore_pose=True) leaves it"
    return leveled(picture, tags.pitch, tags.roll).noted(note)
