"""The officer, the shift and the commitments of a case, as people write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

from departments.policy.case_reading import Reader
from departments.policy.documents import Bucket
from departments.policy.facts import Commitment, Credential, OfficerFacts, ShiftFacts, StatusPeriod, Waiver

_BUCKETS: tuple[str, ...] = get_args(Bucket)
_SPAN = ("from", "until", "hours", "minutes")
_OFFICER = (
    "id",
    "rank",
    "status",
    "may_work_from_date",
    "may_work_until_date",
    "seniority_date",
    "credentials",
    "status_periods",
    "superiors",
    "subordinates",
)
_SHIFT = (
    *_SPAN,
    "id",
    "rank",
    "event_type",
    "credentials",
    "duties",
    "paid_minutes",
    "requested",
    "scheduler",
    "supervisors",
    "venue",
    "client",
    "job",
)
PLACE = ("id", "latitude", "longitude", "place", "postal_code")
_MOST_DAYS = 400


def read_officer(reader: Reader, value: Any, path: str, rank_code: str) -> OfficerFacts:
    """Without a rank of its own the officer has the position's."""
    facts = reader.facts(value, path, "officer", beside=_OFFICER)
    data: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    return OfficerFacts(
        officer_id=reader.text(data, "id", path, "officer"),
        rank_code=reader.text(data, "rank", path, rank_code),
        status=reader.text(data, "status", path, "active"),
        may_work_from_date=reader.day(data, "may_work_from_date", path),
        may_work_until_date=reader.day(data, "may_work_until_date", path),
        seniority_date=reader.day(data, "seniority_date", path),
        credentials=_credentials(reader, data.get("credentials"), f"{path}.credentials"),
        status_periods=_periods(reader, data.get("status_periods"), f"{path}.status_periods"),
        superior_ids=reader.texts(data, "superiors", path),
        subordinate_ids=reader.texts(data, "subordinates", path),
        facts=facts,
    )


def read_shift(reader: Reader, value: Any, path: str, index: int) -> ShiftFacts | None:
    """None, with a mistake noted, when it has no usable times."""
    facts = reader.facts(value, path, "shift", beside=_SHIFT)
    data: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    venue: Any = data.get("venue") or {}
    client: Any = data.get("client") or {}
    facts |= reader.facts(venue, f"{path}.venue", "venue", beside=PLACE)
    facts |= reader.facts(client, f"{path}.client", "client", beside=("id",))
    facts |= reader.facts(data.get("job") or {}, f"{path}.job", "job")
    span = reader.span(data, path)
    if span is None or not isinstance(venue, Mapping) or not isinstance(client, Mapping):
        return None
    requested = data.get("requested")
    return ShiftFacts(
        shift_id=reader.text(data, "id", path, f"shift-{index + 1}"),
        starts_at=span[0],
        ends_at=span[1],
        rank_code=reader.text(data, "rank", path),
        event_type=reader.text(data, "event_type", path),
        required_credentials=reader.texts(data, "credentials", path),
        duties=reader.texts(data, "duties", path),
        latitude=reader.number(venue, "latitude", f"{path}.venue"),
        longitude=reader.number(venue, "longitude", f"{path}.venue"),
        postal_code=reader.text(venue, "postal_code", f"{path}.venue"),
        place_name=reader.text(venue, "place", f"{path}.venue"),
        paid_minutes=reader.whole(data, "paid_minutes", path),
        client_id=reader.text(client, "id", f"{path}.client") or str(client.get("name") or ""),
        venue_id=reader.text(venue, "id", f"{path}.venue") or str(venue.get("name") or ""),
        requested_at=reader.instant(requested, f"{path}.requested") if requested is not None else None,
        scheduler_id=reader.text(data, "scheduler", path),
        supervisor_ids=reader.texts(data, "supervisors", path),
        facts=facts,
    )


def read_commitments(
    reader: Reader, items: Sequence[Any], path: str, schedules: Mapping[str, Any], defaults: int
) -> tuple[Commitment, ...]:
    """Each item is a commitment, or the name of a schedule. The first `defaults` items come from the defaults."""
    found: list[Commitment] = []
    for index, item in enumerate(items):
        own = f"defaults.commitments[{index}]" if index < defaults else f"{path}[{index - defaults}]"
        if not isinstance(item, str):
            found += _commitments(reader, item, own)
        elif item not in schedules:
            reader.wrong(own, f"“{item}” is not among schedules")
        else:
            listed = reader.items(schedules[item], f"schedules.{item}")
            for number, one in enumerate(listed):
                found += _commitments(reader, one, f"schedules.{item}[{number}]")
    return tuple(found)


