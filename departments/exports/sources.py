"""What a column may show. Pure: a row is a mapping of these codes to plain JSON values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "moment", "date", "minutes", "cents", "number"]


@dataclass(frozen=True, slots=True)
class Source:
    """`additive`: a reversal shows it with the other sign. `example` stands in a preview while nothing waits."""

    code: str
    label: str
    kind: Kind
    example: Any
    additive: bool = False


_ALL = (
    Source("badge_number", "Badge number", "text", "4471"),
    Source("given_name", "Given name", "text", "Robin"),
    Source("family_name", "Family name", "text", "Ashdown"),
    Source("officer_name", "Full name", "text", "Robin Ashdown"),
    Source("work_email", "Work e-mail", "text", "robin.ashdown@police.example.org"),
    Source("rank_code", "Rank of the position worked", "text", "constable"),
    Source("rank_name", "Rank of the position, in words", "text", "Constable"),
    Source("department_pay_code", "Pay code, as mapped to yours", "text", "XD10"),
    Source("pay_code", "Pay code of the policy", "text", "paid-duty"),
    Source("work_date", "Date of work", "date", "2026-03-10"),
    Source("worked_starts_at", "Worked from", "moment", "2026-03-10T11:00:00"),
    Source("worked_ends_at", "Worked until", "moment", "2026-03-10T15:30:00"),
    Source("scheduled_starts_at", "Scheduled from", "moment", "2026-03-10T11:00:00"),
    Source("scheduled_ends_at", "Scheduled until", "moment", "2026-03-10T15:00:00"),
    Source("time_zone", "Time zone of these times", "text", "America/Toronto"),
    Source("scheduled_minutes", "Scheduled time", "minutes", 240, additive=True),
    Source("worked_minutes", "Worked time", "minutes", 270, additive=True),
    Source("payable_minutes", "Payable time", "minutes", 270, additive=True),
    Source("pay_rate_cents_per_hour", "Pay rate an hour", "cents", 7_250),
    Source("pay_cents", "Pay", "cents", 32_625, additive=True),
    Source("currency", "Currency", "text", "CAD"),
    Source("job_reference", "Request number", "text", "MU7K2Q"),
    Source("job_title", "Title of the request", "text", "Harbour fair"),
    Source("event_type", "Type of event", "text", "festival"),
    Source("venue_name", "Venue", "text", "Harbour"),
    Source("governing_department", "Department in charge of the work", "text", ""),
    Source("decided_on", "Hours final on", "date", "2026-03-12"),
    Source("decided_by", "Hours approved by", "text", "client"),
    Source("entry", "Original, correction or reversal", "text", "original"),
    Source("batch_number", "Batch number", "number", 12),
    Source("row_number", "Row in the batch", "number", 1),
    Source("sequence", "Row in all batches", "number", 1_207),
    Source("source_id", "Identifier of the hours", "text", "0199f0c4-0000-7000-8000-000000000001"),
    Source("officer_id", "Identifier of the officer", "text", "0199f0c4-0000-7000-8000-000000000002"),
    Source("assignment_id", "Identifier of the assignment", "text", "0199f0c4-0000-7000-8000-000000000003"),
    Source("fixed", "Fixed text", "text", ""),
)
SOURCES: Mapping[str, Source] = {source.code: source for source in _ALL}
FIXED = "fixed"
# Only a payroll line knows an amount.
PAYROLL_ONLY = frozenset({"pay_cents"})
EXAMPLE: Mapping[str, Any] = {source.code: source.example for source in _ALL}

# What makes a sent row wrong when it changes. A new badge or a renamed job does not pay anybody twice.
MATERIAL = (
    "officer_id",
    "rank_code",
    "pay_code",
    "worked_starts_at",
    "worked_ends_at",
    "worked_minutes",
    "payable_minutes",
    "pay_rate_cents_per_hour",
    "pay_cents",
    "currency",
)
