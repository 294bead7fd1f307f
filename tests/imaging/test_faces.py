"""Faces: cubemaps in one picture, against the projection of the same faces, of the world, and of FFmpeg's cubemaps."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from worlds import SUN, angle_between, eight_bits, faces, panorama, panorama_directions, world

import lightprobe
from lightprobe.errors import ImageError
from lightprobe.imaging import Picture, decode, read_cubemap
from lightprobe.imaging.geometry.faces import BLOCK, EAC, OPENEXR, VIDEO, face_order, find_faces, joined, unfolded
from lightprobe.imaging.geometry.layout import lay_out
from lightprobe.imaging.picture import Tags
from lightprobe.sphere import SH, project

plain = lightprobe.load("plain")
NAMES = ("px", "nx", "py", "ny", "pz", "nz")


def arranged(found: dict[str, np.ndarray], rows: list[str], empty: int = 0, half_turn: str = "") -> np.ndarray:
    """A picture of rows of faces: 'py', or '..' for an empty cell."""
    blank = np.full_like(found["px"], empty)
    cells = {**found, "..": blank}
    if half_turn:
        cells[half_turn] = found[half_turn][::-1, ::-1]
    return np.concatenate([np.concatenate([cells[name] for name in row.split()], axis=1) for row in rows])


ARRANGED = {
    "a horizontal cross": ([".. py .. ..", "nx pz px nz", ".. ny .. .."], ""),
    "a vertical cross": ([".. py ..", "nx pz px", ".. ny ..", ".. nz .."], "nz"),
    "a row of six faces": (["px nx py ny pz nz"], ""),
    "a column of six faces": (["px", "nx", "py", "ny", "pz", "nz"], ""),
    "two rows of faces, −X": (["nx pz px", "ny nz py"], ""),
}


@pytest.mark.parametrize("name", ARRANGED)
@pytest.mark.parametrize(("size", "empty"), [(40, 0), (96, 255)])
def test_arrangements_give_the_light_of_their_faces(name: str, size: int, empty: int, tmp_path: Path) -> None:
    codes = {face: eight_bits(light) for face, light in faces(size).items()}
    rows, half_turn = ARRANGED[name]
    Image.fromarray(arranged(codes, rows, empty, half_turn)).save(tmp_path / "a.png")
    result = plain(tmp_path / "a.png")
    expected = SH.from_cubemap(decode(np.stack([codes[face] for face in NAMES]), "srgb")).coeffs
    np.testing.assert_allclose(result.sh.coeffs, expected, atol=2e-3 * expected[0].max())
    assert [note.startswith(f"Read as a cubemap, {name}") for note in result.notes] == [True]
    assert result.seen == 1


def test_an_hdr_cross_with_transparent_cells() -> None:
    rows, half_turn = ARRANGED["a vertical cross"]
    found = faces(32)
    light = arranged(found, rows, 0, half_turn).astype(np.float32)
    opaque = arranged({face: np.ones((32, 32, 1)) for face in NAMES}, rows).astype(np.float32)
    light[opaque[..., 0] == 0] = 1e4  # hidden
    result = plain(np.concatenate([light, opaque], axis=-1))
    expected = SH.from_cubemap(np.stack([found[face] for face in NAMES])).coeffs
    np.testing.assert_allclose(result.sh.coeffs, expected, atol=5e-3 * expected[0].max())
    assert result.seen == 1
    assert angle_between(result.light.direction, SUN) < 2


def test_codes_and_clipping_stay_exact() -> None:
    codes = arranged({face: eight_bits(light) for face, light in faces(33).items()}, ["px nx py ny pz nz"])
    found = lay_out(Picture(pixels=codes, is_linear=False, name="a"))
    assert found.pixels.shape == (1024, 2048, 3)
    assert {tuple(color) for color in found.pixels[::7, ::5].reshape(-1, 3)} <= {
        tuple(color) for color in codes.reshape(-1, 3)
    }
    truth = eight_bits(world(panorama_directions(1024)))
    assert (np.abs(found.pixels.astype(int) - truth).max(axis=-1) < 8).mean() > 0.9


def openexr_faces(size: int) -> np.ndarray:
    """The column that OpenEXR's library writes, of a world whose panorama has OpenEXR's +Z at its center.

    Source: ImfEnvmap.cpp, CubeMap::direction and CubeMap::pixelPosition: for each face, how x and y of a pixel follow
    from the direction.
    """
    s = (2 * np.arange(size) + 1) / size - 1
    x, down = np.meshgrid(s, s)
    one, y = np.ones_like(x), -down
    directions = [
        (one, y, x),  # +X: x of the picture is z, y is up
        (-one, y, -x),
        (x, one, y),
        (x, -one, -y),
        (-x, y, one),
        (x, y, -one),
    ]
    column: list[np.ndarray] = []
    for parts in directions:
        ox, oy, oz = (part / np.sqrt(x * x + y * y + 1) for part in parts)
        column.append(world(np.stack([oz, oy, -ox], axis=-1)))  # its maps: center +Z, up +Y, to the right −X
    return np.concatenate(column)


def test_openexr_cubemaps_agree_with_its_panoramas() -> None:
    light = openexr_faces(64).astype(np.float32)
    result = plain(Picture(pixels=light, is_linear=True, name="a", tags=Tags(projection="cubemap")))
    expected = project(panorama(512))
    np.testing.assert_allclose(result.sh.coeffs, expected, atol=0.02 * expected[0].max())
    assert angle_between(result.light.direction, SUN) < 2
    assert "an OpenEXR cubemap; OpenEXR's +Z is the center" in result.notes[0]


def ffmpeg(pixels: np.ndarray, output: str, width: int, height: int) -> np.ndarray:
    """A panorama, converted by FFmpeg's v360 filter."""
    graph = av.filter.Graph()
    source = graph.add_buffer(width=pixels.shape[1], height=pixels.shape[0], format="rgb24", time_base="1/1")
    convert = graph.add("v360", f"input=e:output={output}:w={width}:h={height}")
    sink = graph.add("buffersink")
    source.link_to(convert)
    convert.link_to(sink)
    graph.configure()
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    frame.pts = 0
    graph.push(frame)
    return graph.pull().to_ndarray(format="rgb24")


