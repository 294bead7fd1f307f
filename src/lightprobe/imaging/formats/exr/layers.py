"""Layers of an OpenEXR file: channels that belong together, and which of them are the picture.

Channel names are "layer.view.channel"; a part of a file may be a layer or a view of its own.

Sources: "Technical Introduction to OpenEXR" (layers) and "Storing Multi-View Images in OpenEXR Files", openexr.com.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lightprobe.errors import ImageError
from lightprobe.imaging.formats.exr.parts import ExrPart

MOST_NAMED = 5
"""Layers that a note names."""

_RGB = (("r", "red"), ("g", "green"), ("b", "blue"))
_OPACITY = ("a", "alpha", "opacity")
_BEAUTY = ("beauty", "combined", "rgba", "rgb", "color", "colour", "c", "ci", "main", "master", "composite", "final")
"""Names that renderers give to the picture itself."""
_DATA = re.compile(
    r"crypto|normal|position|albedo|depth|motion|vector|mask|mist|shadow|(n|p|z|uv|id|ao|st|mv|xyz)\d*$", re.IGNORECASE
)
"""Names of layers that are no picture."""


@dataclass(frozen=True, kw_only=True)
class ExrLayer:
    """Channels of one part that make a picture."""

    part: int
    color: tuple[str, ...]
    """Names of R, G, B; of Y; or of Y, RY, BY."""
    opacity: str | None
    title: str
    """The layer's name, after that of its part where there are several."""
    view: str

    @property
    def has_chroma(self) -> bool:
        """Whether the color is luminance and chroma."""
        return len(self.color) == 3 and self.color[0].rpartition(".")[2] == "Y"


def choose_layer(parts: list[ExrPart], name: str) -> tuple[ExrLayer, tuple[str, ...]]:
    """The layer that is the picture, and notes on the choice.

    The left eye, or the default view, goes first; then the layer without a name, then one with a name such as 'beauty',
    then the others in the order of the file.

    Raises: ImageError if no part has color.
    """
    found = [layer for index in range(len(parts)) for layer in _layers(parts, index)]
    if not found:
        raise _colorless(parts, name)
    view = _default_view(parts, found)
    ranks = [(layer.view not in ("", view), _rank(layer), len(layer.color) == 1) for layer in found]
    best = min(range(len(found)), key=lambda index: (ranks[index], index))
    layer, others = found[best], [*found[:best], *found[best + 1 :]]
    title = f"Layer '{layer.title}'" if layer.title else "The layer without a name"
    if layer.view and any(other.view != layer.view for other in others):
        title += f" of the view '{layer.view}'"
    if others:
        named = [repr(other.title or other.view or "without a name") for other in others[:MOST_NAMED]]
        more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
        return layer, (f"{title} was read; not used: {', '.join(named)}{more}",)
    return layer, (f"{title} was read, the only one with color",) if _rank(layer) >= 2 else ()


def _colorless(parts: list[ExrPart], name: str) -> ImageError:
    if any(part.is_deep for part in parts):
        return ImageError(f"{name}: deep data is not supported; flatten the picture and export it again")
    names = sorted({channel for part in parts for channel in part.channels})
    return ImageError(
        f"{name}: expected full-size channels R, G, B (or Y), got {', '.join(names)[:80]!r}; export these"
    )


def _layers(parts: list[ExrPart], index: int) -> list[ExrLayer]:
    """The layers of a part that have color."""
    part, groups = parts[index], dict[str, dict[str, str]]()
    for channel in part.channels:
        layer, _, last = channel.rpartition(".")
        groups.setdefault(layer, {})[last] = channel
    before = part.texts.get("name", "") if len(parts) > 1 else ""
    found: list[ExrLayer] = []
    for layer, channels in groups.items() if not part.is_deep else ():
        color = _color(channels, part)
        if color:
            lower = {last.lower(): channel for last, channel in channels.items()}
            opacity = next((lower[key] for key in _OPACITY if key in lower), None)
            if opacity and part.channels[opacity] != (1, 1):
                opacity = None
            title = ".".join(filter(None, (before, layer)))
            found.append(
                ExrLayer(part=index, color=color, opacity=opacity, title=title, view=_view(parts, index, title))
            )
    return found


def _color(channels: dict[str, str], part: ExrPart) -> tuple[str, ...]:
    """Those of a layer's channels that make its color; none if it has no color."""
    lower = {last.lower(): channel for last, channel in channels.items()}
    color = tuple(next((lower[key] for key in keys if key in lower), "") for keys in _RGB)
    if all(color):
        return color if all(part.channels[channel] == (1, 1) for channel in color) else ()
    if "Y" not in channels or {"x", "z"} <= lower.keys() or part.channels[channels["Y"]] != (1, 1):
        return ()
    chroma = [channels[key] for key in ("RY", "BY") if key in channels]
    if not chroma:
        return (channels["Y"],)
    is_whole = len(chroma) == 2 and part.channels[chroma[0]] == part.channels[chroma[1]]
    return (channels["Y"], *chroma) if is_whole and min(part.channels[chroma[0]]) > 0 else ()


def _view(parts: list[ExrPart], index: int, title: str) -> str:
    """The view of a layer; '' if the file names none."""
    part = parts[index]
    if "view" in part.texts:
        return part.texts["view"]
    words = title.split(".")
    for view in part.views or ("left", "right"):
        if view in words:
            return view
    return part.views[0] if part.views else ""


def _default_view(parts: list[ExrPart], found: list[ExrLayer]) -> str:
    views = [layer.view for layer in found]
    default = next((part.views[0] for part in parts if part.views), views[0])
    return "left" if default in ("", "right") and "left" in views else default


def _rank(layer: ExrLayer) -> int:
    """0 for a layer without a name, 1 for one that is called a picture, 3 for one that is none, else 2."""
    words = [word for word in layer.title.split(".") if word and word != layer.view]
    if not words:
        return 0
    if words[-1].lower() in _BEAUTY:
        return 1
    return 3 if any(_DATA.match(word) for word in words) else 2
