"""Projection and eyes of a video: metadata of its file's header and of its frames, and what a picture gets of them.

Sources: Google, "Spherical Video V2 RFC" (st3d, sv3d) and "Spherical Video RFC" (XML); FFmpeg, libavutil/stereo3d.h and
spherical.h (side data).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lightprobe.errors import ImageError
from lightprobe.imaging.formats.video.headers import TrackBoxes
from lightprobe.imaging.formats.video.pixel_map import PixelMap
from lightprobe.imaging.geometry.gpano import read_crop
from lightprobe.imaging.picture import Crop, Picture, Tags, check_picture_size

STEREO_3D, SPHERICAL = "STEREO3D", "SPHERICAL"
"""Names of the side data of frames that are read."""

_BOXES = {"equi": "equirectangular", "cbmp": "cubemap", "mshp": "mesh", "ytmp": "mesh"}
_MODES = {1: ("top-bottom", False), 2: ("left-right", False), 4: ("left-right", True)}
"""Eyes of st3d, and whether the right one comes first."""

_PACKINGS = {1: "left-right", 2: "top-bottom"}
_INTERLEAVED = {4: "in a checkerboard", 5: "in a checkerboard", 6: "row by row", 7: "column by column"}
"""Types of AVStereo3D."""
_INVERTED = 1

_PROJECTIONS = {0: "equirectangular", 1: "cubemap", 2: "equirectangular", 3: "half equirectangular", 5: "fisheye"}
"""Of AVSphericalMapping; 4 is rectilinear."""
_PARAMETRIC = 6

_BOUNDS_SLACK = 1e-3
"""How far bounds may be from each other, or a picture from its place, after rounding."""


@dataclass(frozen=True, kw_only=True)
class Spherical:
    """What is said of projection and eyes; None: nothing."""

    projection: str | None = None
    """'equirectangular', 'half equirectangular', 'cubemap', 'fisheye', 'mesh', or another name that the file has."""
    stereo: str | None = None
    """'top-bottom' or 'left-right'."""
    is_right_first: bool = False
    """Whether the right eye is at the top or left."""
    pose: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Yaw, pitch, roll [°]: the picture is turned counterclockwise about up, about right, clockwise about forward."""
    bounds: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """Shares of the whole panorama that are missing at top, bottom, left and right."""
    fov: float | None = None
    """Horizontal field of view [°] of a perspective picture."""
    xml: str = ""
    """The packet of version 1, which may have a crop in pixels."""
    notes: tuple[str, ...] = ()


def file_spherical(boxes: TrackBoxes, metadata: Mapping[str, str]) -> Spherical:
    """What the header of a video track says; `metadata` are the tags that FFmpeg gives for it."""
    tags = {key.lower(): value for key, value in metadata.items()}
    xml = boxes.xml or tags.get("spherical-video", "")
    said = _from_xml(xml) if xml else Spherical()
    if boxes.projection is not None:
        projection = _BOXES.get(boxes.projection, boxes.projection)
        said = replace(said, projection=projection, pose=boxes.pose, bounds=boxes.bounds, xml="")
    if boxes.stereo_mode is not None:
        stereo, is_right_first = _MODES.get(boxes.stereo_mode, (None, False))
        said = replace(said, stereo=stereo, is_right_first=is_right_first)
    if (mode := tags.get("stereo_mode", "")).startswith("anaglyph"):
        note = f"the file says that its two eyes are coded in color ({mode}), so its colors are wrong"
        said = replace(said, notes=(*said.notes, note))
    return said


def frame_spherical(said: Spherical, side_data: Mapping[str, bytes]) -> Spherical:
    """The same with what the side data of a frame say. They win in stereo; in projection, the header does, because
    FFmpeg takes the initial view of an XML packet for the pose of the camera."""
    if STEREO_3D in side_data and len(side_data[STEREO_3D]) >= 36:
        packing, flags, *_, numerator, denominator = struct.unpack_from("=9i", side_data[STEREO_3D])
        if packing in _PACKINGS:
            said = replace(said, stereo=_PACKINGS[packing], is_right_first=bool(flags & _INVERTED))
        elif packing in _INTERLEAVED:
            note = f"the file says that its two eyes are interleaved {_INTERLEAVED[packing]}; both were used"
            said = replace(said, notes=(*said.notes, note))
        if denominator > 0 and 1 <= numerator / denominator <= 170:
            said = replace(said, fov=numerator / denominator)
    if said.projection is None and not said.xml and SPHERICAL in side_data and len(side_data[SPHERICAL]) >= 36:
        kind, yaw, pitch, roll, left, top, right, bottom = struct.unpack_from("=4i4I", side_data[SPHERICAL])
        if kind in _PROJECTIONS or kind == _PARAMETRIC:
            said = replace(
                said,
                projection=_PROJECTIONS.get(kind, "fisheye"),
                pose=(yaw / 65536, pitch / 65536, roll / 65536),
                bounds=(top / 2**32, bottom / 2**32, left / 2**32, right / 2**32),
            )
    return said


