"""Filling a catalog from Poly Haven.

It ends with verified HDRIs, measured, grouped into scenes, listed in `catalog.csv`. A run that was cut off is completed
by the next; a run that has nothing to do reads and writes nothing but the table.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import Coroutine, Iterable
from pathlib import Path

from PIL import Image

from lightprobe.data.acquire import polyhaven
from lightprobe.data.acquire.download import Patience, RemoteFile, Session
from lightprobe.data.acquire.finalize import is_file, keep_edits, rows_there, settled
from lightprobe.data.acquire.polyhaven import Asset, Wish
from lightprobe.data.acquire.result import Report, Watcher
from lightprobe.data.catalog.table import CACHE_NAME, Entry, make_folder
from lightprobe.errors import DownloadError
from lightprobe.imaging.output import atomic

MAX_THUMBNAIL = 4 << 20
"""[pixels]"""


def fetch_polyhaven(
    out: Path,
    wish: Wish | None = None,
    *,
    dry_run: bool = False,
    patience: Patience | None = None,
    watcher: Watcher | None = None,
) -> Report:
    """Fetch HDRIs from Poly Haven into a catalog folder; `dry_run` asks for sizes and stops.

    Raises: ValueError for a category that does not exist; DownloadError if there is no listing to be had; OutputError.
    """
    report, rows = asyncio.run(_bring_all(Path(out), wish or Wish(), dry_run, patience, watcher or Watcher()))
    return report if dry_run else settled(report, Path(out), rows, watcher)


async def fetch_polyhaven_async(
    out: Path,
    wish: Wish | None = None,
    *,
    dry_run: bool = False,
    patience: Patience | None = None,
    watcher: Watcher | None = None,
) -> Report:
    """`fetch_polyhaven`, to be awaited in notebooks and other event loops."""
    report, rows = await _bring_all(Path(out), wish or Wish(), dry_run, patience, watcher or Watcher())
    return report if dry_run else await asyncio.to_thread(settled, report, Path(out), rows, watcher)


async def _bring_all(
    out: Path, wish: Wish, dry_run: bool, patience: Patience | None, watcher: Watcher
) -> tuple[Report, list[Entry]]:
    """The catalog's files on disk, and the rows it will have; not yet measured, the table not yet written."""
    if dry_run and not out.exists():
        with tempfile.TemporaryDirectory() as scratch:
            return await _bring_all(Path(scratch), wish, dry_run, patience, watcher)
    cache = out / CACHE_NAME
    make_folder(cache / "files")
    rows = rows_there(out)
    report = Report()
    async with Session(wish.url, jobs=wish.jobs, patience=patience) as session:
        known = await polyhaven.assets(session, cache)
        report.wanted = polyhaven.choose_assets(known, wish)
        report.failed = {slug: "Poly Haven has no HDRI with this id" for slug in report.wanted if slug not in known}
        wanted = [known[slug] for slug in report.wanted if slug in known]

        watcher.start("Asking for sizes", len(wanted))
        found: dict[str, RemoteFile] = {}

        async def ask(asset: Asset) -> None:
            try:
                tree = await polyhaven.files(session, asset, cache)
                found[asset.slug] = polyhaven.choose_file(tree, wish.resolution, wish.format)
            except DownloadError as error:
                report.failed[asset.slug] = str(error)
            watcher.finish(asset.slug)

        await _all(ask(asset) for asset in wanted)
        wanted = [asset for asset in wanted if asset.slug in found]
        report.bytes = sum(file.size for file in found.values())
        if dry_run:
            return report, []

        make_folder(out / "thumbnails")
        watcher.start("Downloading", len(wanted), report.bytes)

        places = asyncio.Semaphore(2 * wish.jobs)  # so that thumbnails do not all come last

        async def bring(asset: Asset) -> None:
            async with places:
                await bring_one(asset)

        async def bring_one(asset: Asset) -> None:
            file, target = found[asset.slug], out / _file_name(asset.slug, wish)
            try:
                if await asyncio.to_thread(is_file, target, file.md5, file.size):
                    report.kept.append(asset.slug)
                    watcher.advance(file.size)
                else:
                    await session.download(file, target, watcher.advance)
                    report.fetched.append(asset.slug)
                await _bring_thumbnail(session, asset, out / "thumbnails" / f"{asset.slug}.png", report.notes)
            except DownloadError as error:
                report.failed[asset.slug] = str(error)
                (cache / "files" / f"{asset.slug}.json").unlink(missing_ok=True)  # it may be out of date
            watcher.finish(asset.slug, report.failed.get(asset.slug, ""))

        await _all(bring(asset) for asset in wanted)
    for asset in wanted:
        if asset.slug not in report.failed:
            row = _row(asset, found[asset.slug], wish)
            rows[asset.slug] = keep_edits(row, rows.get(asset.slug))
    return report, list(rows.values())


async def _all(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Wait for all; if one fails or we are interrupted, stop the others and wait until they have let go."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _bring_thumbnail(session: Session, asset: Asset, target: Path, notes: list[str]) -> None:
    """Fetch the thumbnail and store it as PNG once it has been decoded; a note says why it cannot be had."""
    if target.is_file() or not asset.thumbnail_url:
        return
    try:
        answer = await session.get(asset.thumbnail_url)
        with Image.open(io.BytesIO(answer[0] if answer else b"")) as image:
            if image.width * image.height > MAX_THUMBNAIL:
                raise ValueError(f"expected a small picture, got {image.width}×{image.height}")
            picture = image.convert("RGB")
    except (DownloadError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        notes.append(f"{asset.slug}: no thumbnail ({error})")
        return
    with atomic(target) as temporary:
        picture.save(temporary, "PNG", optimize=True)


def _file_name(slug: str, wish: Wish) -> str:
    return f"{slug}_{wish.resolution}.{wish.format}"


def _row(asset: Asset, file: RemoteFile, wish: Wish) -> Entry:
    latitude, longitude = asset.coordinates or (None, None)
    return Entry(
        slug=asset.slug,
        file=_file_name(asset.slug, wish),
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
        resolution=wish.resolution,
        url=file.url,
        md5=file.md5,
        bytes=file.size,
    )
