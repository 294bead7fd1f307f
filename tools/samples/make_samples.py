"""Make the pictures in samples/ from HDRIs: what a camera with automatic exposure would have taken.

    python tools/samples/make_samples.py FOLDER_OF_1K_HDR samples

The median luminance comes to 0.18·2^−½ of display white, what is brighter than white clips, sRGB, JPEG. Of two
scenes the HDR goes along, reduced to 512×256 and in the same scale, so that picture and truth can be compared.
"""

import sys
from pathlib import Path

import av
import numpy as np
from PIL import Image

from lightprobe.imaging import encode, read_picture
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.sphere import LUMINANCE
from lightprobe.sphere.panorama.equirect import resize

SCENES = ("venice_sunset", "rooitou_park", "potsdamer_platz", "forest_slope", "st_fagans_interior", "dikhololo_night")
WITH_TRUTH = {"venice_sunset": ".exr", "rooitou_park": ".hdr"}


def main(source: Path, target: Path) -> None:
    for scene in SCENES:
        radiance = read_picture(next(source.rglob(f"{scene}_1k.hdr"))).pixels
        radiance *= np.float32(0.18 * 2**-0.5 / np.median(radiance @ LUMINANCE))
        display = np.round(255 * encode(radiance, "srgb")).astype(np.uint8)
        Image.fromarray(display).save(target / f"{scene}.jpg", quality=88, optimize=True, subsampling=0)
        if suffix := WITH_TRUTH.get(scene):
            small = resize(radiance, 256, 512).astype(np.float32)
            path = target / f"{scene}{suffix}"
            write_exr(path, small, half=True) if suffix == ".exr" else write_hdr(path, small)


def write_hdr(path: Path, radiance: np.ndarray) -> None:
    """Radiance HDR through FFmpeg's encoder."""
    frame = av.VideoFrame.from_ndarray(radiance, format="gbrpf32le")
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("hdr", rate=1)
        stream.height, stream.width = radiance.shape[:2]
        stream.pix_fmt = "gbrpf32le"
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
