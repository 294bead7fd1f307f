"""Array shapes in annotations: `Float[np.ndarray, "h w 3"]`.

The shapes are jaxtyping's. Importing jaxtyping takes a tenth of a second, so at run time the names here stand
for the bare array type. Type checkers and the test suite (LIGHTPROBE_SHAPES=1, with beartype) use the real types
and check every call.
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