def with_tags(picture: Picture, said: Spherical) -> Picture:
    """The picture with the tags, the crop and the field of view that its video states.

    Bounds: for two eyes side by side or one above the other, the same at left and right, they are the width of each
    eye's panorama (`Tags.degrees`); other bounds give a `Crop`, of the left eye where there are two.

    Raises: ImageError for a projection that is not supported.
    """
    picture = picture.noted(*said.notes)
    projection = _projection(picture, said)
    _, pitch, roll = said.pose
    tags = Tags(
        projection=projection,
        stereo=said.stereo,
        degrees=180.0 if said.projection == "half equirectangular" and said.stereo else None,
        pitch=pitch,
        roll=0.0 - roll,  # turned clockwise about forward: the horizon in the picture goes the same way
        heading=-said.pose[0] % 360 if said.pose[0] else None,
    )
    if projection is None:
        return picture.noted(tags=tags, fov=said.fov)
    if projection == "eac":
        picture = picture.noted("the file has a mesh, as YouTube's have; 3:2 is taken for an equi-angular cubemap")
    if projection != "equirectangular":
        return picture.noted(tags=tags)
    if said.xml:
        return _cropped_by_xml(picture.noted(tags=tags), said.xml)
    bounds = (0.0, 0.0, 0.25, 0.25) if said.projection == "half equirectangular" else said.bounds
    return _cropped_by_bounds(picture.noted(tags=tags), bounds)


def _projection(picture: Picture, said: Spherical) -> str | None:
    """The name that Tags know. Raises: ImageError if there is none."""
    height, width = picture.pixels.shape[:2]
    if said.projection == "mesh" and 2 * width == 3 * height and said.stereo is None:
        return "eac"
    if said.projection in (None, "equirectangular", "cubemap"):
        return said.projection
    if said.projection == "half equirectangular":
        return "equirectangular"
    raise ImageError(
        f"{picture.name}: the video has a {said.projection} projection, which is not supported; convert it to a 2:1 "
        "panorama with the software of the camera"
    )


def _cropped_by_xml(picture: Picture, xml: str) -> Picture:
    height, width = picture.pixels.shape[:2]
    try:
        crop = read_crop(xml.replace("GSpherical:", "GPano:"), width, height, picture.name)
    except ImageError:
        return picture.noted("the crop in the spherical metadata is no part of a 2:1 panorama; it was not used")
    if crop is None or picture.tags.stereo is None:
        return picture.noted(crop=crop)
    return picture.noted("the crop in the spherical metadata was not used, for there are two eyes")


def _cropped_by_bounds(picture: Picture, bounds: tuple[float, float, float, float]) -> Picture:
    top, bottom, left, right = bounds
    if not any(bounds):
        return picture
    if min(1 - top - bottom, 1 - left - right) < _BOUNDS_SLACK:
        return picture.noted("the bounds in the spherical metadata leave no picture; they were not used")
    stereo = picture.tags.stereo
    if stereo is not None and max(top, bottom, abs(left - right)) < _BOUNDS_SLACK:
        degrees = round(360 * (1 - left - right), 3)
        return picture.noted(tags=replace(picture.tags, degrees=degrees))
    if stereo is not None:
        picture = _left_eye(picture, stereo)
    height, width = picture.pixels.shape[:2]
    full_height = round(height / (1 - top - bottom))
    columns = max(1, round(2 * full_height * (1 - left - right)))
    check_picture_size(columns, height, f"{picture.name}, in degrees")
    if abs(columns - width) > 1 + _BOUNDS_SLACK * width:  # rows and columns of unlike degrees
        stretched = PixelMap(size=(height, columns))
        white = None if picture.white is None else stretched(picture.white)
        picture = picture.noted(pixels=stretched(picture.pixels), white=white)
    return picture.noted(
        crop=Crop(full_height=full_height, left=round(2 * full_height * left), top=round(full_height * top))
    )


def _left_eye(picture: Picture, stereo: str) -> Picture:
    height, width = picture.pixels.shape[:2]
    eye = (slice(height // 2), slice(None)) if stereo == "top-bottom" else (slice(None), slice(width // 2))
    white = None if picture.white is None else picture.white[eye]
    return picture.noted(
        f"two eyes, {stereo} by the file; the left one was taken, for it shows a part of the panorama",
        pixels=picture.pixels[eye],
        white=white,
        tags=replace(picture.tags, stereo=None),
    )


def _from_xml(xml: str) -> Spherical:
    """Of the packet of version 1. Its initial view is where a viewer looks first; it is no pose."""
    if (_value(xml, "Spherical") or "").lower() != "true":
        return Spherical(xml=xml)
    stereo = (_value(xml, "StereoMode") or "").lower()
    return Spherical(
        projection=(_value(xml, "ProjectionType") or "equirectangular").lower()[:40],
        stereo=stereo if stereo in _PACKINGS.values() else None,
        xml=xml,
    )


def _value(xml: str, name: str) -> str | None:
    match = re.search(rf"<GSpherical:{name}(?:\s[^<>]*)?>([^<]*)</", xml)
    return match[1].strip() if match else None
