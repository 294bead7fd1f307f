"""The first stage of the estimator's graph, written for onnxruntime: any picture → cells and facts.

It computes what lightprobe.models.cells does, in few passes over the pixels. Pictures whose cells are whole numbers of
pixels, in sRGB, go the fast way: a cubic of the display value, then sums over the rows and columns of each cell; the
usual size does so with constants. All others look their tone curve up and are averaged by two matrices made for
their size.

Curves that look at each channel by itself are exact. Filmic, AgX and ACES mix channels: the stage knows their gray
axis only. Whoever wants them exactly forms the cells outside, and hands them in as `cells`, with an empty picture.

Convention: inputs `image` uint8 [n, h, w, 3], `response` int64 [1] and `cells` float32 [m, 6, 32, 64], which replace
the picture where m > 0 (onnxruntime-web knows no inputs that may be left out); outputs `picture_cells` and `facts`, as
Ambient.prepare returns them.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

from lightprobe.imaging import curves
from lightprobe.imaging.cells import CELLS
from lightprobe.models import RESPONSES
from lightprobe.models.cells import cubic, cubic_table, remainder_factors

ROWS, COLUMNS = CELLS
USUAL = (128, 256)
"""Rows and columns of the pictures that networks were trained on, and that the browser sends."""
EXACT = ("auto", "srgb", "reinhard")
"""Responses whose cells are those of lightprobe.models.cells."""


def cells_stage(opset: int) -> onnx.ModelProto:
    """The stage as a graph of its own."""
    body = f"""
    <ir_version: 10, opset_import: ["": {opset}]>
    stage (uint8[n, h, w, 3] image, int64[1] response, float[m, 6, {ROWS}, {COLUMNS}] cells)
        => (float[k, 6, {ROWS}, {COLUMNS}] picture_cells, float[k, 2] facts)
    {{
        size = Shape(image)
        n, h, w, channels = Split<num_outputs = 4>(size)
        row_rest = Mod(h, rows)
        column_rest = Mod(w, columns)
        rest = Add(row_rest, column_rest)
        whole = Equal(rest, zero)
        plain_curve = LessOrEqual(response, one)
        fast = And(whole, plain_curve)
        is_high = Equal(h, usual_height)
        is_wide = Equal(w, usual_width)
        is_usual = And(is_high, is_wide)
        usual = And(is_usual, plain_curve)
        given = Shape<start = 0, end = 1>(cells)
        is_given = Greater(given, zero)
        picture_cells = If (is_given) <
            then_branch = as_given () => (float[m, 6, {ROWS}, {COLUMNS}] same) {{ same = Identity(cells) }},
            else_branch = look () => (float[n, 6, {ROWS}, {COLUMNS}] looked) {{
                mean_near, share = If (usual) <
                    then_branch = usual_cells () => (mean_c, share_c) {{ {_USUAL} }},
                    else_branch = others () => (mean_d, share_d) {{
                        mean_d, share_d = If (fast) <
                            then_branch = whole_cells () => (mean_a, share_a) {{ {_WHOLE} }},
                            else_branch = any_cells () => (mean_b, share_b) {{ {_ANY} }}
                        >
                    }}
                >
                {_remainder()}
                all = Concat<axis = 2>(mean, share)
                planes = Transpose<perm = [0, 2, 1]>(all)
                shape = Concat<axis = 0>(n, plane_shape)
                looked = Reshape(planes, shape)
            }}
        >
        count = Add(n, given)
        own_facts = Gather<axis = 0>(fact_table, response)
        fact_shape = Concat<axis = 0>(count, two)
        facts = Expand(own_facts, fact_shape)
    }}
    """
    model = onnx.parser.parse_model(body)
    for name, value in _constants().items():
        model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
    return model


_EDGES = """
    after = Add(h, one)
    h_scalar = Squeeze(h, zero)
    after_scalar = Squeeze(after, zero)
    index = Range(zero_scalar, after_scalar, one_scalar)
    index_float = Cast<to = 1>(index)
    h_float = Cast<to = 1>(h)
    half_turns = Mul(index_float, half_pi)
    half_angle = Div(half_turns, h_float)
    sine = Sin(half_angle)
    edges = Mul(sine, sine)
    upper_edge = Slice(edges, zero, h)
    lower_edge = Slice(edges, one, after)
