"""`torchrun --nproc-per-node 2 -m lightprobe.training ambient …`: `lightprobe train` as a module of this room.

The process becomes that command, so that there is one front door, and torchrun keeps its process.
"""

import os
import sys

if __name__ == "__main__":
    os.execv(sys.executable, [sys.executable, "-m", "lightprobe", "train", *sys.argv[1:]])
