"""Refusals in Stripe's shape."""

from typing import Any


class StripeError(Exception):
    """An error answer. `keeps_changes`: what was done before it stays done (a declined attempt leaves its charge)."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keeps_changes: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps_changes = keeps_changes
        self.body = {"error": {"type": type, "message": message, "code": code, "param": param, **more}}
        self.body["error"] = {name: value for name, value in self.body["error"].items() if value is not None}


def resource_missing(kind: str, identifier: str, param: str = "id") -> StripeError:
    return StripeError(404, f"No such {kind}: '{identifier}'", code="resource_missing", param=param)


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    return StripeError(400, message, code=code or ("parameter_invalid" if param else None), param=param)


def card_error(message: str, *, code: str, decline_code: str | None = None, **more: Any) -> StripeError:
    """402; the attempt stays on the books."""
    return StripeError(
        402, message, type="card_error", code=code, decline_code=decline_code, keeps_changes=True, **more
    )
