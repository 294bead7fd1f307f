"""The picture of the architecture as SVG: how light flows, and below it the rooms with their imports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

WIDTH, MARGIN, GUTTER, COLUMNS = 1000, 36, 44, 4
COLUMN = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GUTTER) / COLUMNS
BOX, GAP = 58, 34
"""Height of a room, and of the space between two rows."""
FLOW, HOUSE = 58, 300
"""Where the two halves of the picture begin, from the top."""

INK, SOFT, LINE, PAPER = "#1f2a37", "#5b6878", "#8796a8", "#ffffff"
COLORS = {
    "door": ("#e8ecf1", "#c3ccd8"),
    "learn": ("#fdf0d5", "#eccb86"),
    "judge": ("#e6e2f6", "#bdb3e6"),
    "use": ("#d9f0ea", "#93cfc0"),
    "base": ("#dfeaf7", "#a5c3e6"),
}
"""Fill and border by what a room is for."""

ROOMS = {
    "cli": (0, 3, "door", "the command line: one verb per task"),
    "export": (0, 0, "learn", "checkpoint to model folder"),
    "training": (0, 1, "learn", "recipes, loss, resumable runs, tuning"),
    "evaluation": (2, 2, "judge", "suites, metrics, report"),
    "serving": (3, 3, "use", "the page, on this machine"),
    "synth": (1, 1, "learn", "rendered worlds"),
    "models": (0, 0, "learn", "the networks"),
    "surround": (3, 3, "use", "a turning camera, brackets"),
    "data": (1, 1, "learn", "HDRIs, catalog, pairs"),
    "runtime": (2, 3, "use", "the estimators: picture to light, frame after frame"),
    "camera": (0, 0, "learn", "HDRI to picture and truth"),
    "layers": (2, 2, "use", "networks as data"),
    "scenes": (3, 3, "use", "light as files: USD, glTF, CSV"),
    "blender": (1, 1, "learn", "Blender, as a process"),
    "imaging": (0, 2, "base", "pictures in and out, tone curves and their inverses, cells"),
    "sphere": (0, 2, "base", "spherical harmonics: project, rotate, convert, shade"),
    "untrusted": (3, 3, "base", "foreign names, text, arrays"),
}
"""First and last column, purpose and description of each room."""

PILLS = (
    (0, 0, "HDRIs", "learn"),
    (1, 0, "catalog", "learn"),
    (2, 0, "pictures, truth", "learn"),
    (3, 0, "checkpoint", "learn"),
    (4, 0, "model folder", "learn"),
    (0, 1, "exact SH", "base"),
    (2, 1, "report", "judge"),
    (3, 1, "picture, video", "use"),
    (4, 1, "estimate", "use"),
)
"""What is kept: column, row, name, purpose."""

STEPS = (
    ((0, 0), (1, 0), ("data",)),
    ((1, 0), (2, 0), ("data", "camera")),
    ((2, 0), (3, 0), ("training",)),
    ((3, 0), (4, 0), ("export",)),
    ((0, 0), (0, 1), ("sphere",)),
    ((2, 0), (2, 1), ("evaluation",)),
    ((4, 0), (4, 1), ("runtime",)),
    ((3, 1), (4, 1), ("imaging",)),
)
"""What makes one of another: the last room that is named and exists."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """A room of the package: its row from the top, the rooms it imports, the packages that it adds to theirs."""

    name: str
    row: int
    below: list[str]
    adds: list[str]

    @property
    def left(self) -> float:
        return MARGIN + ROOMS[self.name][0] * (COLUMN + GUTTER)

    @property
    def right(self) -> float:
        return MARGIN + ROOMS[self.name][1] * (COLUMN + GUTTER) + COLUMN

    @property
    def top(self) -> float:
        return HOUSE + 40 + self.row * (BOX + GAP)

    @property
    def bottom(self) -> float:
        return self.top + BOX


def text(x: float, y: float, words: str, size: float, color: str = INK, **more: str) -> str:
    """A line of text; `more` are attributes with _ for -."""
    extra = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{color}"{extra}>{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, purpose: str, radius: float) -> str:
    """A rounded rectangle in the colors of a purpose."""
    fill, border = COLORS[purpose]
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" '
        f'fill="{fill}" stroke="{border}" stroke-width="1.2"/>'
    )


def arrow(path: str, *, dashed: bool = False) -> str:
    """A line that ends in an arrowhead."""
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.5"{dash} marker-end="url(#head)"/>'


def flow(rooms: set[str]) -> list[str]:
    """The upper half: what is made of what, and by which room."""
    pill, step, height, apart = 138.0, (WIDTH - 2 * MARGIN - 138) / 4, 40.0, 92.0
    parts = [text(MARGIN, FLOW - 22, "How light flows", 19, font_weight="600")]

    def corner(column: int, row: int) -> tuple[float, float]:
        return MARGIN + column * step, FLOW + 24 + row * apart

    for column, row, name, purpose in PILLS:
        x, y = corner(column, row)
        parts.append(box(x, y, pill, height, purpose, height / 2))
        parts.append(text(x + pill / 2, y + height / 2 + 4.5, name, 13, text_anchor="middle"))
    for start, end, names in STEPS:
        (x, y), (u, v) = corner(*start), corner(*end)
        label = [name for name in names if name in rooms][-1]
        if start[1] == end[1]:
            parts.append(arrow(f"M{x + pill:g} {y + height / 2:g}H{u - 3:g}"))
            parts.append(text((x + pill + u) / 2, y + height / 2 - 8, label, 12, SOFT, text_anchor="middle"))
        else:
            parts.append(arrow(f"M{x + pill / 2:g} {y + height:g}V{v - 3:g}"))
            parts.append(text(x + pill / 2 + 9, (y + height + v) / 2 + 4, label, 12, SOFT))
    (x, y), (u, v) = corner(4, 1), corner(2, 1)
    below = y + height + 22
    down, up = f"M{x + pill / 2:g} {y + height:g}V{below - 10:g}", f"V{v + height + 3:g}"
    parts.append(arrow(f"{down}q0 10 -10 10H{u + pill / 2 + 10:g}q-10 0 -10 -10{up}", dashed=True))
    return parts


def edges(rooms: list[Room]) -> list[str]:
    """An arrow from each room to each that it imports, past the rooms between them."""
    named = {room.name: room for room in rooms}
    pairs = [(upper, named[name]) for upper in rooms for name in upper.below]
    pairs.sort(key=lambda pair: (pair[1].row - pair[0].row, pair[0].row, pair[0].left, pair[1].left))
    taken: list[tuple[float, float, float]] = []
    parts = []
    for upper, lower in pairs:
        start, x, end = route(upper, lower, rooms, taken)
        out, into = upper.bottom + GAP * 0.4, lower.top - GAP * 0.5
        taken += [(start, upper.bottom, out), (x, out, into), (end, into, lower.top)]
        path = f"M{start:g} {upper.bottom:g}"
        if lower.row == upper.row + 1:
            x, into = start, out  # one level for both bends
        if start != x:
            path += bend(start, x, out)
        if x != end:
            path += bend(x, end, into)
        parts.append(arrow(f"{path}V{lower.top - 3:g}"))
    return parts


def bend(start: float, end: float, y: float) -> str:
    """From going down at `start`, along a level, to going down at `end`, with round corners."""
    r = min(7.0, abs(end - start) / 2) * (1 if end > start else -1)
    return f"V{y - abs(r):g}q0 {abs(r):g} {r:g} {abs(r):g}H{end - r:g}q{r:g} 0 {r:g} {abs(r):g}"


def route(
    upper: Room, lower: Room, rooms: list[Room], taken: list[tuple[float, float, float]]
) -> tuple[float, float, float]:
    """Where an arrow leaves, goes down and arrives [x]: the shortest way that meets neither rooms nor other arrows."""
    between = [room for room in rooms if upper.row < room.row < lower.row]
    middle = (max(upper.left, lower.left) + min(upper.right, lower.right)) / 2

    def ways() -> Iterator[tuple[float, tuple[float, float, float]]]:
        for x in (14.0 + 7 * k for k in range((WIDTH - 28) // 7 + 1)):
            start, end = (min(max(x, room.left + 21), room.right - 21) for room in (upper, lower))
            lines = ((start, upper.bottom, upper.bottom), (x, upper.bottom, lower.top), (end, lower.top, lower.top))
            if any(room.left - 12 < x < room.right + 12 for room in between):
                continue
            if any(abs(x - u) < 13 and y <= w and v <= z for x, y, z in lines for u, v, w in taken):
                continue
            yield abs(x - start) + abs(x - end) + 0.1 * abs(x - middle), (start, x, end)

    return min(ways())[1]


def house(rooms: list[Room]) -> list[str]:
    """The lower half: rooms in their layers, and the imports between them."""
    note = "A room imports only rooms below it; imports that others imply are left out. “+”: packages that it adds."
    parts = [
        text(MARGIN, HOUSE + 12, "The rooms", 19, font_weight="600"),
        text(MARGIN + 122, HOUSE + 12, note, 12, SOFT),
    ]
    parts += edges(rooms)
    for room in rooms:
        _, _, purpose, words = ROOMS[room.name]
        x, y, width = room.left, room.top, room.right - room.left
        parts.append(box(x, y, width, BOX, purpose, 9))
        parts.append(text(x + 13, y + 20, room.name, 14.5, font_weight="600"))
        parts.append(text(x + 13, y + 36, words, 12))
        if room.adds:
            parts.append(text(x + 13, y + 50, f"+ {', '.join(room.adds)}", 10.5, SOFT))
    return parts


def draw(rooms: list[Room]) -> str:
    """The whole picture."""
    unknown = {room.name for room in rooms} - set(ROOMS)
    if unknown:
        raise SystemExit(f"rooms without a place: {', '.join(sorted(unknown))}; add them to ROOMS of diagram.py")
    height = max(room.top for room in rooms) + BOX + MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" '
        'font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif">'
    )
    marker = (
        '<defs><marker id="head" viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="6.5" markerHeight="6.5" '
        f'orient="auto"><path d="M0 0L8 4L0 8z" fill="{LINE}"/></marker></defs>'
    )
    paper = f'<rect width="{WIDTH}" height="{height:g}" rx="14" fill="{PAPER}"/>'
    lines = [head, marker, paper, *flow({room.name for room in rooms}), *house(rooms), "</svg>"]
    return "\n".join(lines) + "\n"
