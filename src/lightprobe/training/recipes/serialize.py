"""Recipes as dicts, as files, and changed by `--set field=value`."""

from __future__ import annotations

import ast
import runpy
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

from lightprobe.training.recipes.recipe import RECIPES, Recipe


def find(name: str) -> Recipe:
    """The recipe of this name, or of this Python file.

    Raises: ValueError for an unknown name, or a file that defines no recipe.
    """
    if name in RECIPES:
        return RECIPES[name]()
    path = Path(name)
    if path.suffix != ".py":
        raise ValueError(f"expected a recipe ({', '.join(RECIPES)}) or a .py file with one, got {name!r}; name one")
    if not path.is_file():
        raise ValueError(f"{path}: expected a recipe file, got none there; `lightprobe tune` writes one")
    try:
        made = runpy.run_path(str(path)).get("recipe", lambda: None)()
    except (SyntaxError, ImportError, NameError, AttributeError, TypeError) as error:
        raise ValueError(f"{path}: expected a recipe file, got {type(error).__name__}: {error}; mend it") from None
    if not isinstance(made, Recipe):
        raise ValueError(f"{path}: expected `def recipe() -> Recipe`, got {type(made).__name__}; see docs/training.md")
    return made


def to_dict(recipe: Recipe) -> dict[str, Any]:
    """Plain values only: what JSON and checkpoints hold."""
    return _plain(asdict(recipe))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def from_dict(values: Mapping[str, Any]) -> Recipe:
    """What `to_dict` wrote. Raises: ValueError for unknown fields or values of another kind."""
    return _build(Recipe, values, "")


def _build(kind: type[Any], values: Mapping[str, Any], place: str) -> Any:
    hints = get_type_hints(kind)
    unknown = [name for name in values if name not in hints]
    if unknown:
        raise _unknown(place + unknown[0], kind)
    return kind(
        **{
            name: _build(hints[name], value, f"{place}{name}.")
            if is_dataclass(hints[name])
            else convert(value, hints[name], place + name)
            for name, value in values.items()
        }
    )


def changed(recipe: Recipe, assignments: Iterable[str]) -> Recipe:
    """The recipe with `field=value` of each assignment: 'steps=500', 'optimizer.lr=1e-3', 'settings.width=1.0'.

    Raises: ValueError for an unknown field, or a value of another kind.
    """
    for assignment in assignments:
        name, is_there, text = assignment.partition("=")
        if not is_there:
            raise ValueError(f"expected --set field=value, got {assignment!r}; for example --set optimizer.lr=1e-3")
        recipe = with_value(recipe, name.strip(), text.strip())
    return recipe


def with_value(recipe: Recipe, name: str, value: Any) -> Recipe:
    """The recipe with another value of a field, by its dotted name. Raises: ValueError."""
    return _with(recipe, name.split("."), value, name)


def _with(part: Any, names: list[str], value: Any, full: str) -> Any:
    name, *rest = names
    hints = get_type_hints(type(part))
    if name not in hints:
        raise _unknown(full, type(part))
    held = getattr(part, name)
    if isinstance(held, Mapping) and len(rest) == 1:
        return replace(part, **{name: {**held, rest[0]: literal(value) if isinstance(value, str) else value}})
    if is_dataclass(held) and rest:
        return replace(part, **{name: _with(held, rest, value, full)})
    if rest or is_dataclass(held) or isinstance(held, Mapping):
        raise _unknown(full, type(part if rest and not is_dataclass(held) else held))
    return replace(part, **{name: convert(value, hints[name], full)})


def _unknown(name: str, kind: type[Any]) -> ValueError:
    known = ", ".join(field.name for field in fields(kind)) if is_dataclass(kind) else "settings.NAME"
    return ValueError(f"expected a field of the recipe ({known}), got {name!r}; name one of these")


def literal(text: str) -> Any:
    """A number, a truth value, a tuple or a text, as Python would read it."""
    try:
        return ast.literal_eval({"true": "True", "false": "False"}.get(text, text))
    except (ValueError, SyntaxError):
        return text


def convert(value: Any, hint: Any, name: str) -> Any:
    """The value as a field of this type holds it. Raises: ValueError for a value of another kind."""
    kind = getattr(hint, "__origin__", hint)
    if kind is str:
        return str(value)
    given = literal(value) if isinstance(value, str) else value
    if kind is tuple:
        items = given.split(",") if isinstance(given, str) else given
        items = tuple(item.strip() if isinstance(item, str) else item for item in _items(items))
        wanted = hint.__args__[0]
        if all(isinstance(item, wanted) or (wanted is float and isinstance(item, int)) for item in items):
            return items
    elif kind is bool and isinstance(given, bool):
        return given
    elif kind is int and isinstance(given, (int, float)) and not isinstance(given, bool) and given == int(given):
        return int(given)
    elif kind is float and isinstance(given, (int, float)) and not isinstance(given, bool):
        return float(given)
    elif isinstance(given, Mapping) and isinstance(kind, type) and issubclass(dict, kind):
        return dict(given)
    expected = {bool: "true or false", int: "a whole number", float: "a number", tuple: "values joined by commas"}
    raise ValueError(f"expected {name} to be {expected.get(kind, kind)}, got {value!r}; change it")


def _items(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def differing(one: Recipe, other: Recipe) -> list[str]:
    """Dotted names of the fields in which two recipes differ, but for `workers`, on which results do not depend."""
    first, second = flat(to_dict(one)), flat(to_dict(other))
    return sorted(
        name for name in first.keys() | second.keys() if first.get(name) != second.get(name) and name != "workers"
    )


def flat(values: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    """Nested values by their dotted names."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        found |= flat(value, f"{place}{name}.") if isinstance(value, Mapping) else {place + name: value}
    return found


def as_source(recipe: Recipe, docstring: str) -> str:
    """A recipe file that makes this recipe again."""
    body = _source(recipe, "    ")
    return (
        f'"""A recipe: `lightprobe train THIS_FILE --data hdris --out runs/new`."""\n\n'
        "from lightprobe.training.recipes.recipe import Data, Optimizer, Recipe, Schedule, Weights\n\n\n"
        f'def recipe() -> Recipe:\n    """{docstring}"""\n    return {body}\n'
    )


def _source(value: Any, indent: str) -> str:
    if not is_dataclass(value) or isinstance(value, type):
        return repr(value)
    inner = indent + "    "
    lines = [f"{inner}{part.name}={_source(getattr(value, part.name), inner)},\n" for part in fields(value)]
    return f"{type(value).__name__}(\n{''.join(lines)}{indent})"


def shortened(recipe: Recipe, steps: int) -> Recipe:
    """The recipe with so many steps, and as many validations and checkpoints as before. Raises: ValueError."""
    share = steps / recipe.steps
    return replace(
        recipe,
        steps=steps,
        validate_every=max(1, round(recipe.validate_every * share)),
        checkpoint_every=max(1, round(recipe.checkpoint_every * share)),
    )
