"""The whole files that the fuzzer starts from, each made by code: a small one of every kind that is read or refused."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import OpenEXR
import pillow_heif
from makers import (
    SRGB,
    chunk,
    cmyk_profile,
    crop_properties,
    gpano,
    hdr,
    noise,
    png,
    rgb_profile,
    rgbe,
    smooth,
    video,
    xmp_chunk,
)
from makers import exr as plain_exr
from PIL import Image

COLOR = smooth(32, 64)
LIGHT = (COLOR / 20.0).astype(np.float32)
PACKET = gpano(**crop_properties((128, 64), (64, 32), (10, 10)))
FRAMES = [noise(32, 64, 3, seed=k) for k in range(3)]


def jpeg(pixels: np.ndarray, xmp: bytes = b"", **options: object) -> bytes:
    """A JPEG file."""
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=90, xmp=xmp, **options)
    return data.getvalue()


def exif(**tags: int) -> Image.Exif:
    """EXIF data with an orientation, a maker and a focal length."""
    made = Image.Exif()
    made[0x0112], made[0x010F] = tags.get("orientation", 3), "maker"
    made.get_ifd(0x8769)[0xA405] = 26
    return made


def saved(**options: object) -> Callable[[Path], object]:
    """A writer of COLOR by Pillow."""
    return lambda path: Image.fromarray(COLOR).save(path, **options)


def gain_map_jpeg(path: Path) -> None:
    """Ultra HDR: a primary with the container's directory and MPF, and a gain map appended."""
    space = b'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"'
    values = b'hdrgm:GainMapMin="0" hdrgm:GainMapMax="3" hdrgm:Gamma="1" hdrgm:OffsetSDR="0.015625" '
    values += b'hdrgm:OffsetHDR="0.015625" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="3"'
    second = jpeg(smooth(16, 32)[..., 0], packet(space + b" " + values))
    items = (
        b'<Container:Directory xmlns:Container="http://ns.google.com/photos/1.0/container/" '
        b'xmlns:Item="http://ns.google.com/photos/1.0/container/item/"><rdf:Seq>'
        b'<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>'
        b'<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" '
        b'Item:Length="%d"/></rdf:li></rdf:Seq></Container:Directory>' % len(second)
    )
    first = jpeg(COLOR, packet(space, items))
    path.write_bytes(with_mpf(first, second) + second)


def packet(attributes: bytes, elements: bytes = b"") -> bytes:
    """An XMP packet with one description."""
    return (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b"<rdf:Description %b>%b</rdf:Description></rdf:RDF></x:xmpmeta>" % (attributes, elements)
    )


def with_mpf(first: bytes, second: bytes) -> bytes:
    """The first JPEG with the index of two pictures (CIPA DC-007) after its first segment."""
    at = 4 + struct.unpack(">H", first[4:6])[0]
    length = 4 + 4 + 8 + 2 + 36 + 4 + 32
    start = at + 8  # of the TIFF header, from which offsets count
    size = len(first) + length
    directory = struct.pack(">H", 3) + struct.pack(">HHI4s", 0xB000, 7, 4, b"0100")
    directory += struct.pack(">HHII", 0xB001, 4, 1, 2) + struct.pack(">HHIII", 0xB002, 7, 32, 50, 0)
    entries = struct.pack(">IIIHH", 0x030000, size, 0, 0, 0) + struct.pack(">IIIHH", 0, len(second), size - start, 0, 0)
    body = b"MPF\0MM\0*" + struct.pack(">I", 8) + directory + entries
    return first[:at] + b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body + first[at:]


def exr(pixels: dict[str, np.ndarray], **header: object) -> Callable[[Path], object]:
    """A writer of an OpenEXR file."""
    return lambda path: OpenEXR.File({"type": OpenEXR.scanlineimage, **header}, pixels).write(str(path))


def layers(path: Path) -> None:
    """Two parts, the second with the light in a layer of its own."""
    depth = OpenEXR.Part({"type": OpenEXR.scanlineimage}, {"Z": LIGHT[..., 0].copy()}, "depth")
    colors = {f"ViewLayer.Combined.{name}": LIGHT[..., k].copy() for k, name in enumerate("RGB")}
    OpenEXR.File([depth, OpenEXR.Part({"type": OpenEXR.scanlineimage}, colors, "beauty")]).write(str(path))


