"""How the API says no: the refusal's code, its sentence, its field and its numbers."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from kernel.errors import NotFound, NotPermitted, Refusal

STATUS_BY_REFUSAL: list[tuple[type[Refusal], int]] = [(NotFound, 404), (NotPermitted, 403), (Refusal, 409)]


def translate(exception: Exception, context: dict[str, Any]) -> Response | None:
    if not isinstance(exception, Refusal):
        return exception_handler(exception, context)
    status = next(status for kind, status in STATUS_BY_REFUSAL if isinstance(exception, kind))
    if exception.field is not None and status == 409:
        status = 400
    return Response(
        {
            "code": exception.code,
            "message": exception.message,
            "field": exception.field,
            "numbers": {name: _plain(value) for name, value in exception.numbers.items()},
        },
        status=status,
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float, str, bool, type(None), list, dict)) else str(value)
