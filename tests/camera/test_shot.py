"""Shots have names."""

from __future__ import annotations

from lightprobe.camera.shot import Shot


def test_the_id_is_the_path_of_the_pair() -> None:
    assert Shot(scene="dam", variant=7, width=256, height=128).id == "dam/0007"
