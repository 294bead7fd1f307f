"""Filling a catalog with HDRIs. [needs httpx: pip install 'lightprobe[data]']

fetch           from Poly Haven
import_folder   from a folder of your own
finalize        the last step of both: measure, group, write the table
result          what a fetch has done
polyhaven       Poly Haven's API
download        files that arrive whole or not at all

Mental model: choose HDRIs → files, verified → measurements, scene groups → catalog.csv.

result = fetch_polyhaven(Path("hdris"), FetchOptions(resolution="1k", limit=50))
result.fetched, result.failed       # slugs; reasons by slug
import_folder(Path("my-hdris"), Path("hdris"))
"""

from lightprobe.data.acquire.download import RetryPolicy
from lightprobe.data.acquire.fetch import fetch_polyhaven, fetch_polyhaven_async
from lightprobe.data.acquire.finalize import finalize_catalog
from lightprobe.data.acquire.import_folder import import_folder
from lightprobe.data.acquire.polyhaven import FetchOptions
from lightprobe.data.acquire.result import FetchResult

__all__ = [
    "FetchOptions",
    "FetchResult",
    "RetryPolicy",
    "fetch_polyhaven",
    "fetch_polyhaven_async",
    "finalize_catalog",
    "import_folder",
]