def cicp_png(path: Path) -> None:
    """16 bits of PQ, BT.2020."""
    path.write_bytes(png(noise(32, 64, 3, np.uint16), chunk(b"cICP", bytes([9, 16, 0, 1]))))


def float_tiff(path: Path) -> None:
    """Three planes of float32, little endian, uncompressed (TIFF 6.0)."""
    height, width = LIGHT.shape[:2]
    entries = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, 0), (259, 3, 1, 1), (262, 3, 1, 2)]
    entries += [(273, 4, 1, 0), (277, 3, 1, 3), (278, 3, 1, height), (279, 4, 1, LIGHT.nbytes), (339, 3, 3, 0)]
    extra = 8 + 2 + 12 * len(entries) + 4
    values = {258: extra, 339: extra + 6, 273: extra + 12}
    data = b"II*\0" + struct.pack("<IH", 8, len(entries))
    for tag, kind, count, value in entries:
        data += struct.pack("<HHII", tag, kind, count, values.get(tag, value))
    path.write_bytes(data + struct.pack("<I", 0) + struct.pack("<6H", 32, 32, 32, 3, 3, 3) + LIGHT.tobytes())


def chroma_exr(path: Path) -> None:
    """Luminance, and chroma of half the size, as OpenEXR's YC files have them."""
    planes = {"Y": LIGHT[..., 1], "RY": LIGHT[::2, ::2, 0] / 9, "BY": LIGHT[::2, ::2, 2] / 9}
    path.write_bytes(plain_exr(planes, {"RY": 2, "BY": 2}))


def posed_jpeg(path: Path) -> None:
    """A whole panorama with a pose."""
    pose = gpano(PosePitchDegrees=10, PoseRollDegrees=-20, PoseHeadingDegrees=300)
    path.write_bytes(jpeg(COLOR, pose))


def two_pages(path: Path) -> None:
    """A TIFF with a preview and a page of 16-bit gray, deflated."""
    pages = [Image.fromarray(COLOR[::4, ::4]), Image.fromarray(noise(32, 64, 1, np.uint16))]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_deflate")


def raw_photograph(path: Path) -> None:
    """A DNG: a preview, and the tag that says so."""
    Image.fromarray(COLOR).save(path, "TIFF", tiffinfo={50706: b"\1\4\0\0", 254: 1})


def deep_video(codec: str, pixels: str, curve: int, **options: str) -> Callable[[Path], object]:
    """A writer of a video of 10 bits with a curve of HDR."""

    def write(path: Path) -> None:
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=Fraction(25), options=options)
            stream.width, stream.height, stream.pix_fmt = 64, 32, pixels
            stream.codec_context.color_trc, stream.codec_context.color_primaries = curve, 9
            stream.codec_context.colorspace = 9
            for frame in FRAMES:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
            container.mux(stream.encode())

    return write


def stereo_video(path: Path) -> None:
    """Matroska's StereoMode."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
        stream.metadata["stereo_mode"] = "top_bottom"
        for frame in FRAMES:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        container.mux(stream.encode())


def coefficients(path: Path) -> None:
    """cmgen's text."""
    path.write_text("".join(f"({k / 7:18.15f}, {k / 5:18.15f}, {-k / 3:18.15f}); // L{k}\n" for k in range(9)))


def coefficients_json(path: Path) -> None:
    """Rows of RGB."""
    path.write_text(json.dumps({"sh": {"coeffs": [[k / 7, k / 5, -k / 3] for k in range(9)]}}))


def manifest(path: Path) -> None:
    """The description of a model."""
    from model_folders import document

    path.write_text(json.dumps(document(b""), indent=1))