"""
"""Edges of the picture's rows, as (1 − sin of latitude)/2: 0 at the top, 1 at the bottom."""

_PASSES = """
    code = Cast<to = 1>(image)
    shifted = Add(code, second)
    squared = Mul(shifted, code)
    raised = Add(squared, first)
    near = Mul(raised, code)
    is_white = Equal(image, top)
    white = Cast<to = 1>(is_white)
"""
"""What is done to every pixel of an sRGB picture: a cubic up to a factor, and whether it is white."""


def _whole_means(plane: str, out: str, *, rows: str, blocks: str, cells: str, columns: str) -> str:
    """Means of a plane over cells of whole pixels: weighted sums of the rows of each, then of its columns."""
    return f"""
    {plane}_blocks = Reshape({plane}, {blocks})
    {plane}_rows = MatMul({rows}, {plane}_blocks)
    {plane}_cells = Reshape({plane}_rows, {cells})
    {out} = MatMul({plane}_cells, {columns})
"""


def _any_means(plane: str, out: str) -> str:
    """Means of a plane over cells of any size: by `down` and `across`, how much of each pixel is in each cell."""
    return f"""
    {plane}_flat = Reshape({plane}, flat_shape)
    {plane}_rows = MatMul(down, {plane}_flat)
    {plane}_back = Reshape({plane}_rows, back_shape)
    {plane}_cells = MatMul(across, {plane}_back)
    {out} = Reshape({plane}_cells, cell_shape)
"""


_USUAL_SHAPE = {"rows": "usual_rows", "blocks": "usual_blocks", "cells": "usual_cells"}
_USUAL = f"""
    {_PASSES}
    {_whole_means("near", "mean_c", columns="usual_columns_near", **_USUAL_SHAPE)}
    {_whole_means("white", "share_c", columns="usual_columns", **_USUAL_SHAPE)}
"""
"""Pictures of USUAL pixels, whose weights are constants: half of the time would go into making them."""

_WHOLE_SHAPE = {"rows": "row_weight", "blocks": "block_shape", "cells": "cell_shape"}
_WHOLE = f"""
    {_PASSES}
    {_EDGES}
    height = Sub(lower_edge, upper_edge)
    tall = Div(h, rows)
    height_shape = Concat<axis = 0>(rows, one, tall)
    heights = Reshape(height, height_shape)
    row_weight = Div(heights, cell_heights)
    values = Mul(w, three)
    block_shape = Concat<axis = 0>(n, rows, tall, values)
    wide = Div(w, columns)
    cell_values = Mul(wide, three)
    cell_shape = Concat<axis = 0>(n, cell_count, cell_values)
    repeats = Concat<axis = 0>(wide, one)
    adding = Tile(identity, repeats)
    wide_float = Cast<to = 1>(wide)
    averaging = Div(adding, wide_float)
    {_whole_means("near", "near_mean", columns="averaging", **_WHOLE_SHAPE)}
    mean_a = Mul(near_mean, third)
    {_whole_means("white", "share_a", columns="averaging", **_WHOLE_SHAPE)}
"""

_ANY = f"""
    table_row = Gather<axis = 0>(tables, response)
    table = Reshape(table_row, all_of_it)
    index_code = Cast<to = 6>(image)
    radiance = Gather<axis = 0>(table, index_code)
    is_white = Equal(image, top)
    white = Cast<to = 1>(is_white)
    {_EDGES}
    lower_both = Min(cell_lower, lower_edge)
    upper_both = Max(cell_upper, upper_edge)
    overlap = Sub(lower_both, upper_both)
    shared = Relu(overlap)
    down = Div(shared, cell_height)
    w_after = Add(w, one)
    w_after_scalar = Squeeze(w_after, zero)
    column = Range(zero_scalar, w_after_scalar, one_scalar)
    column_float = Cast<to = 1>(column)
    w_float = Cast<to = 1>(w)
    scaled = Mul(column_float, columns_float)
    column_edges = Div(scaled, w_float)
    left_edge = Slice(column_edges, zero, w)
    right_edge = Slice(column_edges, one, w_after)
    right_both = Min(cell_right, right_edge)
    left_both = Max(cell_left, left_edge)
    column_overlap = Sub(right_both, left_both)
    across = Relu(column_overlap)
    values = Mul(w, three)
    flat_shape = Concat<axis = 0>(n, h, values)
    back_shape = Concat<axis = 0>(n, rows, w, three)
    cell_shape = Concat<axis = 0>(n, cell_count, three)
    {_any_means("radiance", "mean_b")}
    {_any_means("white", "share_b")}
"""


