"""Downloads that arrive whole or not at all: retries, resumption, verification.

Nothing stands under its final name before its size and MD5 have been verified; until then it is a hidden
`.NAME.….part` beside it, from which a later run goes on. The MD5 is the server's own and guards against accidents.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from lightprobe.data.catalog.table import md5_of
from lightprobe.errors import DownloadError, OutputError

T = TypeVar("T")

USER_AGENT = f"lightprobe/{version('lightprobe')} (open-source HDRI client)"
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may be gone in a moment; any other refusal is final."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 1 << 16
"""Bytes read at a time."""
MAX_ANSWER = 64 << 20
"""Largest answer that is read into memory [bytes]; the listing of all HDRIs has about one megabyte."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to go on asking."""

    attempts: int = 6
    first_wait: float = 0.5
    """Wait after the first failure [s]; it doubles each time, and up to half of it is left to chance."""
    longest_wait: float = 20.0
    """[s]"""
    longest_asked: float = 120.0
    """Longest `Retry-After` that is honored [s]; a server that asks for more is left alone."""
    timeout: float = 30.0
    """Silence after which a connection counts as broken [s]."""


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A file as a server promises it."""

    url: str
    md5: str
    size: int
    """[bytes]"""


class _Again(Exception):
    """This attempt failed; another may not."""

    def __init__(self, reason: str, asked: float | None = None) -> None:
        super().__init__(reason)
        self.asked = asked
        """What the server asked to wait [s]."""


class Session:
    """Open connections to one service, with a limit, and a common memory of how long to wait."""

    def __init__(
        self, service: str, *, jobs: int = 4, patience: Patience | None = None, seed: int | None = None
    ) -> None:
        self.service, self.patience = service.rstrip("/"), patience or Patience()
        check_url(self.service, self.service)
        self._client = httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT}, timeout=self.patience.timeout, limits=httpx.Limits(max_connections=jobs)
        )
        self._places, self._random = asyncio.Semaphore(jobs), random.Random(seed)
        self._not_before, self._answered = 0.0, False

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, url: str, *, etag: str = "") -> tuple[bytes, str] | None:
        """Body and ETag of a small answer; None if it still has this ETag.

        Raises: DownloadError.
        """

        async def attempt() -> tuple[bytes, str] | None:
            async with self._open(url, {"If-None-Match": etag} if etag else {}) as response:
                if response.status_code == 304:
                    return None
                body = bytearray()
                async for chunk in response.aiter_bytes(CHUNK):
                    body += chunk
                    if len(body) > MAX_ANSWER:
                        raise DownloadError(
                            f"{url}: expected at most {MAX_ANSWER >> 20} MiB, got more; check the address"
                        )
                return bytes(body), response.headers.get("ETag", "")

        return await self._persist(url, attempt)

    async def download(self, file: RemoteFile, target: Path, on_bytes: Callable[[int], None]) -> None:
        """Fetch a file to `target`, going on where an earlier attempt stopped.

        `on_bytes` is told how many more bytes are there; a negative number where some had to be thrown away.

        Raises: DownloadError if it cannot be had; OutputError if it cannot be written.
        """
        part = target.with_name(f".{target.name}.{file.md5[:8]}.part")
        told = 0

        def tell(there: int) -> None:
            nonlocal told
            on_bytes(there - told)
            told = there

        async def attempt() -> None:
            if _size(part) > file.size:
                part.unlink()
            if _size(part) < file.size:
                await self._append(file, part, tell)
            tell(_size(part))
            if await asyncio.to_thread(md5_of, part) != file.md5:
                part.unlink()
                tell(0)
                raise _Again(f"expected MD5 {file.md5}, got another")
            os.replace(part, target)

        try:
            while True:
                before = _size(part)
                try:
                    return await self._persist(file.url, attempt)
                except DownloadError:
                    if _size(part) <= before:  # a long file may need patience more than once
                        raise
        except OSError as error:
            raise OutputError(
                f"{target}: expected to write it, got: {error.strerror or error}; make room or choose another place"
            ) from error

    async def _append(self, file: RemoteFile, part: Path, tell: Callable[[int], None]) -> None:
        there = _size(part)
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={there}-"} if there else {})
        async with self._open(file.url, headers) as response:
            if response.status_code == 416:
                part.unlink(missing_ok=True)
                raise _Again("expected the rest of the file, got: no such range")
            if response.status_code == 206 and not re.match(
                rf"bytes {there}-", response.headers.get("Content-Range", "")
            ):
                part.unlink(missing_ok=True)
                raise _Again("expected the rest of the file, got another part of it")
            if response.status_code == 200:
                there = 0  # the server does not resume
            with part.open("ab" if there else "wb") as out:
                tell(there)
                async for chunk in response.aiter_raw():
                    out.write(chunk)
                    there += len(chunk)
                    tell(there)
                    if there > file.size:
                        break
        if there > file.size:
            part.unlink()
            tell(0)
            raise _Again(f"expected {file.size} bytes, got more")
        if there < file.size:
            raise _Again(f"expected {file.size} bytes, got {there}")

    @asynccontextmanager
    async def _open(self, url: str, headers: dict[str, str]) -> AsyncGenerator[httpx.Response, None]:
        """A good answer (2xx, 304 or 416), its body unread; redirects are followed as far as `check_url` allows."""
        for _ in range(5):
            check_url(url, self.service)
            async with self._client.stream("GET", url, headers=headers) as response:
                self._answered = True
                if response.status_code not in REDIRECTS:
                    if response.status_code in RETRIED:
                        asked = wait_asked(response.headers.get("Retry-After", ""))
                        if response.status_code == 429 and 0 < (asked or 0) <= self.patience.longest_asked:  # all of us
                            self._not_before = asyncio.get_running_loop().time() + (asked or 0)
                        raise _Again(_refusal(response), asked)
                    if not response.is_success and response.status_code not in (304, 416):
                        raise DownloadError(f"{url}: expected it, got {_refusal(response)}; check that it exists")
                    yield response
                    return
                url = urljoin(url, response.headers.get("Location", ""))
        raise DownloadError(f"{url}: expected a file, got too many redirects; try again later")

    async def _persist(self, url: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """What `attempt` gives, tried again as often and as late as `patience` says."""
        patience, reason = self.patience, ""
        for number in range(patience.attempts):
            asked = None
            async with self._places:
                await asyncio.sleep(self._not_before - asyncio.get_running_loop().time())
                try:
                    return await attempt()
                except _Again as again:
                    reason, asked = str(again), again.asked
                except httpx.RequestError as error:
                    reason = str(error) or type(error).__name__
                    if isinstance(error, httpx.ConnectError) and not self._answered and number >= 2:
                        raise DownloadError(
                            f"{url}: expected an answer, got: {reason}; check the connection"
                        ) from error
            if (asked or 0) > patience.longest_asked:
                raise DownloadError(
                    f"{url}: expected it, got {reason} and the wish to wait {asked:.0f} s; run again later"
                )
            wait = min(patience.first_wait * 2**number, patience.longest_wait) * self._random.uniform(0.5, 1)
            if number + 1 < patience.attempts:
                await asyncio.sleep(max(wait, asked or 0))
        raise DownloadError(f"{url}: {reason}, {patience.attempts} times; run again later")


def check_url(url: str, service: str) -> None:
    """Allow https anywhere, and plain http on the service's own host.

    Raises: DownloadError for anything else.
    """
    try:
        parts, own = urlsplit(url), urlsplit(service)
        httpx.URL(url)
        is_allowed = parts.scheme == "https" or (
            parts.scheme == "http" == own.scheme and parts.hostname == own.hostname
        )
        if is_allowed and parts.hostname and "@" not in parts.netloc:
            return
    except (ValueError, httpx.InvalidURL):
        pass
    raise DownloadError(f"{url[:200]!r}: expected an https address, got something else; not opened")


def wait_asked(retry_after: str) -> float | None:
    """Seconds to wait by a Retry-After header, which gives them or a date; None if it says neither.

    Source: RFC 9110, 10.2.3.
    """
    if re.fullmatch(r"\d{1,9}", retry_after.strip()):
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _refusal(response: httpx.Response) -> str:
    return f"{response.status_code} {response.reason_phrase}".strip()
