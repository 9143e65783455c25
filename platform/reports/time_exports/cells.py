"""One row of values as the cells of a file. Stored minutes are never rounded: only what is shown of them. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from departments.exports.layouts import Column, Layout
from departments.exports.sources import FIXED, SOURCES

_CENT = Decimal("0.01")


def cell_texts(layout: Layout, values: Mapping[str, Any]) -> list[str]:
    """Every cell as text, as a CSV file shows it, before it is made safe for spreadsheets."""
    return [cell_text(layout, column, values) for column in layout.columns]


def cell_text(layout: Layout, column: Column, values: Mapping[str, Any]) -> str:
    value = cell_value(layout, column, values)
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", layout.decimal_mark)
    if isinstance(value, datetime):
        if column.shown_as == "time":
            return value.strftime(layout.time_format)
        return value.strftime(f"{layout.date_format} {layout.time_format}")
    if isinstance(value, date):
        return value.strftime(layout.date_format)
    return str(value)


def cell_value(
    layout: Layout, column: Column, values: Mapping[str, Any]
) -> str | int | Decimal | date | datetime | None:
    """The value itself: text, whole number, decimal, local date, or local moment without a zone."""
    if column.source == FIXED:
        return column.text
    if column.source == "department_pay_code":
        rank_code, pay_code = str(values.get("rank_code") or ""), str(values.get("pay_code") or "")
        code = layout.department_code(rank_code=rank_code, pay_code=pay_code)
        return pay_code if code is None else code
    value = values.get(column.source)
    if value is None:
        return None
    kind = SOURCES[column.source].kind
    if kind == "minutes":
        return _hours(rounded_minutes(int(value), layout.rounding_minutes), column.shown_as)
    if kind == "cents":
        return int(value) if column.shown_as == "cents" else Decimal(int(value)) / 100
    if kind == "moment":
        moment = datetime.fromisoformat(str(value))
        return moment.date() if column.shown_as == "date" else moment
    if kind == "date":
        return date.fromisoformat(str(value))
    return int(value) if kind == "number" else str(value)


def rounded_minutes(minutes: int, step: int) -> int:
    """To the nearest step, halves away from zero, so that a reversal shows exactly what it takes back."""
    sign = -1 if minutes < 0 else 1
    return sign * ((abs(minutes) * 2 + step) // (2 * step)) * step


def _hours(minutes: int, shown_as: str) -> int | str | Decimal:
    if shown_as == "minutes":
        return minutes
    if shown_as == "clock":
        sign = "-" if minutes < 0 else ""
        return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"
    return (Decimal(minutes) / 60).quantize(_CENT, rounding=ROUND_HALF_UP)
