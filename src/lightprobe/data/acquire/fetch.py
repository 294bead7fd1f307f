"""Filling a catalog from Poly Haven.

A run that was interrupted is completed by the next one; a run with nothing to do writes the table alone.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine, Iterable
from pathlib import Path

from PIL import Image

from lightprobe.data.acquire import polyhaven
from lightprobe.data.acquire.download import RemoteFile, RetryPolicy, Session
from lightprobe.data.acquire.finalize import finalize_fetch, sole_owner
from lightprobe.data.acquire.polyhaven import Asset, FetchOptions
from lightprobe.data.acquire.result import FetchResult
from lightprobe.data.catalog.table import CACHE_NAME, Entry, is_same_file, keep_edits, make_folder, read_rows
from lightprobe.errors import DownloadError, ImageError
from lightprobe.imaging.formats.pillow import decode_bytes
from lightprobe.imaging.output import atomic
from lightprobe.progress import Progress

MAX_THUMBNAIL = 4 << 20
"""[pixels]"""
THUMBNAIL_FORMATS = ("PNG", "JPEG", "WEBP")


def fetch_polyhaven(
    out: Path,
    options: FetchOptions | None = None,
    *,
    dry_run: bool = False,
    retries: RetryPolicy | None = None,
    progress: Progress | None = None,
) -> FetchResult:
    """Fetch HDRIs from Poly Haven into a catalog folder; `dry_run` asks for sizes and stops.

    Raises: ValueError for an unknown category; DownloadError if the list of HDRIs cannot be downloaded; OutputError,
    also if another process fills the folder.
    """
    out, options, progress = Path(out), options or FetchOptions(), progress or Progress()
    if dry_run:
        return asyncio.run(_download_all(out, options, dry_run, retries, progress))[0]
    with sole_owner(out):
        result, rows = asyncio.run(_download_all(out, options, dry_run, retries, progress))
        return finalize_fetch(result, out, rows, progress)


async def fetch_polyhaven_async(
    out: Path,
    options: FetchOptions | None = None,
    *,
    dry_run: bool = False,
    retries: RetryPolicy | None = None,
    progress: Progress | None = None,
) -> FetchResult:
    """`fetch_polyhaven` for notebooks and other event loops."""
    out, options, progress = Path(out), options or FetchOptions(), progress or Progress()
    if dry_run:
        return (await _download_all(out, options, dry_run, retries, progress))[0]
    with sole_owner(out):
        result, rows = await _download_all(out, options, dry_run, retries, progress)
        return await asyncio.to_thread(finalize_fetch, result, out, rows, progress)


async def _download_all(
    out: Path, options: FetchOptions, dry_run: bool, retries: RetryPolicy | None, progress: Progress
) -> tuple[FetchResult, list[Entry]]:
    """Download the files; the rows of the catalog are returned, not yet measured and not yet written."""
    if dry_run and not out.exists():
        with tempfile.TemporaryDirectory() as scratch:
            return await _download_all(Path(scratch), options, dry_run, retries, progress)
    cache = out / CACHE_NAME
    make_folder(cache / "files")
    rows = read_rows(out)
    result = FetchResult()
    async with Session(options.url, jobs=options.jobs, retries=retries) as session:
        known = await polyhaven.assets(session, cache)
        result.wanted = polyhaven.choose_assets(known, options)
        result.failed = {slug: "Poly Haven has no HDRI with this id" for slug in result.wanted if slug not in known}
        wanted = [known[slug] for slug in result.wanted if slug in known]

        progress.start("Asking for sizes", len(wanted))
        remote: dict[str, RemoteFile] = {}

        async def ask(asset: Asset) -> None:
            try:
                tree = await polyhaven.files(session, asset, cache)
                remote[asset.slug] = polyhaven.choose_file(tree, options.resolution, options.format)
            except DownloadError as error:
                result.failed[asset.slug] = str(error)
            progress.advance()

        await _gather(ask(asset) for asset in wanted)
        wanted = [asset for asset in wanted if asset.slug in remote]
        result.bytes = sum(file.size for file in remote.values())
        if dry_run:
            return result, []

        make_folder(out / "thumbnails")
        progress.start("Downloading", len(wanted), size=result.bytes)
        slots = asyncio.Semaphore(2 * options.jobs)  # so that thumbnails do not all come last

        async def download(asset: Asset) -> None:
            file, target = remote[asset.slug], out / _file_name(asset.slug, options)
            try:
                if await asyncio.to_thread(is_same_file, target, file.md5, file.size):
                    result.kept.append(asset.slug)
                    progress.advance(0, size=file.size)
                else:
                    await session.download(file, target, lambda size: progress.advance(0, size=size))
                    result.fetched.append(asset.slug)
                await _download_thumbnail(session, asset, out / "thumbnails" / f"{asset.slug}.png", result.notes)
            except DownloadError as error:
                result.failed[asset.slug] = str(error)
                (cache / "files" / f"{asset.slug}.json").unlink(missing_ok=True)  # it may be out of date
                progress.note(f"{asset.slug} failed")
            progress.advance()

        async def download_in_turn(asset: Asset) -> None:
            async with slots:
                await download(asset)

        await _gather(download_in_turn(asset) for asset in wanted)
    for asset in wanted:
        if asset.slug not in result.failed:
            row = _row(asset, remote[asset.slug], options)
            rows[asset.slug] = keep_edits(row, rows.get(asset.slug))
    return result, list(rows.values())


async def _gather(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Wait for all; if one fails or we are interrupted, stop the others and wait until they have ended."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _download_thumbnail(session: Session, asset: Asset, target: Path, notes: list[str]) -> None:
    """Download the thumbnail, decode it and store it as PNG; if that fails, add the reason to `notes`."""
    if target.is_file() or not asset.thumbnail_url:
        return
    try:
        answer = await session.get(asset.thumbnail_url)
        pixels = decode_bytes(answer[0] if answer else b"", THUMBNAIL_FORMATS, "thumbnail", MAX_THUMBNAIL)
    except (DownloadError, ImageError) as error:
        notes.append(f"{asset.slug}: no thumbnail ({error})")
        return
    with atomic(target) as temporary:
        Image.fromarray(pixels).save(temporary, "PNG", optimize=True)


def _file_name(slug: str, options: FetchOptions) -> str:
    return f"{slug}_{options.resolution}.{options.format}"


def _row(asset: Asset, file: RemoteFile, options: FetchOptions) -> Entry:
    latitude, longitude = asset.coordinates or (None, None)
    return Entry(
        slug=asset.slug,
        file=_file_name(asset.slug, options),
        name=asset.name,
        licence="CC0-1.0",
        origin="Poly Haven",
        credit=", ".join(asset.authors),
        puresky=asset.is_puresky,
        tags=asset.tags,
        categories=asset.categories,
        latitude=latitude,
        longitude=longitude,
        evs_cap=asset.evs_cap,
        whitebalance=asset.whitebalance,
        date_published=asset.date_published,
        resolution=options.resolution,
        url=file.url,
        md5=file.md5,
        bytes=file.size,
    )
