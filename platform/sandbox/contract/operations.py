"""Finds every operation that the installed Stripe SDK can call, with the typed parameters it declares."""

import ast
import functools
import importlib
import pathlib
import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass

import stripe

_PACKAGE_ROOT = pathlib.Path(stripe.__file__).parent


@dataclass(frozen=True)
class Operation:
    """One call of the API: `method` in capitals, `template` such as `/v1/transfers/{id}/reversals`."""

    method: str
    template: str
    parameters_module: str | None
    parameters_class: str | None

    @property
    def is_version_two(self) -> bool:
        return self.template.startswith("/v2/")

    def parameters_type(self) -> type | None:
        """The TypedDict of the parameters, or None where the operation takes none."""
        if self.parameters_module is None or self.parameters_class is None:
            return None
        return typing.cast(type, getattr(importlib.import_module(self.parameters_module), self.parameters_class))


@functools.cache
def operations() -> dict[tuple[str, str], Operation]:
    """Every operation by (method, template with `{}` for each identifier)."""
    found: dict[tuple[str, str], Operation] = {}
    for file in sorted(_PACKAGE_ROOT.rglob("_*_service.py")):
        for operation in _operations_of(file):
            found[operation.method, re.sub(r"\{[^}]*\}", "{}", operation.template)] = operation
    return found


@functools.cache
def _patterns() -> list[tuple[str, re.Pattern[str], Operation]]:
    compiled = []
    for (method, template), operation in operations().items():
        pattern = "[^/]+".join(re.escape(part) for part in template.split("{}"))
        compiled.append((method, re.compile(f"^{pattern}$"), operation))
    # A literal segment wins over an identifier: /v1/invoices/create_preview before /v1/invoices/{id}.
    compiled.sort(key=lambda entry: entry[2].template.count("{"))
    return compiled


@functools.lru_cache(maxsize=4096)
def find_operation(method: str, path: str) -> Operation | None:
    """The operation of a path without its query, or None if the SDK knows no such call."""
    for candidate_method, pattern, operation in _patterns():
        if candidate_method == method.upper() and pattern.match(path):
            return operation
    return None


def _operations_of(file: pathlib.Path) -> Iterator[Operation]:
    source = file.read_text(encoding="utf-8")
    if "self._request(" not in source:
        return
    tree = ast.parse(source)
    imported_from = {
        alias.asname or alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    for service in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for function in (node for node in service.body if isinstance(node, ast.FunctionDef)):
            call = _request_call(function)
            if call is None:
                continue
            name = _parameters_name(function)
            yield Operation(
                method=str(ast.literal_eval(call.args[0])).upper(),
                template=_template(call.args[1]),
                parameters_module=imported_from.get(name) if name else None,
                parameters_class=name,
            )


def _request_call(function: ast.FunctionDef) -> ast.Call | None:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "_request"
            and len(node.args) >= 2
        ):
            return node
    return None


def _template(node: ast.expr) -> str:
    if isinstance(node, ast.Call):  # "/v1/charges/{charge}".format(charge=...)
        node = typing.cast(ast.Attribute, node.func).value
    return str(ast.literal_eval(node))


def _parameters_name(function: ast.FunctionDef) -> str | None:
    for argument in function.args.args:
        if argument.arg == "params" and argument.annotation is not None:
            found = re.search(r"(\w+Params)\b", ast.unparse(argument.annotation))
            return found.group(1) if found else None
    return None
