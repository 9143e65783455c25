"""Checks one request against the SDK's parameter types: closed objects, required fields, documented values."""

import functools
import json
import pathlib
import re
import sys
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import typing_extensions
from stripe._request_options import RequestOptions

from sandbox import encoding
from sandbox.contract.operations import Operation, find_operation

_OPTION_NAMES = frozenset(RequestOptions.__annotations__)
# One dictionary of free keys in a form whose keys happen to be numbers parses as a list.
_FREE_DICTIONARY = (dict, list)


@dataclass(frozen=True)
class Violation:
    """What is wrong: Stripe's error `code`, the bracketed parameter name, and a sentence."""

    code: str
    parameter: str
    message: str

    def __str__(self) -> str:
        return self.message


def check_request(method: str, path: str, body: str | dict[str, Any] | None) -> list[str]:
    """Everything wrong with one request as it was sent; an empty list means that the SDK's types allow it.

    `path` may carry a query. `body` is the raw body (form for v1, JSON for v2) or the parsed parameters.
    """
    bare_path, _, query = path.partition("?")
    operation = find_operation(method.upper(), bare_path)
    if operation is None:
        return [f"{method.upper()} {bare_path}: the installed SDK has no such operation"]
    try:
        parameters = _parameters(operation, query, body)
    except encoding.MalformedBody as error:
        return [str(error)]
    return [violation.message for violation in check_parameters(operation, parameters)]


def _parameters(operation: Operation, query: str, body: str | dict[str, Any] | None) -> dict[str, Any]:
    parameters = encoding.parse_form(query)
    if isinstance(body, dict):
        parameters |= body
    elif body:
        as_json = operation.is_version_two and operation.method != "GET"
        parameters |= encoding.parse_json(body) if as_json else encoding.parse_form(body)
    return parameters


def check_parameters(operation: Operation, parameters: dict[str, Any]) -> list[Violation]:
    """Everything wrong with already parsed parameters of an operation."""
    declared = operation.parameters_type()
    if declared is None:
        return [_unknown(name) for name in parameters]
    as_form = not operation.is_version_two or operation.method == "GET"
    return list(_check_object(declared, parameters, "", as_form))


def _unknown(name: str) -> Violation:
    return Violation("parameter_unknown", name, f"Received unknown parameter: {name}")


@functools.cache
def _fields(declared: type) -> dict[str, tuple[Any, bool]]:
    """Field name -> (type, required) of a TypedDict, without the SDK's own request options."""
    annotations = dict(declared.__annotations__)
    if set(annotations) >= _OPTION_NAMES:
        annotations = {name: hint for name, hint in annotations.items() if name not in _OPTION_NAMES}
    hints = typing_extensions.get_type_hints(
        types.SimpleNamespace(__annotations__=annotations),
        globalns=vars(sys.modules[declared.__module__]),
        include_extras=True,
    )
    fields = {}
    for name, hint in hints.items():
        required = typing_extensions.get_origin(hint) is not typing_extensions.NotRequired
        fields[name] = (hint if required else typing_extensions.get_args(hint)[0], required)
    return fields


def _check_object(declared: type, value: dict[str, Any], prefix: str, as_form: bool) -> Iterator[Violation]:
    fields = _fields(declared)
    for name in value:
        if name not in fields:
            yield _unknown(_join(prefix, name))
    for name, (hint, required) in fields.items():
        parameter = _join(prefix, name)
        if name not in value:
            if required:
                yield Violation("parameter_missing", parameter, f"Missing required param: {parameter}.")
            continue
        yield from _check_value(hint, value[name], parameter, as_form)


