"""`python -m lightprobe`."""

from lightprobe.cli import main

main()
