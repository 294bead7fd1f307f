"""`lightprobe demo`: the page, in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    model: Annotated[
        Path | None,
        typer.Option(help="A model folder that takes the place of the page's model.", show_default="the page's own"),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0 takes a free one.")] = 0,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
) -> None:
    """Light from pictures, videos, the camera and 3D scenes, live on a page in the browser.

    The page is served from this machine to this machine alone (127.0.0.1) until Ctrl-C. Pictures and the camera's
    frames stay in the browser. It needs no network, but for random panoramas of Poly Haven.

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
        typer.echo(f"lightprobe demo at {server.url} until Ctrl-C")
        if open_browser:  # beside the server: a browser in the terminal returns only when it is left
            threading.Thread(target=webbrowser.open, args=(server.url,), daemon=True).start()
        server.serve_forever()