@pytest.mark.parametrize(("output", "grid", "projection"), [("c3x2", VIDEO, "cubemap"), ("eac", EAC, "eac")])
@pytest.mark.parametrize("is_tagged", [True, False])
def test_cubemaps_of_video(output: str, grid: object, projection: str, is_tagged: bool) -> None:
    """With the front face at the center, as players show it: the panorama that FFmpeg converted."""
    codes = eight_bits(panorama(384))
    tags = Tags(projection=projection) if is_tagged else Tags()
    picture = Picture(pixels=ffmpeg(codes, output, 480, 320), is_linear=False, name="a", tags=tags)
    assert find_faces(picture, tags.projection) == grid
    result = plain(picture)
    expected = project(decode(codes, "srgb"))
    np.testing.assert_allclose(result.sh.coeffs, expected, atol=0.01 * expected[0].max())
    assert angle_between(result.light.direction, plain(codes).light.direction) < 1
    assert "the front face is the center" in result.notes[0]


def test_equiangular_faces_by_their_formula() -> None:
    """Left front right, down back up; the lower row turned by ¼, ¾, ¼ counterclockwise."""
    found = faces(64, lambda toward: toward[..., ::-1], equiangular=True)  # OpenGL's +Z is the front, our +X
    turned = [np.rot90(found[face], turns) for face, turns in (("ny", 1), ("nz", 3), ("py", 1))]
    upper = np.concatenate([found["nx"], found["pz"], found["px"]], axis=1)
    codes = eight_bits(np.concatenate([upper, np.concatenate(turned, axis=1)]))
    made = unfolded(Picture(pixels=codes, is_linear=False, name="a"), EAC)
    truth = eight_bits(world(panorama_directions(1024)))
    assert (np.abs(made.pixels.astype(int) - truth).max(axis=-1) < 8).mean() > 0.9


