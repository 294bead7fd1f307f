"""`lightprobe estimate`: one picture, many, videos, and what goes wrong."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import lightprobe


def numbers(text: str) -> np.ndarray:
    """The rows 'L00 r g b' in the report."""
    rows = re.findall(r"^    \S+ +(-?\d+\.\d+) +(-?\d+\.\d+) +(-?\d+\.\d+)$", text, re.MULTILINE)
    return np.array(rows, float)


def test_prints_the_coefficients_of_the_api(run, pano: Path) -> None:
    ran = run("estimate", pano)
    assert ran.code == 0
    assert ran.err == ""
    np.testing.assert_allclose(numbers(ran.out), lightprobe.estimate(pano).sh.coeffs, atol=1e-6)


def test_says_where_the_light_is_and_where_the_preview_is(run, pano: Path) -> None:
    ran = run("estimate", pano)
    assert re.search(r"light +\d+° (left|right) of the cent", ran.out)
    preview = Path("lightprobe-out/pano.png")
    assert f"preview   {preview}" in ran.out
    with Image.open(preview) as image:
        assert image.size[0] > 1000


def test_json_is_one_object_a_line_and_draws_nothing(run, pano: Path) -> None:
    ran = run("estimate", pano, pano, "--json")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert len(rows) == 2
    np.testing.assert_array_equal(rows[0]["sh"]["coeffs"], lightprobe.estimate(pano).sh.coeffs)
    assert {"source", "frame", "response", "seen", "clipped", "light", "sh", "panorama"} <= rows[0].keys()
    assert not Path("lightprobe-out").exists()


def test_format_changes_the_convention(run, pano: Path) -> None:
    row = json.loads(run("estimate", pano, "--json", "--format", "unity").out)
    sh = lightprobe.estimate(pano).sh
    assert row["sh"]["names"][0] == "sh0"
    np.testing.assert_array_equal(row["sh"]["flat"], sh.to("unity").T.ravel())


@pytest.mark.parametrize("name", ["radiance", "unity", "unreal", "blender"])
def test_the_answer_is_that_of_the_api(run, pano: Path, name: str) -> None:
    row = json.loads(run("estimate", pano, "--json", "--format", name).out)
    assert row == {"source": str(pano), **json.loads(json.dumps(lightprobe.estimate(pano).to_dict(name)))}


def test_the_report_names_the_frame(run, pano: Path) -> None:
    out = run("estimate", pano, "--format", "unreal", "--no-preview").out
    match = re.search(
        r"^  frame     unreal: the picture's center is −Y, its right \+X, up \+Z; (.*)$", out, re.MULTILINE
    )
    assert match
    x, y, z = lightprobe.estimate(pano).direction("unreal")
    assert match[1] == f"towards the light {x:.3f} {y:.3f} {z:.3f}"


def test_the_report_has_the_notes(capsys: pytest.CaptureFixture[str]) -> None:
    from lightprobe.cli.answer import print_report
    from lightprobe.imaging import Picture

    picture = Picture(pixels=np.full((4, 8, 3), 90, np.uint8), is_linear=False, name="a.png", notes=("One", "Two"))
    print_report(Path("a.png"), lightprobe.load("plain")(picture), "radiance")
    assert "\n  note      One\n  note      Two\n" in capsys.readouterr().out


def panoramas(*paths: str) -> list[np.ndarray]:
    from lightprobe.imaging import read_picture

    return [read_picture(Path(path)).pixels for path in paths]


def test_the_panorama_goes_into_a_file(run, pano: Path) -> None:
    row = json.loads(run("estimate", pano, "--json", "--panorama", "env.exr").out)
    assert row["panorama"]["file"] == "env.exr"
    out = run("estimate", pano, "--no-preview", "--panorama", "env.hdr").out
    assert "  panorama  env.hdr" in out
    run("estimate", pano, "--quiet", "--panorama", "rest.exr", "--without-light")
    exact, rough, rest = panoramas("env.exr", "env.hdr", "rest.exr")
    found = lightprobe.estimate(pano)
    np.testing.assert_array_equal(exact, found.panorama)
    np.testing.assert_allclose(rough, exact, atol=exact.max() / 256)
    np.testing.assert_array_equal(rest, found.surroundings())
    assert sorted(path.name for path in Path().iterdir()) == ["env.exr", "env.hdr", "pano.png", "rest.exr"]


def test_panoramas_of_several_go_into_a_folder(run, pano: Path) -> None:
    rows = run("estimate", pano, pano, "--json", "--panorama", "deep/many").out.splitlines()
    files = [json.loads(row)["panorama"]["file"] for row in rows]
    assert files == [str(Path("deep/many/pano.exr")), str(Path("deep/many/pano-2.exr"))]
    one, two = panoramas(*files)
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--panorama", "env.png"),
            "expected a path that ends in .exr or .hdr, or a folder, got env.png; rename it, or",
        ),
        (("--without-light",), "expected --panorama with --without-light; say where to write the panorama"),
        (("--preview", "light.jpg"), "expected a path that ends in .png, or a folder, got light.jpg; rename it, or"),
    ],
)
def test_wrong_places_are_refused_before_any_work(run, pano: Path, arguments: tuple[str, ...], message: str) -> None:
    before = pano.read_bytes()
    ran = run("estimate", pano, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert ran.err.count("\n") == 1
    assert list(Path().iterdir()) == [Path("pano.png")]
    assert pano.read_bytes() == before


def test_one_panorama_file_for_two_pictures_is_refused(run, pano: Path) -> None:
    ran = run("estimate", pano, pano, "--panorama", "env.hdr")
    assert ran.err == "lightprobe: expected a folder for 2 panoramas, got env.hdr; give a folder\n"


def test_quiet_prints_nothing(run, pano: Path) -> None:
    ran = run("estimate", pano, "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_preview_into_a_file_and_into_a_folder(run, pano: Path, tmp_path: Path) -> None:
    assert run("estimate", pano, "--preview", "one.png").code == 0
    assert Path("one.png").exists()
    other = tmp_path / "sub" / "pano.png"
    other.parent.mkdir()
    other.write_bytes(pano.read_bytes())
    assert run("estimate", pano, other, "--preview", "many").code == 0
    assert sorted(path.name for path in Path("many").iterdir()) == ["pano-2.png", "pano.png"]


def test_one_preview_file_for_two_pictures_is_refused(run, pano: Path) -> None:
    ran = run("estimate", pano, pano, "--preview", "one.png")
    assert ran.code == 2
    assert ran.err == "lightprobe: expected a folder for 2 previews, got one.png; give a folder\n"


def test_folders_and_patterns(run, pano: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photos" / "deep"
    folder.mkdir(parents=True)
    for name in ("b.png", "a.png", "notes.txt"):
        (folder / name).write_bytes(pano.read_bytes())
    ran = run("estimate", tmp_path / "photos", "--json")
    assert [Path(json.loads(line)["source"]).name for line in ran.out.splitlines()] == ["a.png", "b.png"]
    ran = run("estimate", f"{folder}/*.png", "--json")
    assert len(ran.out.splitlines()) == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run("estimate", empty).code == 2


def test_a_bad_file_among_many_is_reported_skipped_and_counted(run, pano: Path) -> None:
    Path("text.jpg").write_text("no picture")
    ran = run("estimate", pano, "text.jpg", "missing.png", pano, "--json")
    assert ran.code == 1
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert ["error" in row for row in rows] == [False, True, True, False]
    lines = ran.err.splitlines()
    assert lines[0].startswith("lightprobe: text.jpg: unknown picture format; ")
    assert lines[1] == "lightprobe: missing.png: no such file; check the path"
    assert lines[2] == "lightprobe: 2 of 4 failed, 2 done"


def test_a_webcam_picture_without_fov_is_told_what_to_do(run) -> None:
    Image.new("RGB", (640, 480), (90, 120, 200)).save("webcam.png")
    ran = run("estimate", "webcam.png")
    assert ran.code == 1
    assert "expected a 2:1 panorama" in ran.err
    assert "640×480" in ran.err
    assert "--fov" in ran.err
    ran = run("estimate", "webcam.png", "--fov", "65", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["seen"] == pytest.approx(0.0741, abs=0.002)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--response", "kodak"), "expected a response of auto, srgb, filmic, agx, aces, reinhard, got 'kodak'"),
        (("--format", "maya"), "expected a convention (radiance, "),
        (("--smoothing", "-1"), "Invalid value"),
        (("--every", "0"), "Invalid value"),
    ],
)
def test_wrong_arguments_exit_with_2(run, pano: Path, arguments: tuple[str, str], message: str) -> None:
    ran = run("estimate", pano, *arguments)
    assert ran.code == 2
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_wrong_hdr_values_are_counted_and_repaired_on_demand(run) -> None:
    from lightprobe.imaging.formats.exr import write_exr

    radiance = np.ones((4, 8, 3), np.float32)
    radiance[0, 0, 0], radiance[1, 1, 1], radiance[1, 2, 2] = np.nan, -1, -2
    write_exr(Path("bad.exr"), radiance)
    ran = run("estimate", "bad.exr")
    assert ran.code == 1
    assert "1 NaN of 32 pixels" in ran.err
    assert "--repair" in ran.err
    assert run("estimate", "bad.exr", "--repair", "--quiet").code == 0


def test_an_unwritable_place_is_one_line(run, pano: Path) -> None:
    Path("file").write_text("")
    ran = run("estimate", pano, "--preview", "file/preview.png")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "file/preview.png: cannot write: " in ran.err
    ran = run("estimate", pano, "--preview", "file/previews")
    assert ran.code == 1
    assert "cannot make a folder for previews" in ran.err
    assert os.listdir() == ["pano.png", "file"] or sorted(os.listdir()) == ["file", "pano.png"]


def write_video(path: Path, levels: list[int]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
        for level in levels:
            frame = av.VideoFrame.from_ndarray(np.full((32, 64, 3), level, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_video_frames_as_json(run) -> None:
    write_video(Path("walk.mp4"), [40, 80, 120, 160, 200])
    ran = run("estimate", "walk.mp4", "--json", "--every", "2")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["frame_index"] for row in rows] == [0, 2, 4]
    assert {row["frame"] for row in rows} == {"three"}
    assert [row["time_s"] for row in rows] == pytest.approx([0, 0.2, 0.4])
    levels = [row["sh"]["coeffs"][0][1] for row in rows]
    assert levels == sorted(levels)


def test_video_smoothing_lags(run) -> None:
    write_video(Path("walk.mp4"), [40] * 3 + [200] * 3)

    def last(*more: object) -> float:
        return json.loads(run("estimate", "walk.mp4", "--json", *more).out.splitlines()[-1])["sh"]["coeffs"][0][0]

    assert last("--smoothing", "0.5") < 0.7 * last()


def test_the_panorama_of_a_video_is_that_of_its_last_frame(run) -> None:
    write_video(Path("walk.mp4"), [40, 200])
    rows = run("estimate", "walk.mp4", "--json", "--panorama", "env.exr").out.splitlines()
    assert [json.loads(row)["panorama"]["file"] for row in rows] == [None, None]
    (last,) = panoramas("env.exr")
    run("estimate", "walk.mp4", "--quiet", "--every", "2", "--panorama", "first.exr")
    (first,) = panoramas("first.exr")
    assert last.mean() > 3 * first.mean()


def test_video_report_and_preview(run) -> None:
    write_video(Path("walk.mp4"), [40, 80, 120])
    ran = run("estimate", "walk.mp4")
    assert "walk.mp4: 3 frames; estimate of the last one, at 0.20 s" in ran.out
    assert Path("lightprobe-out/walk.png").exists()
    Path("broken.mp4").write_bytes(Path("walk.mp4").read_bytes()[:200])
    ran = run("estimate", "broken.mp4")
    assert ran.code == 1
    assert ran.err.startswith("lightprobe: broken.mp4: the file has no video stream")
    assert ran.err.count("\n") == 1
