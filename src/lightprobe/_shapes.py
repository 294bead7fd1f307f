"""Array shapes in annotations: `Float[np.ndarray, "h w 3"]`.

The shapes are jaxtyping's. jaxtyping costs a tenth of a second to import, so at run time the names here
stand for the bare array type; type checkers and the test suite (LIGHTPROBE_SHAPES=1, with beartype) get the
real ones and hold every call to them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or os.environ.get("LIGHTPROBE_SHAPES"):
    from jaxtyping import Bool, Float, Int, Num, UInt8
else:

    class _Array:
        def __class_getitem__(cls, item: tuple[Any, str]) -> Any:
            return item[0]

    Bool = Float = Int = Num = UInt8 = _Array

__all__ = ["Bool", "Float", "Int", "Num", "UInt8"]
