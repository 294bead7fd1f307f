"""Downloads that arrive whole or not at all: retries, resuming, verification.

A file gets its final name when its size and MD5 have been verified; until then it is a hidden `.NAME.….part` beside it,
which a later run resumes. The MD5 is the server's own and guards against accidents.
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
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from lightprobe import __version__
from lightprobe.data.catalog.table import md5_of
from lightprobe.errors import DownloadError, OutputError

T = TypeVar("T")

USER_AGENT = f"lightprobe/{__version__} (open-source HDRI client)"
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Status codes of temporary failures; any other failure is final."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SMALL_ANSWERS = 16
"""Small answers asked for at a time: of 900 HDRIs each needs one, and each takes the way to the server and back."""
CHUNK = 1 << 16
"""Bytes read at a time."""
MAX_ANSWER = 32 << 20
"""Largest answer that is read into memory [bytes]; the list of all HDRIs takes about one megabyte."""


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often and how long to retry."""

    attempts: int = 6
    first_wait: float = 0.5
    """Wait after the first failure [s]; it doubles each time, and a random part of it, up to half, is left out."""
    max_wait: float = 20.0
    """Longest wait between two attempts [s]."""
    max_retry_after: float = 120.0
    """Longest `Retry-After` of a server that is honored [s]; if it asks for more, the download fails."""
    timeout: float = 15.0
    """Silence after which a connection counts as broken [s]: without a byte, or an answer."""


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A file on a server, with the size and checksum that the server states."""

    url: str
    md5: str
    size: int
    """[bytes]"""


class _Retry(Exception):
    """This attempt failed; another one may succeed."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        """Wait that the server asks for [s]."""


class Session:
    """Connections to one service: at most `jobs` downloads and `SMALL_ANSWERS` small answers at a time, which all wait
    when the server asks one of them to."""

    def __init__(
        self, service: str, *, jobs: int = 4, retries: RetryPolicy | None = None, seed: int | None = None
    ) -> None:
        self.service, self.retries = service.rstrip("/"), retries or RetryPolicy()
        check_url(self.service, self.service)
        self._client = httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT},
            timeout=httpx.Timeout(self.retries.timeout, pool=None),
            limits=httpx.Limits(max_connections=jobs + SMALL_ANSWERS),
        )
        self._downloads, self._small = asyncio.Semaphore(jobs), asyncio.Semaphore(SMALL_ANSWERS)
        self._random = random.Random(seed)
        self._not_before, self._answered = 0.0, False

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, url: str, *, etag: str = "") -> tuple[bytes, str] | None:
        """Body and ETag of a small answer; None if its ETag is still this one.

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
                            f"{url}: the answer is larger than {MAX_ANSWER >> 20} MiB; check the address"
                        )
                return bytes(body), response.headers.get("ETag", "")

        return await self._persist(url, attempt, self._small)

    async def download(self, file: RemoteFile, target: Path, on_bytes: Callable[[int], None]) -> None:
        """Download a file to `target`, resuming an earlier attempt.

        `on_bytes` is called with the number of bytes that have arrived, negative where some had to be discarded.

        Raises: DownloadError if it cannot be downloaded; OutputError if it cannot be written.
        """
        part = target.with_name(f".{target.name}.{file.md5[:8]}.part")
        reported = 0

        def report(size: int) -> None:
            nonlocal reported
            on_bytes(size - reported)
            reported = size

        async def attempt() -> None:
            if _size(part) > file.size:
                part.unlink()
            if _size(part) < file.size:
                await self._append(file, part, report)
            report(_size(part))
            if await asyncio.to_thread(md5_of, part) != file.md5:
                part.unlink()
                report(0)
                raise _Retry(f"the file's MD5 is not {file.md5}, which the server states")
            os.replace(part, target)

        try:
            while True:
                before = _size(part)
                try:
                    return await self._persist(file.url, attempt, self._downloads)
                except DownloadError:
                    if _size(part) <= before:  # a long file may need all attempts more than once
                        raise
        except OSError as error:
            raise OutputError(
                f"{target}: cannot write the file: {error.strerror or error}; make room or choose another folder"
            ) from error

    async def _append(self, file: RemoteFile, part: Path, report: Callable[[int], None]) -> None:
        size = _size(part)
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={size}-"} if size else {})
        async with self._open(file.url, headers) as response:
            if response.status_code == 416:
                part.unlink(missing_ok=True)
                raise _Retry("the server does not have the rest of the file")
            if response.status_code == 206 and not re.match(
                rf"bytes {size}-", response.headers.get("Content-Range", "")
            ):
                part.unlink(missing_ok=True)
                raise _Retry("the server sent another part of the file than the rest")
            if response.status_code == 200:
                size = 0  # the server does not resume
            encoding = response.headers.get("Content-Encoding", "identity")
            if size and encoding != "identity":
                part.unlink(missing_ok=True)
                raise _Retry("the server sent the rest of the file compressed")
            with part.open("ab" if size else "wb") as out:
                report(size)
                async for chunk in response.aiter_raw() if encoding == "identity" else response.aiter_bytes(CHUNK):
                    out.write(chunk)
                    size += len(chunk)
                    report(size)
                    if size > file.size:
                        break
        if size > file.size:
            part.unlink()
            report(0)
            raise _Retry(f"expected {file.size} bytes, got more")
        if size < file.size:
            raise _Retry(f"expected {file.size} bytes, got {size}")

    @asynccontextmanager
    async def _open(self, url: str, headers: dict[str, str]) -> AsyncGenerator[httpx.Response, None]:
        """A good answer (2xx, 304 or 416), its body unread; redirects are followed where `check_url` allows it."""
        for _ in range(5):
            check_url(url, self.service)
            async with self._client.stream("GET", url, headers=headers) as response:
                self._answered = True
                if response.status_code not in REDIRECTS:
                    if response.status_code in RETRIED:
                        wait = read_retry_after(
                            response.headers.get("Retry-After", ""), response.headers.get("Date", "")
                        )
                        if response.status_code == 429 and 0 < (wait or 0) <= self.retries.max_retry_after:  # all of us
                            self._not_before = asyncio.get_running_loop().time() + (wait or 0)
                        raise _Retry(_status(response), wait)
                    if not response.is_success and response.status_code not in (304, 416):
                        raise DownloadError(f"{url}: download failed: {_status(response)}; check that the file exists")
                    yield response
                    return
                url = urljoin(url, response.headers.get("Location", ""))
        raise DownloadError(f"{url}: download failed: too many redirects; try again later")

    async def _persist(self, url: str, attempt: Callable[[], Awaitable[T]], slots: asyncio.Semaphore) -> T:
        """The result of `attempt`, retried as the policy says; `slots` limits those at the same time."""
        retries, reason = self.retries, ""
        for number in range(retries.attempts):
            retry_after = None
            async with slots:
                await asyncio.sleep(self._not_before - asyncio.get_running_loop().time())
                try:
                    return await attempt()
                except _Retry as failure:
                    reason, retry_after = str(failure), failure.retry_after
                except httpx.RequestError as error:
                    reason = str(error) or type(error).__name__
                    if isinstance(error, httpx.ConnectError) and not self._answered and number >= 2:
                        raise DownloadError(f"{url}: cannot connect: {reason}; check the connection") from error
            if (retry_after or 0) > retries.max_retry_after:
                raise DownloadError(
                    f"{url}: download failed: {reason}; the server asks to retry after {retry_after:.0f} s "
                    f"(limit {retries.max_retry_after:.0f} s); run again later"
                )
            wait = min(retries.first_wait * 2**number, retries.max_wait) * self._random.uniform(0.5, 1)
            if number + 1 < retries.attempts:
                await asyncio.sleep(max(wait, retry_after or 0))
        raise DownloadError(f"{url}: download failed after {retries.attempts} attempts: {reason}; run again later")


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
    raise DownloadError(f"{url[:200]!r}: not an https address, so it was not opened; check the address of the server")


def read_retry_after(header: str, date: str = "") -> float | None:
    """The wait that a Retry-After header asks for, by number or date [s]; None if it has neither.

    `date` is the answer's Date header: the server's clock, which may differ from ours.

    Source: RFC 9110, 10.2.3 and 6.6.1.
    """
    if re.fullmatch(r"[0-9]{1,9}", header.strip()):
        return float(header)
    until, now = _moment(header), _moment(date) or datetime.now(UTC)
    return None if until is None else max(0.0, (until - now).total_seconds())


def _moment(date: str) -> datetime | None:
    """The moment of an HTTP date; None if it is none."""
    try:
        moment = parsedate_to_datetime(date)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _status(response: httpx.Response) -> str:
    return f"HTTP {response.status_code} {response.reason_phrase}".strip()
