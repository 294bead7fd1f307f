"""`lightprobe estimate`: one picture, many, videos, and what goes wrong."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import lightprobe
from lightprobe.imaging import read_picture
from lightprobe.imaging.envmap import write_environment
from lightprobe.sphere.harmonics.irradiance import fibonacci


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


@pytest.mark.parametrize("answer", ["best", "median"])
def test_another_answer(run, pano: Path, answer: str) -> None:
    row = json.loads(run("estimate", pano, "--json", "--answer", answer).out)
    expected = lightprobe.estimate(pano, answer=answer)
    assert (row["answer"], row["uncertainty_stops"]) == (answer, expected.uncertainty)
    np.testing.assert_array_equal(row["sh"]["coeffs"], expected.sh.coeffs)
    report = run("estimate", pano, "--no-preview", "--answer", answer).out
    assert f"  answer    {answer}, uncertainty {expected.uncertainty:.1f} stops" in report


def test_answers_that_a_model_does_not_have(run, pano: Path) -> None:
    assert (
        "expected no answer by name, for plain has one"
        in run("estimate", pano, "--model", "plain", "--answer", "best").err
    )
    printed = run("estimate", pano, "--model", "plain", "--no-preview").out
    assert not re.search(r"\b(answer|balanced|best|median)\b", printed)
    assert json.loads(run("estimate", pano, "--model", "plain", "--json").out)["uncertainty_stops"] is None


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


@pytest.mark.parametrize("suffix", [".exr", ".hdr", ".jpg"])
def test_environments_have_the_size_of_the_picture(run, pano: Path, suffix: str) -> None:
    size = read_picture(pano).pixels.shape
    row = json.loads(run("estimate", pano, "--json", "--environment", f"env{suffix}").out)
    assert row["files"] == {"environment": f"env{suffix}"}
    assert read_picture(f"env{suffix}").pixels.shape == size
    run("estimate", pano, "--quiet", "--environment", f"small{suffix}", "--environment-width", "128")
    assert read_picture(f"small{suffix}").pixels.shape == (64, 128, 3)


def test_sun_and_rest_are_files_that_add_up(run, pano: Path) -> None:
    run("estimate", pano, "--quiet", "--environment", "whole.exr")
    out = run("estimate", pano, "--no-preview", "--environment", "rest.exr", "--without-sun", "--sun", "sun.json").out
    assert "  sun       sun.json" in out
    sun = json.loads(Path("sun.json").read_text())
    whole, rest = (read_picture(name).pixels.astype(float) for name in ("whole.exr", "rest.exr"))
    height, width = whole.shape[:2]
    edges = np.cos(np.pi * np.arange(height + 1) / height)
    area = ((edges[:-1] - edges[1:]) * 2 * np.pi / width)[:, None, None]
    np.testing.assert_allclose((area * (whole - rest)).sum(axis=(0, 1)), sun["irradiance"], rtol=0.02, atol=2e-3)
    assert rest.min() >= 0


@pytest.mark.parametrize(
    ("option", "needs"),
    [(("--without-sun",), "--environment"), (("--environment-width", "128"), "--environment or --scene")],
)
def test_options_of_environments_need_one(run, pano: Path, option: tuple[str, ...], needs: str) -> None:
    ran = run("estimate", pano, *option)
    assert ran.code != 0
    assert ran.err.startswith(f"lightprobe: expected {needs} with {option[0]}; say where to write ")


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


def strip(height: int = 100) -> np.ndarray:
    """A panorama of bright sky and dark ground, with a lamp."""
    pixels = np.full((height, 2 * height, 3), (90, 120, 200), np.uint8)
    pixels[height // 2 :] = (60, 50, 40)
    pixels[height // 5 : height // 4, height // 3 : height // 2] = 255
    return pixels


def test_a_part_of_a_panorama(run) -> None:
    Image.fromarray(strip()[20:70]).save("strip.png")
    row = json.loads(run("estimate", "strip.png", "--hfov", 360, "--vfov", 90, "--elevation", 9, "--json").out)
    expected = lightprobe.estimate("strip.png", hfov=360, vfov=90, elevation=9)
    np.testing.assert_array_equal(row["sh"]["coeffs"], expected.sh.coeffs)
    assert row["seen"] == pytest.approx((np.sin(np.radians(54)) + np.sin(np.radians(36))) / 2)
    ran = run("estimate", "strip.png", "--hfov", 360, "--vfov", 120, "--elevation", 60)
    assert ran.code == 1
    assert ran.err.startswith(
        "lightprobe: strip.png: expected a part between the zenith and the nadir, got 120 degrees"
    )


def test_notes_are_printed(run) -> None:
    both = np.concatenate([strip(), strip()])
    Image.fromarray(both).save("both.png")
    ran = run("estimate", "both.png")
    assert (
        "  note      Its halves look alike, so it counts as stereo (top-bottom): the upper half, the left eye"
        in ran.out
    )
    assert json.loads(run("estimate", "both.png", "--json").out)["notes"] == list(lightprobe.estimate("both.png").notes)
    Image.fromarray(strip()).save("one.png")
    assert "note" not in run("estimate", "one.png").out
    refused = run("estimate", "both.png", "--stereo", "none")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "expected a 2:1 panorama" in refused.err


def test_pose_can_be_ignored(run) -> None:
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" GPano:PosePitchDegrees="30"/>'
        "</rdf:RDF></x:xmpmeta>"
    )
    Image.fromarray(strip()).save("tilted.jpg", xmp=xmp.encode())
    rows = [json.loads(run("estimate", "tilted.jpg", "--json", *more).out) for more in ((), ("--ignore-pose",))]
    assert [row["notes"][0].split(" (")[0] for row in rows] == ["Turned by its pose", "Not turned by its pose"]
    assert rows[0]["sh"] != rows[1]["sh"]


def test_six_faces_are_one_cubemap(run) -> None:
    rng = np.random.default_rng(0)
    faces = [np.tile(rng.integers(0, 255, (1, 1, 3)).astype(np.uint8), (16, 16, 1)) for _ in range(6)]
    for name, face in zip(("px", "nx", "py", "ny", "pz", "nz"), faces, strict=True):
        Image.fromarray(face).save(f"sky_{name}.png")
    row = json.loads(run("estimate", "--cubemap", "sky_*.png", "--json", "--model", "plain").out)
    from lightprobe.imaging import decode
    from lightprobe.sphere import SH

    expected = SH.from_cubemap(decode(np.stack(faces), "srgb")).coeffs
    np.testing.assert_allclose(row["sh"]["coeffs"], expected, atol=5e-3)
    assert row["notes"][0].startswith("Read as a cubemap")
    ran = run("estimate", "--cubemap", "sky_p*.png")
    assert (ran.code, ran.err) == (
        1,
        "lightprobe: sky_px.png: expected 6 square faces of one size, got 3 of 16×16; export them again\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--hfov", "0"), "expected 0 < hfov ≤ 360 degrees, got 0"),
        (("--fov", "60", "--vfov", "60"), "got both; leave one out"),
        (("--stereo", "both"), "expected stereo to be none, top-bottom, left-right, got 'both'"),
        (("--elevation", "5"), "expected hfov or vfov with an elevation"),
    ],
)
def test_an_impossible_layout_fails_at_once(run, pano: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = run("estimate", pano, *arguments)
    assert ran.code == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_the_first_frame_of_a_video_decides_on_stereo(run) -> None:
    """Later frames are black, and still two eyes."""
    both = np.concatenate([strip(64), strip(64)])[:, :128]
    with av.open("eyes.mp4", "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 128, 128, "yuv420p"
        for pixels in (both, both, both // 8):
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    ran = run("estimate", "eyes.mp4", "--json")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert len(rows) == 3
    assert all("counts as stereo (top-bottom)" in row["notes"][0] for row in rows)
    assert run("estimate", "eyes.mp4", "--json", "--stereo", "none").code == 1
    assert run("estimate", "eyes.mp4", "--json", "--hfov", "360", "--vfov", "180").code == 0


def test_scenes_are_written_and_named(run, pano: Path) -> None:
    ran = run("estimate", pano, "--scene", "light.gltf", "--environment-width", "128", "--no-preview")
    assert ran.code == 0
    assert "  scene     light.gltf" in ran.out
    lamp = json.loads(Path("light.gltf").read_text())["extensions"]["KHR_lights_punctual"]["lights"][0]
    assert lamp["intensity"] == lightprobe.estimate(pano).sun.intensity
    assert lightprobe.imaging.read_picture(Path("light_environment.exr")).pixels.shape == (64, 128, 3)
    refused = run("estimate", pano, "--scene", "light.fbx")
    assert (refused.code, "ends in .usda or .gltf or .py" in refused.err) == (2, True)


def test_a_scene_does_not_replace_its_picture(run, pano: Path) -> None:
    Path("a_environment.exr").write_bytes(pano.read_bytes())
    ran = run("estimate", "a_environment.exr", "--scene", "a.usda")
    assert ran.code == 1
    assert "this would replace the input" in ran.err


def test_the_table_has_a_row_for_each_picture_and_failure(run, pano: Path) -> None:
    ran = run("estimate", pano, "missing.png", "--csv", "light.csv", "--window", "sloan", "--quiet")
    assert ran.code == 1
    with Path("light.csv").open(newline="", encoding="utf-8") as file:
        good, bad = csv.DictReader(file)
    assert (good["source"], good["window"], good["error"]) == (str(pano), "sloan", "")
    assert float(good["L00 red"]) == lightprobe.estimate(pano).sh.to("radiance", "sloan")[0, 0]
    assert (bad["source"], bad["L00 red"]) == ("missing.png", "")
    assert "no such file" in bad["error"]


def test_the_window_is_applied_and_named(run, tmp_path: Path) -> None:
    radiance = np.full((32, 64, 3), 0.01, np.float32)
    radiance[8, 31] = 500
    write_environment(tmp_path / "sun.exr", radiance)
    options = ("--json", "--format", "irradiance")
    plain = json.loads(run("estimate", "sun.exr", *options).out)["sh"]
    damped = json.loads(run("estimate", "sun.exr", *options, "--window", "sloan").out)["sh"]
    assert "window" not in plain
    assert damped["window"] == "sloan"
    normals = fibonacci(2000)
    lowest = {
        name: lightprobe.SH.from_convention(np.array(sh["flat"]), "irradiance").irradiance(normals).min()
        for name, sh in (("plain", plain), ("sloan", damped))
    }
    assert lowest["plain"] < -0.001
    assert lowest["sloan"] > -1e-9
    assert run("estimate", "sun.exr", "--window", "hann").code == 2


def test_the_table_has_a_row_for_each_frame_of_a_video(run) -> None:
    write_video(Path("walk.mp4"), [40, 80, 120, 160])
    lines = run("estimate", "walk.mp4", "--json", "--csv", "light.csv", "--every", "2", "--format", "unity").out
    answers = [json.loads(line) for line in lines.splitlines()]
    with Path("light.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(int(row["frame index"]), float(row["time [s]"])) for row in rows] == [
        (answer["frame_index"], answer["time_s"]) for answer in answers
    ]
    assert [float(row["sh0 red"]) for row in rows] == [answer["sh"]["flat"][0] for answer in answers]
    assert len(rows) == 2


@pytest.mark.parametrize(("given", "used"), [(None, "1"), ("2", "2")])
def test_openblas_starts_no_threads_unless_asked(
    run, pano: Path, monkeypatch: pytest.MonkeyPatch, given: str | None, used: str
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if given:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", given)
    assert run("estimate", pano, "-q").code == 0
    assert os.environ["OPENBLAS_NUM_THREADS"] == used
