"""Decisions kept whole: facts, policy and verdict as plain JSON, and judged again from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from departments.policy.documents import Policy
from departments.policy.evaluation import evaluate
from departments.policy.facts import Commitment, Credential, OfficerFacts, ShiftFacts, StatusPeriod, Waiver
from departments.policy.loading import load_policy
from departments.policy.refusals import SnapshotUnreadable
from departments.policy.verdicts import Verdict

KIND = "eligibility"


def snapshot(
    *,
    policy: Policy,
    officer: OfficerFacts,
    shift: ShiftFacts,
    commitments: Sequence[Commitment],
    verdict: Verdict,
    waivers: Sequence[Waiver] = (),
) -> dict[str, Any]:
    """JSON-ready. Store it beside the decision that it justified."""
    return {
        "kind": KIND,
        "engine_version": verdict.engine_version,
        "policy": {"version": policy.version, "sha256": policy.sha256, "data": dict(policy.data)},
        "officer": {
            "officer_id": officer.officer_id,
            "rank_code": officer.rank_code,
            "status": officer.status,
            "may_work_from_date": _text(officer.may_work_from_date),
            "may_work_until_date": _text(officer.may_work_until_date),
            "seniority_date": _text(officer.seniority_date),
            "credentials": [{"code": one.code, "expires_date": _text(one.expires_date)} for one in officer.credentials],
            "status_periods": [
                {
                    "status": one.status,
                    "starts_at": _text(one.starts_at),
                    "ends_at": _text(one.ends_at),
                    "missed_tour_starts_at": _text(one.missed_tour_starts_at),
                }
                for one in officer.status_periods
            ],
            "rank_since_date": _text(officer.rank_since_date),
            "superior_ids": list(officer.superior_ids),
            "subordinate_ids": list(officer.subordinate_ids),
            "facts": dict(officer.facts),
        },
        "shift": {
            "shift_id": shift.shift_id,
            "starts_at": _text(shift.starts_at),
            "ends_at": _text(shift.ends_at),
            "rank_code": shift.rank_code,
            "event_type": shift.event_type,
            "required_credentials": list(shift.required_credentials),
            "duties": list(shift.duties),
            "latitude": shift.latitude,
            "longitude": shift.longitude,
            "postal_code": shift.postal_code,
            "place_name": shift.place_name,
            "paid_minutes": shift.paid_minutes,
            "client_id": shift.client_id,
            "venue_id": shift.venue_id,
            "requested_at": _text(shift.requested_at),
            "scheduler_id": shift.scheduler_id,
            "supervisor_ids": list(shift.supervisor_ids),
            "facts": dict(shift.facts),
        },
        "commitments": [
            {
                "bucket": one.bucket,
                "starts_at": _text(one.starts_at),
                "ends_at": _text(one.ends_at),
                "reference": one.reference,
                **_beyond_hours(one),
            }
            for one in commitments
        ],
        "waivers": [
            {"rule_id": one.rule_id, "expires_at": _text(one.expires_at), "approved_by": one.approved_by}
            for one in waivers
        ],
        "verdict": verdict.to_json(),
    }


def replay(stored: Mapping[str, Any]) -> Verdict:
    """Judge a snapshot again with today's engine. Raises SnapshotUnreadable."""
    try:
        policy = load_policy(stored["policy"]["data"], version=stored["policy"]["version"])
        return evaluate(
            policy=policy,
            officer=officer_from(stored["officer"]),
            shift=shift_from(stored["shift"]),
            commitments=[commitment_from(one) for one in stored["commitments"]],
            waivers=[
                Waiver(one["rule_id"], datetime.fromisoformat(one["expires_at"]), one["approved_by"])
                for one in stored.get("waivers", [])
            ],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotUnreadable(f"The stored decision cannot be read: {error!r}.") from error


def replays_alike(stored: Mapping[str, Any]) -> bool:
    """Does today's engine give the stored verdict? The engine's own version is not compared, nor what a verdict did
    not say yet when it was stored."""
    fresh, old = replay(stored).to_json(), dict(stored["verdict"])
    return all(fresh.get(key) == value for key, value in old.items() if key != "engine_version")


def officer_from(data: Mapping[str, Any]) -> OfficerFacts:
    return OfficerFacts(
        officer_id=data["officer_id"],
        rank_code=data["rank_code"],
        status=data.get("status", "active"),
        may_work_from_date=_date(data.get("may_work_from_date")),
        may_work_until_date=_date(data.get("may_work_until_date")),
        seniority_date=_date(data.get("seniority_date")),
        credentials=tuple(
            Credential(one["code"], _date(one.get("expires_date"))) for one in data.get("credentials", [])
        ),
        status_periods=tuple(
            StatusPeriod(
                one["status"],
                datetime.fromisoformat(one["starts_at"]),
                _instant(one.get("ends_at")),
                _instant(one.get("missed_tour_starts_at")),
            )
            for one in data.get("status_periods", [])
        ),
        rank_since_date=_date(data.get("rank_since_date")),
        superior_ids=tuple(data.get("superior_ids", ())),
        subordinate_ids=tuple(data.get("subordinate_ids", ())),
        facts=data.get("facts", {}),
    )


def shift_from(data: Mapping[str, Any]) -> ShiftFacts:
    return ShiftFacts(
        shift_id=data["shift_id"],
        starts_at=datetime.fromisoformat(data["starts_at"]),
        ends_at=datetime.fromisoformat(data["ends_at"]),
        rank_code=data.get("rank_code", ""),
        event_type=data.get("event_type", ""),
        required_credentials=tuple(data.get("required_credentials", ())),
        duties=tuple(data.get("duties", ())),
        latitude=data.get("latitude"),
        longitude=data.get("longitude"),
        postal_code=data.get("postal_code", ""),
        place_name=data.get("place_name", ""),
        paid_minutes=data.get("paid_minutes"),
        client_id=data.get("client_id", ""),
        venue_id=data.get("venue_id", ""),
        requested_at=_instant(data.get("requested_at")),
        scheduler_id=data.get("scheduler_id", ""),
        supervisor_ids=tuple(data.get("supervisor_ids", ())),
        facts=data.get("facts", {}),
    )


def commitment_from(data: Mapping[str, Any]) -> Commitment:
    return Commitment(
        data["bucket"],
        datetime.fromisoformat(data["starts_at"]),
        datetime.fromisoformat(data["ends_at"]),
        data.get("reference", ""),
        data.get("paid_minutes"),
        data.get("event_type", ""),
        data.get("client_id", ""),
        data.get("venue_id", ""),
        data.get("latitude"),
        data.get("longitude"),
    )


def _beyond_hours(one: Commitment) -> dict[str, Any]:
    """Most commitments are plain hours, and ninety days of them are stored with every decision: only what is said."""
    said = {
        "paid_minutes": one.paid_minutes,
        "event_type": one.event_type,
        "client_id": one.client_id,
        "venue_id": one.venue_id,
        "latitude": one.latitude,
        "longitude": one.longitude,
    }
    return {key: value for key, value in said.items() if value not in (None, "")}


def _text(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
