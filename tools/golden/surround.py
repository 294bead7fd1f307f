"""spec/SURROUND.md in its own words, cell by cell; slow."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def camera_axes(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """Rows: forward, up, right."""
    p, r, y = (math.radians(angle) for angle in (pitch, roll, yaw))
    forward = np.array([math.cos(p), math.sin(p), 0])
    level_up, level_right = np.array([-math.sin(p), math.cos(p), 0]), np.array([0.0, 0, 1])
    up = math.cos(r) * level_up + math.sin(r) * level_right
    right = math.cos(r) * level_right - math.sin(r) * level_up
    turn = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    return np.stack([forward, up, right]) @ turn


def decoded(code: np.ndarray) -> np.ndarray:
    """Linear light of 8-bit sRGB."""
    v = code / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


class Reference:
    """A surround without a network."""

    def __init__(self, fov: float, rows: int, fade: float = 60.0, tremble: float = 2.0) -> None:
        self.rows, self.columns, self.fov, self.fade, self.tremble = rows, 2 * rows, fov, fade, tremble
        self.layers: dict[int, dict[int, list[Any]]] = {}
        self.gains = np.ones(3)

    def place(self, row: float, column: float) -> np.ndarray:
        """Direction at a position in rows and columns; between row edges, sin φ is linear."""
        i = min(int(row), self.rows - 1)
        top, bottom = math.cos(math.pi * i / self.rows), math.cos(math.pi * (i + 1) / self.rows)
        sine, theta = top + (row - i) * (bottom - top), math.pi * (2 * column / self.columns - 1)
        cosine = math.sqrt(1 - sine * sine)
        return np.array([cosine * math.cos(theta), sine, cosine * math.sin(theta)])

    def center(self, cell: int) -> np.ndarray:
        i, j = divmod(cell, self.columns)
        phi, theta = math.pi * (0.5 - (i + 0.5) / self.rows), math.pi * (2 * (j + 0.5) / self.columns - 1)
        return np.array([math.cos(phi) * math.cos(theta), math.sin(phi), math.cos(phi) * math.sin(theta)])

    def angle(self, cell: int) -> float:
        i = cell // self.columns
        heights = math.cos(math.pi * i / self.rows) - math.cos(math.pi * (i + 1) / self.rows)
        return heights * 2 * math.pi / self.columns

    def around(self, cell: int) -> list[int]:
        i, j = divmod(cell, self.columns)
        rows = [min(max(i + step, 0), self.rows - 1) for step in (-1, 0, 1)]
        return [row * self.columns + (j + step) % self.columns for row, step in product(rows, (-1, 0, 1))]

    def look(self, codes: np.ndarray, axes: np.ndarray) -> dict[int, tuple[np.ndarray, np.ndarray, float]]:
        """Radiance, clipped shares and coverage of the cells that are touched."""
        height, width = codes.shape[:2]
        half = math.tan(math.radians(self.fov) / 2)
        n = max(1, min(int(math.pi * width / (8 * self.rows * half)), width, height))
        light, white = decoded(codes), (codes == 255).astype(float)
        found = {}
        for cell in range(self.rows * self.columns):
            if self.center(cell) @ axes[0] < 0:
                continue
            i, j = divmod(cell, self.columns)
            values: list[tuple[np.ndarray, np.ndarray]] = []
            for a, b in product(range(4), range(4)):
                forward, up, right = axes @ self.place(i + (a + 0.5) / 4, j + (b + 0.5) / 4)
                if forward <= 0:
                    continue
                column = width / 2 + right / forward * width / (2 * half)
                row = height / 2 - up / forward * width / (2 * half)
                r, c = math.floor(row / n), math.floor(column / n)
                if 0 <= r < height // n and 0 <= c < width // n:
                    block = slice(r * n, (r + 1) * n), slice(c * n, (c + 1) * n)
                    values.append((light[block].mean(axis=(0, 1)), white[block].mean(axis=(0, 1))))
            if values:
                radiance, clipped = (np.mean(part, axis=0) for part in zip(*values, strict=True))
                found[cell] = radiance, clipped, len(values) / 16
        return found

    def known(self, cell: int, time: float) -> tuple[np.ndarray, np.ndarray, float]:
        """Radiance, clipped share and weight of a cell."""
        entries = []
        for stop, layer in self.layers.items():
            if cell in layer:
                m, k, w, last = layer[cell]
                weight = w * math.exp((last - time) / self.fade)
                if weight >= 1e-3:
                    entries.append((stop, m, k, weight))
        radiance, clipped = np.zeros(3), np.zeros(3)
        if not entries:
            return radiance, clipped, 0.0
        for c in range(3):
            least = min(k[c] for _, _, k, _ in entries)
            chosen = [e for e in entries if e[2][c] <= least + 0.02]
            weights = [w * (4.0**stop if least > 0.02 else 1) for stop, _, _, w in chosen]
            radiance[c] = sum(v * e[1][c] for v, e in zip(weights, chosen, strict=True)) / sum(weights)
            clipped[c] = sum(v * e[2][c] for v, e in zip(weights, chosen, strict=True)) / sum(weights)
        return radiance, clipped, sum(w for *_, w in entries)

    def usable(self, look: dict, known: dict) -> list[int]:
        def good(cell: int) -> bool:
            if cell not in look:
                return False
            (_, s, q), (_, k, w) = look[cell], known[cell]
            return q > 0.5 and s.max() == 0 and w > 0.5 and k.max() < 0.02

        return [cell for cell in look if all(good(other) for other in self.around(cell))]

    def turn(self, look: dict, known: dict) -> np.ndarray:
        """The rotation of the world that aligns a look."""
        cells = [cell for cell in self.usable(look, known) if abs(self.center(cell)[1]) < 0.98]
        if len(cells) < 15:
            return np.eye(3)

        def log(values: dict, cell: int) -> float:
            return math.log(max(float(values[cell][0] @ LUMINANCE), 1e-9))

        step = 2 * math.pi / self.rows
        rows, wanted, weights = [], [], []
        for cell in cells:
            d, around = self.center(cell), self.around(cell)
            level = math.hypot(d[0], d[2])
            north = np.array([-d[1] * d[0] / level, level, -d[1] * d[2] / level])
            east = np.array([-d[2], 0, d[0]]) / level**2
            slope = np.zeros(3)
            for values in (look, known):
                slope += (log(values, around[1]) - log(values, around[7])) / step * north / 2
                slope += (log(values, around[5]) - log(values, around[3])) / step * east / 2
            rows.append([*np.cross(slope, d), 1.0])
            wanted.append(log(known, cell) - log(look, cell))
            weights.append(
                0.8 * self.angle(cell) / max(self.angle(c) for c in range(0, self.rows * self.columns, self.columns))
            )
        design, e, v = np.array(rows), np.array(wanted), np.array(weights)
        solution = np.array([0, 0, 0, np.median(e)])
        prior = np.diag([1 / math.radians(self.tremble)] * 3 + [0])[:3]
        for _ in range(3):
            rest = np.abs(e - design @ solution)
            root = np.sqrt(v * 0.5 / np.maximum(rest, 0.5))
            left = np.concatenate([design * root[:, None], prior])
            solution = np.linalg.lstsq(left, np.concatenate([e * root, np.zeros(3)]), rcond=None)[0]
        x, y, z = solution[:3]
        length = math.sqrt(x * x + y * y + z * z)
        cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
        turn, power = np.eye(3), np.eye(3)
        for order in range(1, 20):  # the exponential series
            power = power @ cross / order
            turn = turn + power
        assert length < 1
        return turn

    def fitted_gains(self, look: dict, known: dict) -> np.ndarray:
        cells = set(self.usable(look, known))
        sums = {
            cell: np.array([*known[cell][0], *look[cell][0], 1.0]) * (self.angle(cell) if cell in cells else 0)
            for cell in look
        }
        for _ in range(3):
            sums = {cell: sum(sums.get(other, np.zeros(7)) for other in self.around(cell)) for cell in look}
        gains = np.zeros(3)
        for c in range(3):
            pairs = sorted(
                (sums[cell][c] / sums[cell][3 + c], self.angle(cell))
                for cell in cells
                if sums[cell][c] > 0 and 0.01 < sums[cell][3 + c] / sums[cell][6] < 0.9
            )
            total = sum(weight for _, weight in pairs)
            if total < 0.02:
                return self.gains
            so_far = 0.0
            for ratio, weight in pairs:
                so_far += weight
                if so_far >= total / 2:
                    gains[c] = ratio
                    break
        return gains

    def add(self, codes: np.ndarray, orientation: tuple[float, float, float], time: float) -> None:
        axes = camera_axes(*orientation)
        look = self.look(codes, axes)
        known = {cell: self.known(cell, time) for cell in look}
        for _ in range(2):
            axes = axes @ self.turn(look, known).T
            look = self.look(codes, axes)
            known = {cell: self.known(cell, time) for cell in look}
        self.gains = self.fitted_gains(look, known)
        stop = max(-12, min(12, round(math.log2(max(self.gains)))))
        layer = self.layers.setdefault(stop, {})
        changed = {}
        for cell, (r, s, q) in look.items():
            r = r * self.gains
            m, k, w, last = layer.get(cell, [r, s, 0.0, time])
            if cell in layer:
                near = [layer[other][0] for other in self.around(cell) if other in layer]
                r = np.minimum(np.maximum(r, np.min(near, axis=0) / 4), 4 * np.max(near, axis=0))
            w *= math.exp((last - time) / self.fade)
            a = q / (w + q)
            changed[cell] = [m + a * (r - m), k + a * (s - k), min(w + q, 15.0), time]
        layer.update(changed)