def test_photographs_are_no_cubemaps() -> None:
    rng = np.random.default_rng(5)
    for height, width in ((120, 160), (160, 120), (120, 180), (200, 300)):
        ramp = np.linspace(0, 255, width)[None, :, None] * np.ones((height, 1, 3))
        for pixels in (
            rng.integers(0, 256, (height, width, 3)),
            ramp,
            np.full((height, width, 3), 90),
            np.full((height, width, 3), 0),
            eight_bits(panorama(2 * height, 4 * height)[height // 2 : 3 * height // 2, :width]),
        ):
            picture = Picture(pixels=pixels.astype(np.uint8), is_linear=False, name="a")
            assert find_faces(picture, None) is None
    # a thing in the middle of white paper, as high and as wide as the paper, is no cross
    page = np.full((120, 160, 3), 255, np.uint8)
    page[50:70], page[:, 50:65] = 30, 30
    assert find_faces(Picture(pixels=page, is_linear=False, name="a"), None) is None
    with pytest.raises(ValueError, match="expected a 2:1 panorama"):
        plain(page)


def test_a_cubemap_of_a_wrong_shape() -> None:
    picture = Picture(pixels=np.zeros((100, 200, 3), np.uint8), is_linear=False, name="a.mp4")
    with pytest.raises(
        ImageError, match=r"^a.mp4: expected an equi-angular cubemap, 3:2, got 200×100; convert it to a"
    ):
        unfolded(picture, EAC)
    assert find_faces(picture, "cubemap") is None
    assert BLOCK.has_shape(1365, 2048)
    assert not OPENEXR.has_shape(600, 200)


def test_order_by_names() -> None:
    stems = ["sky_nz", "sky_pz", "sky_ny", "sky_py", "sky_nx", "sky_px"]
    assert face_order(stems) == [5, 4, 3, 2, 1, 0]
    assert face_order(["Back", "Bottom", "Front", "Left", "Right", "Top"]) == [4, 3, 5, 1, 2, 0]
    assert face_order([f"{name}-4k" for name in ("posx", "negx", "posy", "negy", "posz", "negz")]) == list(range(6))
    assert face_order(["1", "2", "3", "4", "5", "6"]) == list(range(6))
    assert face_order(["front"] * 6) == list(range(6))


@pytest.mark.parametrize("kind", ["files", "arrays", "hdr"])
def test_six_faces(kind: str, tmp_path: Path) -> None:
    found = faces(48)
    if kind == "hdr":
        light = {face: value.astype(np.float32) for face, value in found.items()}
        result, linear = plain(read_cubemap([light[face] for face in NAMES])), np.stack([light[face] for face in NAMES])
    else:
        codes = {face: eight_bits(value) for face, value in found.items()}
        linear = decode(np.stack([codes[face] for face in NAMES]), "srgb")
        for face in NAMES:
            Image.fromarray(codes[face]).save(tmp_path / f"env_{face}.png")
        paths = sorted(tmp_path.glob("*.png"))
        result = plain(read_cubemap(paths if kind == "files" else [codes[face] for face in NAMES]))
    expected = SH.from_cubemap(linear).coeffs
    np.testing.assert_allclose(result.sh.coeffs, expected, atol=5e-3 * expected[0].max())


def test_masks_of_faces_stay() -> None:
    light = [np.full((8, 8, 3), k, np.float32) for k in range(6)]
    pictures = [Picture(pixels=value, is_linear=True, name=str(k)) for k, value in enumerate(light)]
    assert (joined(pictures).seen, joined(pictures).white) == (None, None)
    mask, white = np.eye(8, dtype=bool), np.eye(8, dtype=bool)[..., None].repeat(3, axis=2)
    pictures[2] = Picture(pixels=light[2], is_linear=True, name="2", seen=mask, white=white, notes=("a note",))
    found = joined(pictures)
    assert found.seen is not None
    assert found.white is not None
    assert (found.seen.sum(), found.white.sum(), found.notes) == (5 * 64 + 8, 24, ("a note",))


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ([np.zeros((8, 8, 3), np.uint8)] * 5, r"expected 6 square faces of one size, got 5 of 8×8"),
        ([np.zeros((8, 9, 3), np.uint8)] * 6, r"expected 6 square faces of one size, got 6 of 9×8"),
        ([np.zeros((8 + k, 8 + k, 3), np.uint8) for k in range(6)], r"got 6 of 10×10, 11×11, "),
        ([np.zeros((8, 8, 3), np.uint8)] * 5 + [np.zeros((8, 8, 3))], r"expected 6 faces of one kind"),
        ([np.zeros((8, 8, 3), np.uint8)] * 5 + [np.zeros((8, 8, 3), np.uint16)], r"expected 6 faces of one kind"),
        ([], r"expected 6 square faces of one size, got 0 of none"),
    ],
)
def test_wrong_faces(sources: list[np.ndarray], message: str) -> None:
    with pytest.raises(ImageError, match=message):
        read_cubemap(sources)
