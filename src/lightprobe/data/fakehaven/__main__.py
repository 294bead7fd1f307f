"""`python -m lightprobe.data.fakehaven`: prints its address, then serves until it is stopped."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lightprobe.data.fakehaven.faults import Faults
from lightprobe.data.fakehaven.server import make_server
from lightprobe.data.fakehaven.shelf import folder_shelf, made_shelf


def main() -> None:
    """Serve what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m lightprobe.data.fakehaven",
        description="A stand-in for Poly Haven's API on this machine. GET /_log lists the requests, DELETE clears it.",
        epilog="Use it: lightprobe fetch --out hdris --api-url http://127.0.0.1:PORT",
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free one (default)")
    parser.add_argument("--hdris", type=Path, help="serve the .exr and .hdr files of this folder")
    parser.add_argument("--count", type=int, default=12, help="without --hdris: how many HDRIs to make (default 12)")
    parser.add_argument("--height", type=int, default=64, help="rows of the made HDRIs at 1k (default 64)")
    parser.add_argument("--odd", action="store_true", help="add assets that are wrong, incomplete or hostile")
    parser.add_argument(
        "--faults", type=float, default=0.0, help="share of requests that meet a misfortune (default 0)"
    )
    parser.add_argument("--seed", type=int, default=0, help="decides which requests (default 0)")
    parser.add_argument("--rate", type=float, default=0.0, help="bytes per second of every body (default 0: no limit)")
    parser.add_argument("--no-range", action="store_true", help="ignore Range, as some servers do")
    wish = parser.parse_args()
    shelf = folder_shelf(wish.hdris) if wish.hdris else made_shelf(wish.count, wish.height)
    if wish.odd:
        shelf.add_odd_ones()
    faults = Faults(rate=wish.faults, seed=wish.seed)
    with make_server(wish.port, shelf, faults, bytes_per_second=wish.rate, ranges=not wish.no_range) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
        sys.stdout.flush()
        try:
            server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
