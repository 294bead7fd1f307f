"""`python -m lightprobe.data.fakehaven`: prints its address, then serves until it is stopped."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lightprobe.data.fakehaven.faults import Faults
from lightprobe.data.fakehaven.network import NetworkConditions
from lightprobe.data.fakehaven.server import make_server
from lightprobe.data.fakehaven.shelf import PICTURES, folder_shelf, made_shelf


def main() -> None:
    """Serve HDRIs as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m lightprobe.data.fakehaven",
        description="A stand-in for Poly Haven's API on this machine. GET /_log lists the requests, DELETE clears it.",
        epilog="Use it: lightprobe fetch --out hdris --api-url http://127.0.0.1:PORT",
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free port (default)")
    parser.add_argument("--hdris", type=Path, help="serve the .exr and .hdr files of this folder")
    parser.add_argument("--count", type=int, default=12, help="without --hdris: number of synthetic HDRIs (default 12)")
    parser.add_argument("--height", type=int, help="rows of synthetic HDRIs at 1k (default 64; 16 for more than 60)")
    parser.add_argument("--odd", action="store_true", help="add assets that are wrong, incomplete or hostile")
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests that fail (default 0)")
    parser.add_argument("--seed", type=int, default=0, help="seed for choosing which requests fail (default 0)")
    parser.add_argument("--rate", type=float, default=0.0, help="bytes per second of each answer (default 0: no limit)")
    parser.add_argument("--no-range", action="store_true", help="ignore the Range header, as some servers do")
    parser.add_argument("--cdn", action="store_true", help="redirect files and thumbnails to another port")
    parser.add_argument(
        "--gzip", action="store_true", help="compress JSON, and files whether the client likes it or not"
    )
    parser.add_argument("--silent", action="store_true", help="fall silent after three answers on a connection")
    parser.add_argument("--stalls", type=int, default=0, help="requests for each file that stop half-way (default 0)")
    parser.add_argument("--skew", type=float, default=0.0, help="seconds by which the clock is ahead (default 0)")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until each answer (default 0)")
    options = parser.parse_args()
    height = options.height or (64 if options.count <= PICTURES else 16)
    shelf = folder_shelf(options.hdris) if options.hdris else made_shelf(options.count, height)
    if options.odd:
        shelf.add_odd_ones()
    faults = Faults(rate=options.faults, seed=options.seed)
    conditions = ("cdn", "gzip", "silent", "stalls", "skew", "latency")
    network = NetworkConditions(**{name: getattr(options, name) for name in conditions})
    with make_server(
        options.port, shelf, faults, network, bytes_per_second=options.rate, ranges=not options.no_range
    ) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
        sys.stdout.flush()
        try:
            server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