def _remainder() -> str:
    """Horner's rule, in the square root of the mean; nothing remains of curves that were looked up."""
    steps = ["used = LessOrEqual(response, one)", "use = Cast<to = 1>(used)", "root = Sqrt(mean_near)"]
    highest = len(remainder_factors()) - 1
    value, last = f"factor{highest}", f"factor{highest}"
    for k in range(highest - 1, -1, -1):
        steps += [f"power{k} = Mul({value}, root)", f"sum{k} = Add(power{k}, factor{k})"]
        value = last = f"sum{k}"
    steps += [f"rest_of = Mul({last}, root)", "used_rest = Mul(rest_of, use)", "mean = Add(mean_near, used_rest)"]
    return "\n".join(steps)


def _constants() -> dict[str, np.ndarray]:
    first, second, third = cubic()
    row_edges = np.sin(np.pi * np.arange(ROWS + 1) / (2 * ROWS)) ** 2
    single = np.float32
    numbers = {"zero": [0], "one": [1], "two": [2], "three": [3], "rows": [ROWS], "columns": [COLUMNS]}
    constants: dict[str, np.ndarray] = {name: np.array(value, np.int64) for name, value in numbers.items()}
    constants |= {
        "zero_scalar": np.array(0, np.int64),
        "one_scalar": np.array(1, np.int64),
        "all_of_it": np.array([-1], np.int64),
        "cell_count": np.array([ROWS * COLUMNS], np.int64),
        "plane_shape": np.array([6, ROWS, COLUMNS], np.int64),
        "top": np.array(255, np.uint8),
        # third · u (u (u + second/third) + first/third), for u = code/255: few passes, one factor at the end
        "second": np.array(255 * second / third, single),
        "first": np.array(255**2 * first / third, single),
        "third": np.array(third / 255**3, single),
        "half_pi": np.array(np.pi / 2, single),
        "columns_float": np.array(COLUMNS, single),
        "identity": np.eye(3, dtype=single),
        "cell_heights": np.diff(row_edges).astype(single)[:, None, None],
        "cell_height": np.diff(row_edges).astype(single)[:, None],
        "cell_upper": row_edges[:-1, None].astype(single),
        "cell_lower": row_edges[1:, None].astype(single),
        "cell_left": np.arange(COLUMNS, dtype=single)[:, None],
        "cell_right": np.arange(1, COLUMNS + 1, dtype=single)[:, None],
        "tables": np.stack([_table(name) for name in RESPONSES]).astype(single),
        "fact_table": np.array([_facts(name) for name in RESPONSES], single),
    }
    height, width = USUAL
    edges = np.sin(np.pi * np.arange(height + 1) / (2 * height)) ** 2
    tall, wide = height // ROWS, width // COLUMNS
    columns = np.tile(np.eye(3), (wide, 1)) / wide
    constants |= {
        "usual_height": np.array([height], np.int64),
        "usual_width": np.array([width], np.int64),
        "usual_blocks": np.array([-1, ROWS, tall, 3 * width], np.int64),
        "usual_cells": np.array([-1, ROWS * COLUMNS, 3 * wide], np.int64),
        "usual_rows": (np.diff(edges).reshape(ROWS, 1, tall) / np.diff(row_edges)[:, None, None]).astype(single),
        "usual_columns": columns.astype(single),
        "usual_columns_near": (columns * (third / 255**3)).astype(single),
    }
    constants |= {f"factor{k}": np.array(factor, single) for k, factor in enumerate(remainder_factors())}
    return constants


def _table(response: str) -> np.ndarray:
    """Radiance of the 256 codes on the gray axis, as a share of white."""
    if response in ("auto", "srgb"):
        return cubic_table()
    gray = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    return curves.decode(gray, response).mean(axis=1) / curves.white(response)


def _facts(response: str) -> tuple[float, float]:
    return (0.0, 0.0) if response == "auto" else (1.0, float(np.log(curves.white(response))))
