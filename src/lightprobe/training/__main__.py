"""`torchrun --nproc-per-node 2 -m lightprobe.training ambient …` runs `lightprobe train ambient …`.

The process replaces itself by that command, so there is one command line, and torchrun keeps its process.
"""

import os
import sys

if __name__ == "__main__":
    os.execv(sys.executable, [sys.executable, "-m", "lightprobe", "train", *sys.argv[1:]])
