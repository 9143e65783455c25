"""Fields that refuse early what the database could not store or a reader would misread."""

import json
from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentField(serializers.DateTimeField):
    """ISO 8601 with its offset from UTC. A time without one would silently be taken as UTC."""

    default_error_messages = {"naive": "Give the time with its offset from UTC, such as 2026-07-04T18:00:00-04:00."}

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("naive")
        return super().enforce_timezone(value)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ObjectField(serializers.JSONField):
    """A JSON object that PostgreSQL can store: no NUL, no half of a surrogate pair, no NaN."""

    default_error_messages = {
        "not_an_object": "This must be an object.",
        "unstorable": "This holds a character or number that cannot be stored.",
    }

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if not isinstance(value, dict):
            self.fail("not_an_object")
        try:
            text = json.dumps(value, allow_nan=False, ensure_ascii=False)
            text.encode()
        except (TypeError, ValueError):
            self.fail("unstorable")
        if "\\u0000" in text:
            self.fail("unstorable")
        return value


class TextField(serializers.CharField):
    """Kept verbatim but for the ends; optional unless told otherwise."""

    def __init__(self, **options: Any) -> None:
        if options.get("required", True) is False and options.get("default", empty) is empty:
            options.pop("required")
            options["default"] = ""
        options.setdefault("allow_blank", True)
        options.setdefault("max_length", 4000)
        super().__init__(**options)
