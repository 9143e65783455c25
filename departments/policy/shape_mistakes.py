"""What a JSON Schema finds, in words for people who write YAML: no patterns, no brackets of a programming language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema.exceptions import ValidationError

from departments.policy.refusals import Mistake

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping (name: value)",
    "null": "empty",
}


def mistakes_of_shape(error: ValidationError) -> Iterator[Mistake]:
    """An unknown or a missing field is named itself, so that its own line can be shown."""
    path = path_text(error.absolute_path)
    inside = f"{path}." if path else ""
    if error.validator == "additionalProperties" and isinstance(error.validator_value, bool):
        known = sorted(error.schema.get("properties", {}))
        for key in error.instance:
            if key not in known:
                yield Mistake(f"{inside}{key}", f"is not known here; choose from {', '.join(known)}")
    elif error.validator == "required":
        missing = next(key for key in error.validator_value if f"{key!r} is a required" in error.message)
        yield Mistake(f"{inside}{missing}", "is needed")
    elif error.validator in ("anyOf", "oneOf"):
        yield from _of_the_likeliest(error, path)
    else:
        yield Mistake(path, _in_words(error, path.rpartition(".")[2]))


def path_text(parts: Any) -> str:
    """`rate_card.ranks[0].code` for the parts that a schema error names."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else (f".{part}" if path else str(part))
    return path


def _of_the_likeliest(error: ValidationError, path: str) -> Iterator[Mistake]:
    """What is wrong by the one shape that is not “nothing”; with several, what they are."""
    meant = [one for one in error.context or [] if one.schema.get("type") != "null"]
    deeper = [one for one in meant if len(one.absolute_path) > len(error.absolute_path)]
    shapes = {one.schema_path[0] for one in meant}
    if len(shapes) == 1 or deeper:
        yield from mistakes_of_shape((deeper or meant)[0])
    else:
        kinds = [
            _TYPES[one.validator_value]
            for one in meant
            if one.validator == "type" and isinstance(one.validator_value, str)
        ]
        yield Mistake(path, f"must be {' or '.join(dict.fromkeys(kinds))}" if kinds else "is not written as it must be")


def _in_words(error: ValidationError, name: str) -> str:
    shown = f"“{error.instance}”" if isinstance(error.instance, str) else f"{error.instance!r}"
    field = name.partition("[")[0]
    if field == "weekdays" and error.validator in ("type", "minimum", "maximum", "enum"):
        return "must be a list of numbers: 0 is Monday … 6 is Sunday"
    if error.validator == "type":
        return _type_in_words(error, field, shown)
    if error.validator == "enum":
        return f"{shown} is not known here; choose from {', '.join(str(one) for one in error.validator_value)}"
    if error.validator == "format" and error.validator_value == "date":
        return f"there is no day {error.instance}; write one like 2026-01-31"
    if error.validator == "pattern":
        return f"{shown} {_pattern_in_words(error.schema, str(error.validator_value))}"
    if error.validator in ("minimum", "maximum"):
        beyond = "less" if error.validator == "minimum" else "more"
        return f"{shown} is {beyond} than the {error.validator} of {error.validator_value}"
    if error.validator == "minItems":
        return "needs at least one" if error.validator_value == 1 else f"needs at least {error.validator_value}"
    return str(error.message)


def _type_in_words(error: ValidationError, field: str, shown: str) -> str:
    wanted = error.validator_value
    if "_cents" in field and isinstance(error.instance, (str, float)):
        return "must be whole cents, like 7225"
    if wanted == "array":
        items: Mapping[str, Any] = error.schema.get("items", {})
        named = "a list of codes, like [one, two]" if items.get("type", "string") == "string" else "a list"
        return f"must be {named}"
    kinds = [wanted] if isinstance(wanted, str) else list(wanted)
    said = " or ".join(_TYPES[kind] for kind in kinds)
    return f"must be {said}, and {shown} is not"


def _pattern_in_words(schema: Mapping[str, Any], pattern: str) -> str:
    if "T " in pattern:
        return "is not a date and time; write one like 2026-03-20T18:00"
    if pattern.startswith("^([01]") or "[0-5]" in pattern:
        return "is not a time of day; write one like “18:00”"
    if "a-z" in pattern:
        return "may only have letters, digits, _ and - (no spaces; codes are lower case)"
    if "[0-9]{2}-" in pattern or "d{2}-" in pattern:
        return "is not a day; write 2026-05-18, or 12-25 for every year"
    return str(schema.get("description") or "is not written as it must be")