def read_waivers(reader: Reader, value: Any, path: str) -> tuple[Waiver, ...]:
    found = []
    for index, item in enumerate(reader.items(value, path)):
        own = f"{path}[{index}]"
        data = reader.mapping(item, own, ("rule", "expires", "approved_by"))
        expires_at = reader.instant(data.get("expires"), f"{own}.expires")
        if expires_at is not None:
            rule_id = reader.text(data, "rule", own)
            found.append(Waiver(rule_id, expires_at, reader.text(data, "approved_by", own)))
    return tuple(found)


def _commitments(reader: Reader, item: Any, path: str) -> list[Commitment]:
    known = ("bucket", *_SPAN, "days", "paid_minutes", "event_type", "client", "venue", "reference")
    data = reader.mapping(item, path, known)
    bucket = data.get("bucket")
    if bucket not in _BUCKETS:
        reader.wrong(f"{path}.bucket", f"{bucket!r} is not a bucket; choose from {', '.join(_BUCKETS)}")
        return []
    found = []
    venue: Any = data.get("venue") if isinstance(data.get("venue"), Mapping) else {}
    for span in _spans(reader, data, path):
        one = Commitment(
            bucket=bucket,
            starts_at=span[0],
            ends_at=span[1],
            reference=reader.text(data, "reference", path),
            paid_minutes=reader.whole(data, "paid_minutes", path),
            event_type=reader.text(data, "event_type", path),
            client_id=_id_of(reader, data, "client", path),
            venue_id=_id_of(reader, data, "venue", path),
            latitude=reader.number(venue, "latitude", f"{path}.venue"),
            longitude=reader.number(venue, "longitude", f"{path}.venue"),
        )
        found.append(one)
    return found


def _id_of(reader: Reader, data: Mapping[str, Any], key: str, path: str) -> str:
    """`venue: arena`, or `venue: {id: arena, latitude: …, longitude: …}` as a shift writes it."""
    if not isinstance(data.get(key), Mapping):
        return reader.text(data, key, path)
    known = ("id", "latitude", "longitude") if key == "venue" else ("id",)
    inner = reader.mapping(data[key], f"{path}.{key}", known)
    return reader.text(inner, "id", f"{path}.{key}")


def _spans(reader: Reader, data: Mapping[str, Any], path: str) -> list[tuple[datetime, datetime]]:
    """One span, or the same hours on each of `days`."""
    if data.get("days") is None:
        span = reader.span(data, path)
        return [span] if span is not None else []
    days = reader.texts(data, "days", path)[:_MOST_DAYS]
    spans = [reader.span({**data, "from": f"{day} {data.get('from')}"}, path) for day in days]
    return [span for span in spans if span is not None]


def _credentials(reader: Reader, value: Any, path: str) -> tuple[Credential, ...]:
    """A code, or a code with its last valid day."""
    found = []
    for index, item in enumerate(reader.items(value, path)):
        own = f"{path}[{index}]"
        if isinstance(item, str):
            found.append(Credential(item))
            continue
        data = reader.mapping(item, own, ("code", "expires"))
        found.append(Credential(reader.text(data, "code", own), reader.day(data, "expires", own)))
    return tuple(found)


def _periods(reader: Reader, value: Any, path: str) -> tuple[StatusPeriod, ...]:
    found = []
    for index, item in enumerate(reader.items(value, path)):
        own = f"{path}[{index}]"
        data = reader.mapping(item, own, ("status", "from", "until", "missed_tour"))
        starts_at = reader.instant(data.get("from"), f"{own}.from")
        if starts_at is None:
            continue
        period = StatusPeriod(reader.text(data, "status", own), starts_at)
        if data.get("until") is not None:
            period = replace(period, ends_at=reader.instant(data["until"], f"{own}.until"))
        if data.get("missed_tour") is not None:
            missed = reader.instant(data["missed_tour"], f"{own}.missed_tour")
            period = replace(period, missed_tour_starts_at=missed)
        found.append(period)
    return tuple(found)
