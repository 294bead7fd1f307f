"""The command `lightprobe`, and `python -m lightprobe`."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until main() listens, an interrupt ends the program without a word

from lightprobe.cli import main

if __name__ == "__main__":
    main()
