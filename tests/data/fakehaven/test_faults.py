"""Faults: which request fails, and how it reaches the client."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest

from lightprobe.data.fakehaven import running
from lightprobe.data.fakehaven.faults import EVERYWHERE, FILES, RESUMED, Faults
from lightprobe.data.fakehaven.pictures import panorama, radiance_hdr


def test_faults_depend_on_seed_path_and_turn_alone() -> None:
    def fates(seed: int) -> list[str]:
        faults = Faults(rate=0.2, seed=seed)
        return [faults.next(f"/file/{number % 400}", is_resumed=True) for number in range(4000)]

    assert fates(1) == fates(1) != fates(2)
    met = Counter(fates(1))
    assert met.keys() == {"", *EVERYWHERE, *FILES, *RESUMED}
    assert abs(met[""] / 4000 - 0.8) < 0.03


@pytest.mark.parametrize("kind", sorted({*EVERYWHERE, *FILES}))
def test_each_fault_reaches_the_client(kind: str) -> None:
    path = "/file/ph-assets/HDRIs/hdr/1k/meadow_a_01_1k.hdr"
    seed = next(seed for seed in range(10_000) if Faults(rate=0.9, seed=seed).next(path, is_resumed=False) == kind)
    with running("--count", "1", "--faults", "0.9", "--seed", str(seed)) as url:
        if kind in ("reset", "cut"):
            with pytest.raises(httpx.TransportError):
                httpx.get(url + path)
            return
        answer = httpx.get(url + path)
    assert answer.status_code == (int(kind[:3]) if kind[:3].isdigit() else 200)
    assert ("Retry-After" in answer.headers) == (answer.status_code in (429, 503))
    whole = radiance_hdr(panorama("sun", 0, 64))
    assert (answer.content == whole) == (kind == "slow")
    if kind == "corrupt":
        assert len(answer.content) == len(whole)
