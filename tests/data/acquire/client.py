"""A client of the fake server that is in a hurry."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from lightprobe.data.acquire import polyhaven
from lightprobe.data.acquire.download import RemoteFile, RetryPolicy, Session
from lightprobe.data.acquire.polyhaven import Asset

HASTE = RetryPolicy(attempts=3, first_wait=0.01, max_wait=0.02, max_retry_after=2, timeout=5)


def listing(url: str, cache: Path) -> dict[str, Asset]:
    async def ask() -> dict[str, Asset]:
        async with Session(url, retries=HASTE) as session:
            return await polyhaven.assets(session, cache)

    return asyncio.run(ask())


def download(url: str, file: RemoteFile, target: Path, retries: RetryPolicy = HASTE) -> list[int]:
    reported: list[int] = []

    async def ask() -> None:
        async with Session(url, retries=retries, seed=1) as session:
            await session.download(file, target, reported.append)

    asyncio.run(ask())
    return reported


def promised(url: str, slug: str = "meadow_a_01", resolution: str = "1k") -> RemoteFile:
    return RemoteFile(**httpx.get(f"{url}/files/{slug}").json()["hdri"][resolution]["hdr"])
