"""`lightprobe demo`: the demo page in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from lightprobe.cli.parameters import Option
from lightprobe.cli.terminal import say


def demo(
    model: Annotated[
        Path | None,
        Option(help="A model folder to use instead of the page's model.", show_default="the page's own"),
    ] = None,
    port: Annotated[int, Option(min=0, max=65535, help="Port to listen at; 0 for a free one.")] = 0,
    open_browser: Annotated[bool, Option("--open/--no-open", help="Open the page in the browser.")] = True,
) -> None:
    """Estimate light from pictures, videos, the camera and 3D scenes, live in the browser.

    A local server (127.0.0.1 only) runs until Ctrl-C. Pictures and camera frames never leave the browser. The page
    works without a network, except for random panoramas from Poly Haven.

    \b
    Examples:
      lightprobe demo
      lightprobe demo --model out/model
      lightprobe demo --no-open --port 8000
    """
    import threading
    import webbrowser

    from lightprobe import serving

    page = serving.check_page(serving.PAGE)
    instead = None if model is None else serving.model_files(model)
    with serving.PageServer(page, port, instead) as server:
        say(f"lightprobe demo at {server.url} until Ctrl-C")
        if open_browser:  # in a thread, because a browser in the terminal returns only when it is closed
            threading.Thread(target=webbrowser.open, args=(server.url,), daemon=True).start()
        server.serve_forever()
