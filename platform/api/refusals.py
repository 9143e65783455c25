"""How the API says no: always the refusal's code, its sentence, its field and its numbers."""

from collections.abc import Mapping
from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from billing.refusals import PaymentServiceUnavailable
from kernel.errors import InvalidInput, NotFound, NotPermitted, Refusal

STATUS_BY_REFUSAL: list[tuple[type[Refusal], int]] = [
    (NotFound, 404),
    (NotPermitted, 403),
    (InvalidInput, 400),
    (PaymentServiceUnavailable, 503),
    (Refusal, 409),
]


def translate(exception: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(exception, Refusal):
        return Response(_writable(_body_of(exception)), status=_status_of(exception))
    # Sets WWW-Authenticate and Retry-After, and knows Django's own Http404 and PermissionDenied.
    response = exception_handler(exception, context)
    if response is None:
        return None
    if isinstance(exception, exceptions.ValidationError):
        response.data = _writable(_invalid(exception.detail))
    else:
        detail = response.data.get("detail", "")
        response.data = body(code=getattr(detail, "code", "refused"), message=str(detail))
    return response


def body(*, code: str, message: str, field: str | None = None, **more: Any) -> dict[str, Any]:
    return {"code": code, "message": message, "field": field, "numbers": {}, **more}


def _status_of(refusal: Refusal) -> int:
    status = next(status for kind, status in STATUS_BY_REFUSAL if isinstance(refusal, kind))
    return 400 if refusal.field is not None and status == 409 else status


def _body_of(refusal: Refusal) -> dict[str, Any]:
    return {
        "code": refusal.code,
        "message": refusal.message,
        "field": refusal.field,
        "numbers": {name: _plain(value) for name, value in refusal.numbers.items()},
    }


def _invalid(detail: Any) -> dict[str, Any]:
    errors = dict(_flat(detail, ""))
    field, messages = next(iter(errors.items()), ("", ["This request could not be read."]))
    return body(code="invalid", message=messages[0], field=field or None, errors=errors)


def _flat(detail: Any, path: str) -> list[tuple[str, list[str]]]:
    """Nested errors by path, as refusals name fields: `terms.shifts.0.starts_at`."""
    if isinstance(detail, Mapping):
        pairs = [(str(name), part) for name, part in detail.items()]
    elif any(isinstance(part, (Mapping, list)) for part in detail):
        pairs = [(str(index), part) for index, part in enumerate(detail)]
    else:
        return [(path, [str(message) for message in detail])] if detail else []
    found: list[tuple[str, list[str]]] = []
    for name, part in pairs:
        inner = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
        found += _flat(part, inner)
    return found


def _writable(value: Any) -> Any:
    """A refusal may repeat what was sent, and JSON can carry half of a surrogate pair, which no answer can be written
    with."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_writable(name): _writable(part) for name, part in value.items()}
    return [_writable(part) for part in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float, str, bool, type(None), list, dict)) else str(value)
