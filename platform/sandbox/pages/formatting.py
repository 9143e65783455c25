"""How pages write money and times."""

import datetime


def money(amount: int | None, currency: str | None) -> str:
    """`1234` cents of `usd` as `US$12.34`; a true minus for negative amounts."""
    amount = amount or 0
    sign = "−" if amount < 0 else ""
    symbol = {"usd": "US$", "cad": "CA$"}.get(currency or "", f"{(currency or '').upper()} ")
    return f"{sign}{symbol}{abs(amount) // 100:,}.{abs(amount) % 100:02d}"


def moment(at: int | None) -> str:
    """Seconds since the epoch as `Mon 4 May 2026, 14:05 UTC`."""
    if at is None:
        return ""
    when = datetime.datetime.fromtimestamp(at, datetime.UTC)
    return f"{when:%a} {when.day} {when:%b %Y, %H:%M} UTC"
