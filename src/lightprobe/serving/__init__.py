"""The demo page, served from this machine to this machine.

server    a small HTTP server of files: loopback only, ranges, security headers
files     which file a URL path means, and of what type it is
model     the page's model exchanged for another one
"""

from lightprobe.serving.files import PAGE, check_page
from lightprobe.serving.model import model_files
from lightprobe.serving.server import PageServer

__all__ = ["PAGE", "PageServer", "check_page", "model_files"]