CORPUS: dict[str, Callable[[Path], object]] = {
    "baseline.jpg": saved(quality=90, exif=exif(), xmp=PACKET, icc_profile=rgb_profile(SRGB, 1.8)),
    "progressive.jpg": saved(progressive=True),
    "cmyk.jpg": lambda path: Image.fromarray(COLOR).convert("CMYK").save(path, icc_profile=cmyk_profile()),
    "gainmap.jpg": gain_map_jpeg,
    "pose.jpg": posed_jpeg,
    "row.png": lambda path: Image.fromarray(np.tile(COLOR[:16, :16], (1, 6, 1))).save(path),
    "plain.png": saved(),
    "profile.png": saved(exif=exif(), icc_profile=rgb_profile(SRGB, 1.8)),
    "palette.png": lambda path: Image.fromarray(COLOR).quantize(16).save(path, transparency=3),
    "deep.png": lambda path: path.write_bytes(png(noise(32, 64, 4, np.uint16), xmp_chunk(PACKET))),
    "deepgray.png": lambda path: path.write_bytes(png(noise(32, 64, 1, np.uint16))),
    "pq.png": cicp_png,
    "linear.png": lambda path: path.write_bytes(png(noise(32, 64, 3), chunk(b"gAMA", struct.pack(">I", 100000)))),
    "lossy.webp": saved(exif=exif(), xmp=PACKET),
    "lossless.webp": lambda path: Image.fromarray(noise(32, 64, 4)).save(path, lossless=True),
    "a.avif": saved(quality=90),
    "pq.avif": deep_video("libsvtav1", "yuv420p10le", 16),
    "a.heic": lambda path: pillow_heif.from_pillow(Image.fromarray(COLOR)).save(path, exif=exif().tobytes()),
    "lzw.tif": saved(compression="tiff_lzw"),
    "jpeg.tif": saved(compression="jpeg"),
    "deflate.tif": lambda path: Image.fromarray(noise(32, 64, 1, np.uint16)).save(path, compression="tiff_deflate"),
    "float.tif": float_tiff,
    "pages.tif": two_pages,
    "raw.dng": raw_photograph,
    "a.bmp": saved(),
    "a.gif": saved(),
    "zip.exr": exr({"RGB": LIGHT}, compression=OpenEXR.ZIP_COMPRESSION),
    "piz.exr": exr({"RGB": LIGHT.astype(np.float16)}, compression=OpenEXR.PIZ_COMPRESSION),
    "dwaa.exr": exr({"RGB": LIGHT.astype(np.float16)}, compression=OpenEXR.DWAA_COMPRESSION),
    "htj2k.exr": exr({"RGB": LIGHT.astype(np.float16)}, compression=OpenEXR.HTJ2K32_COMPRESSION),
    "layers.exr": layers,
    "chroma.exr": chroma_exr,
    "cube.exr": exr({"RGB": np.tile(LIGHT[:16, :16], (6, 1, 1))}, envmap=OpenEXR.ENVMAP_CUBE),
    "chromaticities.exr": exr(
        {"RGBA": np.dstack([LIGHT, COLOR[..., 0] / 255]).astype(np.float32)},
        chromaticities=(0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767),
    ),
    "cropped.exr": exr({"RGB": LIGHT}, dataWindow=((8, 4), (71, 35)), displayWindow=((0, 0), (127, 63))),
    "rle.hdr": lambda path: path.write_bytes(hdr(rgbe(LIGHT.astype(float)))),
    "flat.hdr": lambda path: path.write_bytes(hdr(rgbe(LIGHT.astype(float)), "flat")),
    "lines.hdr": lambda path: path.write_bytes(
        hdr(rgbe(LIGHT.astype(float)), "flat", b"#?RADIANCE\nEXPOSURE=2\nCOLORCORR=2 1 0.5\nFORMAT=32-bit_rle_xyze\n")
    ),
    "a.pfm": lambda path: path.write_bytes(b"PF\n64 32\n-1.0\n" + LIGHT[::-1].tobytes()),
    "a.mp4": lambda path: video(path, FRAMES, "mpeg4", "yuv420p"),
    "a.mkv": lambda path: video(path, FRAMES),
    "a.avi": lambda path: video(path, FRAMES, "mpeg4", "yuv420p"),
    "stereo.mkv": stereo_video,
    "hlg.mp4": deep_video("libx265", "yuv420p10le", 18, **{"x265-params": "bframes=0:log-level=none"}),
    "pq.webm": deep_video("libsvtav1", "yuv420p10le", 16),
    "rotated.mov": deep_video("libx264", "yuv420p", 1),
    "linear.mkv": deep_video("ffv1", "yuv444p16le", 8),
    "sh.txt": coefficients,
    "sh.json": coefficients_json,
    "model/manifest.json": manifest,
}
"""Writers by name: the suffix is that of the file, what is before it says what is special."""


def write_corpus(folder: Path) -> dict[str, bytes]:
    """The contents of every file, by name."""
    found: dict[str, bytes] = {}
    for name, write in CORPUS.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        write(path)
        found[name] = path.read_bytes()
    return found
