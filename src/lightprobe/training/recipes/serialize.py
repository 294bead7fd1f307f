"""Recipes as dicts, as Python files, and changed by `--set field=value`."""

from __future__ import annotations

import ast
import runpy
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

from lightprobe.training.recipes.builtin import RECIPES
from lightprobe.training.recipes.recipe import Recipe


def find_recipe(name: str) -> Recipe:
    """The recipe with this name, or in this Python file.

    Raises: ValueError for an unknown name, or a file that defines no recipe.
    """
    if name in RECIPES:
        return RECIPES[name]()
    path = Path(name)
    if path.suffix != ".py":
        raise ValueError(f"expected a recipe ({', '.join(RECIPES)}) or a .py file with one, got {name!r}; name one")
    if not path.is_file():
        raise ValueError(f"{path}: no such recipe file; check the path (`lightprobe tune` writes one)")
    try:
        made = runpy.run_path(str(path)).get("recipe", lambda: None)()
    except (SyntaxError, ImportError, NameError, AttributeError, TypeError) as error:
        raise ValueError(f"{path}: the recipe failed with {type(error).__name__}: {error}; correct the file") from None
    if not isinstance(made, Recipe):
        raise ValueError(f"{path}: expected `def recipe() -> Recipe`, got {type(made).__name__}; see docs/training.md")
    return made


def to_dict(recipe: Recipe) -> dict[str, Any]:
    """The recipe as numbers, texts, lists and dicts, for JSON and checkpoints."""
    return _plain(asdict(recipe))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def from_dict(values: Mapping[str, Any]) -> Recipe:
    """The recipe that `to_dict` was given. Raises: ValueError for an unknown field or a value of the wrong type."""
    return _build(Recipe, values, "")


def _build(kind: type[Any], values: Any, prefix: str) -> Any:
    if not isinstance(values, Mapping):
        raise ValueError(
            f"expected fields for {prefix.rstrip('.') or 'the recipe'}, got {str(values)[:60]!r}; name them"
        )
    hints = get_type_hints(kind)
    unknown = [name for name in values if name not in hints]
    if unknown:
        raise _unknown(prefix + unknown[0], kind)
    return kind(
        **{
            name: _build(hints[name], value, f"{prefix}{name}.")
            if is_dataclass(hints[name])
            else field_value(value, hints[name], prefix + name)
            for name, value in values.items()
        }
    )


def with_changes(recipe: Recipe, assignments: Iterable[str]) -> Recipe:
    """The recipe with each `field=value` set: 'steps=500', 'optimizer.lr=1e-3', 'settings.width=1.0'.

    Raises: ValueError for an unknown field, or a value of the wrong type.
    """
    for assignment in assignments:
        name, is_there, text = assignment.partition("=")
        if not is_there:
            raise ValueError(f"expected --set field=value, got {assignment[:80]!r}; for example --set steps=500")
        recipe = with_value(recipe, name.strip(), text.strip())
    return recipe


def with_value(recipe: Recipe, name: str, value: Any) -> Recipe:
    """The recipe with another value in one field, named with dots. Raises: as `with_changes`."""
    return _with(recipe, name.split("."), value, name)


def _with(part: Any, names: list[str], value: Any, full: str) -> Any:
    name, *rest = names
    hints = get_type_hints(type(part))
    if name not in hints:
        raise _unknown(full, type(part))
    held = getattr(part, name)
    if isinstance(held, Mapping) and len(rest) == 1:
        return replace(part, **{name: {**held, rest[0]: _literal(value) if isinstance(value, str) else value}})
    if is_dataclass(held) and rest:
        return replace(part, **{name: _with(held, rest, value, full)})
    if rest or is_dataclass(held) or isinstance(held, Mapping):
        raise _unknown(full, type(part if rest and not is_dataclass(held) else held))
    return replace(part, **{name: field_value(value, hints[name], full)})


def _unknown(name: str, kind: type[Any]) -> ValueError:
    known = "settings.NAME"
    if is_dataclass(kind):
        prefix = next((f"{part}." for part, hint in get_type_hints(Recipe).items() if hint is kind), "")
        known = ", ".join(prefix + field.name for field in fields(kind))
    return ValueError(f"expected a field of the recipe ({known}), got {name[:80]!r}; use one of these")


def _literal(text: str) -> Any:
    """The number, bool, tuple or text that the text is in Python."""
    try:
        return ast.literal_eval({"true": "True", "false": "False"}.get(text, text))
    except (ValueError, SyntaxError):
        return text


def field_value(value: Any, hint: Any, name: str) -> Any:
    """A value, or its text, as a field of type `hint` holds it. Raises: ValueError for a value of the wrong type."""
    kind = getattr(hint, "__origin__", hint)
    if kind is str:
        return str(value)
    given = _literal(value) if isinstance(value, str) else value
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
    raise ValueError(f"expected {name} to be {expected.get(kind, kind)}, got {repr(value)[:80]}; correct the value")


def _items(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def differing_fields(one: Recipe, other: Recipe) -> list[str]:
    """Dotted names of the fields in which two recipes differ, except `workers`, which does not change results."""
    first, second = flattened(to_dict(one)), flattened(to_dict(other))
    return sorted(
        name for name in first.keys() | second.keys() if first.get(name) != second.get(name) and name != "workers"
    )


def flattened(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested values by their dotted names."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        found |= flattened(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {prefix + name: value}
    return found


def to_source(recipe: Recipe, docstring: str) -> str:
    """A Python file that defines this recipe."""
    body = _source(recipe, "    ")
    return (
        f'"""A recipe: `lightprobe train THIS_FILE --data hdris --out runs/new`."""\n\n'
        "from lightprobe.training.recipes import Data, LossWeights, Optimizer, Recipe, Schedule\n\n\n"
        f'def recipe() -> Recipe:\n    """{docstring}"""\n    return {body}\n'
    )


def _source(value: Any, indent: str) -> str:
    if not is_dataclass(value) or isinstance(value, type):
        return repr(value)
    inner = indent + "    "
    lines = [f"{inner}{part.name}={_source(getattr(value, part.name), inner)},\n" for part in fields(value)]
    return f"{type(value).__name__}(\n{''.join(lines)}{indent})"


def shortened(recipe: Recipe, steps: int) -> Recipe:
    """The recipe with so many steps; validations and checkpoints as many as before. Raises: ValueError for 0 steps."""
    share = steps / recipe.steps
    return replace(
        recipe,
        steps=steps,
        validate_every=max(1, round(recipe.validate_every * share)),
        checkpoint_every=max(1, round(recipe.checkpoint_every * share)),
    )