def _join(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def _check_value(hint: Any, value: Any, parameter: str, as_form: bool) -> Iterator[Violation]:
    alternatives = _alternatives(hint)
    if value is None and not as_form:
        return
    literals = [item for option in alternatives if _is_literal(option) for item in typing_extensions.get_args(option)]
    documented = [item for item in literals if item != ""]
    if documented and not isinstance(value, (dict, list)):
        # The SDK writes "Literal[...]|str" for a list of values that may grow. The service itself refuses a value that
        # its version does not know, so the listed values are the contract.
        others = [option for option in alternatives if not _is_literal(option) and option is not str]
        if str(value) in map(str, literals) or any(_scalar_fits(option, value, as_form) for option in others):
            return
        yield Violation(
            "parameter_invalid", parameter, f"Invalid {parameter}: must be one of {', '.join(map(str, documented))}"
        )
        return
    problems: list[list[Violation]] = []
    for option in alternatives:
        found = list(_check_alternative(option, value, parameter, as_form))
        if not found:
            return
        problems.append(found)
    structured = [found for found in problems if found[0].code != "parameter_invalid"]
    yield from (structured or problems)[0]


def _check_alternative(option: Any, value: Any, parameter: str, as_form: bool) -> Iterator[Violation]:
    origin = typing_extensions.get_origin(option)
    if _is_literal(option):
        if value not in typing_extensions.get_args(option):
            yield _invalid(parameter, "an allowed value")
    elif typing_extensions.is_typeddict(option):
        if isinstance(value, dict):
            yield from _check_object(option, value, parameter, as_form)
        else:
            yield Violation("parameter_invalid", parameter, f"Invalid object: {parameter}")
    elif origin in (list, typing.Sequence):
        if not isinstance(value, list):
            yield Violation("parameter_invalid", parameter, f"Invalid array: {parameter}")
            return
        (item_hint,) = typing_extensions.get_args(option)
        for index, item in enumerate(value):
            yield from _check_value(item_hint, item, f"{parameter}[{index}]", as_form)
    elif origin is dict or getattr(origin, "__name__", "") == "UntypedStripeObject":
        if not isinstance(value, _FREE_DICTIONARY):
            yield Violation("parameter_invalid", parameter, f"Invalid hash: {parameter}")
            return
        arguments = typing_extensions.get_args(option)
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _check_value(arguments[-1], item, f"{parameter}[{name}]", as_form)
    elif not _scalar_fits(option, value, as_form):
        yield _invalid(parameter, getattr(option, "__name__", str(option)))


def _invalid(parameter: str, wanted: str) -> Violation:
    return Violation("parameter_invalid", parameter, f"Invalid {parameter}: must be {wanted}")


def _scalar_fits(option: Any, value: Any, as_form: bool) -> bool:
    if option is Any:
        return True
    if isinstance(value, (dict, list)):
        return False
    if option is str:
        return isinstance(value, str)
    if option is bool:
        return value in ("true", "false") if as_form and isinstance(value, str) else isinstance(value, bool)
    if option is int:
        # v2 sends 64-bit numbers as strings.
        return not isinstance(value, bool) and re.fullmatch(r"-?\d+", str(value)) is not None
    if option in (float, Decimal):
        return not isinstance(value, bool) and re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None
    return False


def _alternatives(hint: Any) -> list[Any]:
    origin = typing_extensions.get_origin(hint)
    if origin is typing.Union or origin is types.UnionType:
        return [inner for argument in typing_extensions.get_args(hint) for inner in _alternatives(argument)]
    return [hint]


def _is_literal(option: Any) -> bool:
    return typing_extensions.get_origin(option) is typing_extensions.Literal


def check_recorded_file(file: pathlib.Path) -> tuple[int, list[str]]:
    """Checks a recording: (number of Stripe requests that were accepted, every violation with its line number).

    Requests that the stand-in refused with a 4xx are left out: refusing them is what it is for.
    """
    checked, problems = 0, []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        record = json.loads(line)
        if record.get("service") != "stripe" or 400 <= (record.get("status") or 0) < 500:
            continue
        checked += 1
        target = record["path"] + (f"?{record['query']}" if record.get("query") else "")
        for problem in check_request(record["method"], target, record.get("body")):
            problems.append(f"line {number}: {record['method']} {record['path']}: {problem}")
    return checked, problems
