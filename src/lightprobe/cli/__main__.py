"""`python -m lightprobe.cli`."""

from lightprobe.cli import main

main()
