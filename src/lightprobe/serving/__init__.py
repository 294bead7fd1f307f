"""The demo page on a local web server.

server    a small HTTP server: loopback only, byte ranges, security headers
files     the file and content type of a URL path
model     replaces the page's model
"""

from lightprobe.serving.files import PAGE, check_page
from lightprobe.serving.model import model_files
from lightprobe.serving.server import PageServer

__all__ = ["PAGE", "PageServer", "check_page", "model_files"]
