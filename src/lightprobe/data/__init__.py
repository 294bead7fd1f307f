"""HDRIs, from a server or a folder to a catalog, and from a catalog to training pairs.

catalog     one folder with HDRIs and a table: licensed, measured, grouped by scene, split
acquire     filling a catalog, from Poly Haven or a folder      [needs httpx: pip install 'lightprobe[data]']
pairs       pictures with their true light, from a catalog      [many processes need dask: the same]
fakehaven   a stand-in for Poly Haven's server, to try things offline

Mental model: acquire → catalog → pairs; each reads a folder and writes a new one.

from lightprobe.data.acquire import FetchOptions, fetch_polyhaven
fetch_polyhaven(Path("hdris"), FetchOptions(limit=50))
entries = read_catalog("hdris")                      # one row for each HDRI
make_pairs(Run(folder=Path("hdris"), out=Path("pairs"), variants=10))
rows = read_manifest("pairs")                        # one row for each pair
"""

from lightprobe.data.catalog import Entry, read_catalog, split
from lightprobe.data.pairs import Run, make_pairs, read_manifest

__all__ = ["Entry", "Run", "make_pairs", "read_catalog", "read_manifest", "split"]
