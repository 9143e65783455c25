"""What is sent to addresses of one kind, and which roles read them, said once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from kernel.identifiers import uuid7
from tests.crawler.house import House
from tests.crawler.moments import CRAWLED_AT

NOBODYS_KEY = "no-such-request"
NOBODYS_ID = UUID("01a2036f-0000-7000-8000-00000000dead")

MARKS = {"punctuality": 4, "appearance": 4, "conduct": 4, "comment": ""}
WRITTEN = {"text": "Which gate?", "message_id": "01a2036f-0000-7000-8000-0000000000aa"}
SITE_MARKS = {"briefing": 4, "safety": 4, "conduct": 4, "comment": ""}
REASON = {"reason": "Because of the weather."}
MONEY = frozenset({"coordinator", "commander", "auditor", "payroll"})
AGENCY_MONEY = frozenset({"coordinator", "bookkeeper"})
AGENCY_STAFFING = frozenset({"coordinator", "scheduler"})
COORDINATOR = frozenset({"coordinator"})
PERSONNEL = frozenset({"coordinator", "supervisor", "commander", "auditor"})
DECIDERS = frozenset({"coordinator", "supervisor", "commander"})
HISTORY = frozenset({"coordinator", "commander", "auditor"})
ELSEWHERE = {"starts_at": "2026-03-12T11:30", "ends_at": "2026-03-12T14:00"}
EMPLOYMENT = {"employer": "Mill", "kind_of_work": "Gate", "weekly_hours": "8", "from_date": "2026-03-01"}


def terms(house: House) -> dict[str, Any]:
    terms = house.terms(1, CRAWLED_AT + timedelta(days=20)).to_json()
    return {"terms": terms, "reason": "Another day."}


def caller(house: House) -> dict[str, Any]:
    return {"caller": {"name": "Caller", "email": "caller@example.org"}, "terms": terms(house)["terms"]}


def member(house: House) -> dict[str, Any]:
    return {
        "badge_number": "9999", "given_name": "New", "family_name": "Member", "work_email": "new@example.org",
        "rank_code": house.site.rank, "seniority_date": "2020-01-01",
    }  # fmt: skip


def earlier_paper(house: House) -> dict[str, Any]:
    paper = str(house.papers["disputed"].id)
    return {"document": paper, "document_id": paper}


def duty(house: House) -> dict[str, Any]:
    begins, ends = (CRAWLED_AT + timedelta(days=days) for days in (30, 31))
    return {
        "source": "rota",
        "from_at": begins.isoformat(),
        "until_at": ends.isoformat(),
        "officers": [],
        "periods": [],
    }


def punch(house: House) -> dict[str, Any]:
    return {"punch_id": str(uuid7()), "kind": "in", "fixes": []}


def tell_incident(house: House) -> dict[str, Any]:
    return {"punch_id": str(uuid7()), "kind": "incident", "category": "arrest", "report_number": "26-104"}


def until(house: House) -> dict[str, Any]:
    return {"until": (CRAWLED_AT + timedelta(hours=1)).isoformat()}


def by_hand(house: House) -> dict[str, Any]:
    return {"officer_id": str(house.officers[0].id), "rank_code": house.site.rank, **REASON}


def entered_hours(house: House) -> dict[str, Any]:
    begins, ends = (CRAWLED_AT + timedelta(hours=hours) for hours in (-3, -1))
    return {"starts_at": begins.isoformat(), "ends_at": ends.isoformat(), **REASON}


def batch(house: House) -> dict[str, Any]:
    assert house.format is not None
    format_id = str(house.format.format_id)
    return {
        "format": format_id, "format_id": format_id, "until": "2026-04-01", "until_date": "2026-04-01",
        "request_id": str(uuid7()),
    }  # fmt: skip


ENTERED = {"starts_at": "2026-03-10T11:30", "ends_at": "2026-03-10T14:00", **REASON}
JOINING = {"code": "23456789", "password": "quiet-harbour-41", "accept_terms": True}
