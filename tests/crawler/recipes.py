"""How each address is tried: whom it is for, and what is sent to it. One without a recipe fails the inventory."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from kernel.identifiers import uuid7
from tests.crawler.house import CRAWLED_AT, House
from tests.crawler.recipe import For, Recipe
from tests.crawler.recipe import recipe as _r

NOBODYS_KEY = "no-such-request"
NOBODYS_ID = UUID("01a2036f-0000-7000-8000-00000000dead")


_MARKS = {"punctuality": 4, "appearance": 4, "conduct": 4, "comment": ""}
_REASON = {"reason": "Because of the weather."}
_MONEY = frozenset({"coordinator", "commander", "auditor", "payroll"})
_COORDINATOR = frozenset({"coordinator"})
_PERSONNEL = frozenset({"coordinator", "supervisor", "commander", "auditor"})
_HISTORY = frozenset({"coordinator", "commander", "auditor"})
_ELSEWHERE = {"starts_at": "2026-03-12T11:30", "ends_at": "2026-03-12T14:00"}
_EMPLOYMENT = {"employer": "Mill", "kind_of_work": "Gate", "weekly_hours": "8", "from_date": "2026-03-01"}


def _terms(house: House) -> dict[str, Any]:
    terms = house.terms(1, CRAWLED_AT + timedelta(days=20)).to_json()
    return {"terms": terms, "reason": "Another day."}


def _caller(house: House) -> dict[str, Any]:
    return {"caller": {"name": "Caller", "email": "caller@example.org"}, "terms": _terms(house)["terms"]}


def _member(house: House) -> dict[str, Any]:
    return {
        "badge_number": "9999", "given_name": "New", "family_name": "Member", "work_email": "new@example.org",
        "rank_code": house.site.rank, "seniority_date": "2020-01-01",
    }  # fmt: skip


def _earlier_paper(house: House) -> dict[str, Any]:
    paper = str(house.papers["disputed"].id)
    return {"document": paper, "document_id": paper}


def _duty(house: House) -> dict[str, Any]:
    begins, ends = (CRAWLED_AT + timedelta(days=days) for days in (30, 31))
    return {
        "source": "rota",
        "from_at": begins.isoformat(),
        "until_at": ends.isoformat(),
        "officers": [],
        "periods": [],
    }


def _punch(house: House) -> dict[str, Any]:
    return {"punch_id": str(uuid7()), "kind": "in", "fixes": []}


def _until(house: House) -> dict[str, Any]:
    return {"until": (CRAWLED_AT + timedelta(hours=1)).isoformat()}


def _batch(house: House) -> dict[str, Any]:
    assert house.format is not None
    format_id = str(house.format.format_id)
    return {
        "format": format_id, "format_id": format_id, "until": "2026-04-01", "until_date": "2026-04-01",
        "request_id": str(uuid7()),
    }  # fmt: skip


_ENTERED = {"starts_at": "2026-03-10T11:30", "ends_at": "2026-03-10T14:00", **_REASON}
_JOINING = {"code": "23456789", "password": "quiet-harbour-41", "accept_terms": True}

_REQUEST_PAGES = {
    f"request/<slug:key>/{page}": _r(For.KEY_HOLDERS, post)
    for page, post in {
        "": None, "event/": {"event_type": "festival", "title": "Fair"},
        "where/": {"address": "2 Navy Street, Oakville ON L6J 2Y9", "name": "Park"},
        "pin/": {"latitude": "43.44", "longitude": "-79.66", "pin_confirmed": "on"},
        "when/": {"date_0": "2026-04-10", "start_0": "10:00", "end_0": "14:00"},
        "officers/": {"rank_constable": "2"}, "details/": {"duties": "x", "meeting_point": "x"}, "price/": None,
        "mail-link/": {"email": "other@example.org"}, "you/": {}, "check/": {}, "not-possible/": None, "sent/": None,
        "follow/": None,
    }.items()
}  # fmt: skip

RECIPES: dict[str, Recipe] = {
    # ── Everybody ───────────────────────────────────────────────────────────────────────────────────────────────────
    "": _r(For.ANYBODY),
    "health": _r(For.ANYBODY),
    "policy.schema.json": _r(For.ANYBODY),
    "terms/": _r(For.ANYBODY),
    "hand-off/": _r(For.ANYBODY),
    "theme/<slug:slug>.<str:digest>.css": _r(For.ANYBODY),
    "request/": _r(For.ANYBODY, {"event_type": "festival", "title": "Fair"}),
    "styleguide/": _r(For.ANYBODY),
    "styleguide/mail/": _r(For.ANYBODY),
    "styleguide/error/<str:name>/": _r(For.ANYBODY),
    "styleguide/theme.<int:hue>.css": _r(For.ANYBODY),
    "webhooks/stripe": _r(For.MACHINES, {}),
    "webhooks/twilio/inbound": _r(For.MACHINES, {}),
    "webhooks/twilio/status": _r(For.MACHINES, {}),
    "documents/<uuid:document_id>.pdf": _r(For.SIGNED_IN),
    "draws/<uuid:shift_id>/": _r(For.ANYBODY),
    "draws/<uuid:shift_id>.json": _r(For.ANYBODY),
    **_REQUEST_PAGES,
    "join/<uuid:invitation_id>/": _r(For.KEY_HOLDERS, _JOINING),
    "join/welcome/": _r(For.SIGNED_IN),
    "join/onward/": _r(For.SIGNED_IN),
    # ── The client's pages ──────────────────────────────────────────────────────────────────────────────────────────
    "client/": _r(For.ANYBODY),
    "client/jobs/": _r(For.CLIENT),
    "client/invoices/": _r(For.CLIENT),
    "client/profile/": _r(For.CLIENT, {}),
    "client/jobs/<uuid:job_id>/": _r(For.CLIENT),
    "client/jobs/<uuid:job_id>/change/": _r(For.CLIENT, {}),
    "client/jobs/<uuid:job_id>/withdraw/": _r(For.CLIENT, _REASON),
    "client/contracts/<uuid:contract_id>/": _r(For.CLIENT, {"accept": "on"}),
    "client/contracts/<uuid:contract_id>/pay/": _r(For.CLIENT, asks_provider=True),
    "client/contracts/<uuid:contract_id>/paid/": _r(For.CLIENT),
    "client/contracts/<uuid:contract_id>/payment-status/": _r(For.CLIENT),
    "client/contracts/<uuid:contract_id>/cancelled/": _r(For.CLIENT),
    "client/hours/<uuid:timesheet_id>/approve/": _r(For.CLIENT, {}),
    "client/hours/<uuid:timesheet_id>/dispute/": _r(For.CLIENT, _REASON),
    "client/officers/<uuid:assignment_id>/rate/": _r(For.CLIENT, _MARKS),
    "client/papers/<uuid:demand_id>/": _r(For.CLIENT, {}),
    "client/papers/<uuid:demand_id>/reuse/": _r(For.CLIENT, _earlier_paper),
    "client/papers/files/<uuid:paper_id>/": _r(For.CLIENT),
    "client/papers/files/<uuid:paper_id>/withdraw/": _r(For.CLIENT, {}),
    # ── The officer's pages ─────────────────────────────────────────────────────────────────────────────────────────
    "officer/": _r(For.ANYBODY),
    "officer/near-me/": _r(For.OFFICER),
    "officer/near-me/<uuid:shift_id>/": _r(For.OFFICER),
    "officer/near-me/<uuid:shift_id>/bid/": _r(For.OFFICER, {}),
    "officer/near-me/<uuid:shift_id>/withdraw/": _r(For.OFFICER, {}),
    "officer/near-me/<uuid:shift_id>/ask-approval/": _r(For.OFFICER, _REASON),
    "officer/hours-left/": _r(For.OFFICER),
    "officer/other-work/": _r(For.OFFICER),
    "officer/other-work/declare/": _r(For.OFFICER, _EMPLOYMENT),
    "officer/other-work/hours/": _r(For.OFFICER, _ELSEWHERE),
    "officer/other-work/hours/<uuid:hours_id>/take-back/": _r(For.OFFICER, {}),
    "officer/other-work/<uuid:employment_id>/end/": _r(For.OFFICER, {}),
    "officer/shifts/": _r(For.OFFICER),
    "officer/shifts/<uuid:assignment_id>/": _r(For.OFFICER),
    "officer/shifts/<uuid:assignment_id>/clock/": _r(For.OFFICER, _punch),
    "officer/shifts/<uuid:assignment_id>/punch/": _r(For.OFFICER, _punch),
    "officer/earnings/": _r(For.OFFICER),
    "officer/shifts/<uuid:assignment_id>/give-up/": _r(For.OFFICER, {}),
    "officer/offers/<uuid:offer_id>/": _r(For.OFFICER),
    "officer/offers/<uuid:offer_id>/answer/": _r(For.OFFICER, {"answer": "decline"}),
    "officer/profile/availability/": _r(For.OFFICER, {"wants_offers": "on"}),
    "officer/rules/": _r(For.OFFICER),
    "officer/profile/": _r(For.OFFICER),
    "officer/profile/wishes/": _r(For.OFFICER, {}),
    "officer/profile/home/": _r(For.OFFICER, {"address": "Milton ON", "travel_radius_metres": "30000"}),
    "officer/profile/phone/": _r(For.OFFICER, {"phone": "+19055550199"}),
    "officer/profile/phone/code/": _r(For.OFFICER, {"code": "000000"}),
    "officer/payments/start/": _r(For.OFFICER, asks_provider=True),
    "officer/payments/return/": _r(For.OFFICER, asks_provider=True),
    "officer/welcome/": _r(For.OFFICER),
    "officer/welcome/phone/": _r(For.OFFICER, {"phone": "+19055550199"}),
    "officer/welcome/phone/code/": _r(For.OFFICER, {"code": "000000"}),
    "officer/welcome/home/": _r(For.OFFICER, {"address": "Milton ON", "travel_radius_metres": "30000"}),
    "officer/welcome/payments/": _r(For.OFFICER),
    "officer/welcome/done/": _r(For.OFFICER),
    "officer/near-me/<uuid:shift_id>/award/": _r(For.OFFICER),
    "officer/near-me/<uuid:shift_id>/award/contest/": _r(For.OFFICER, {"grounds": "I was first."}),
    "officer/near-me/<uuid:shift_id>/award/contest/withdraw/": _r(For.OFFICER, {}),
    "officer/fairness/": _r(For.OFFICER),
    # ── The desk's pages ────────────────────────────────────────────────────────────────────────────────────────────
    "desk/": _r(For.DESK),
    "desk/today/": _r(For.DESK),
    "desk/shifts/": _r(For.DESK),
    "desk/requests/": _r(For.DESK),
    "desk/requests.xlsx": _r(For.DESK),
    "desk/requests/new/": _r(For.DESK, {}, readers=_COORDINATOR),
    "desk/requests/<uuid:job_id>/": _r(For.DESK),
    "desk/requests/<uuid:job_id>/change/": _r(For.DESK, {}, readers=_COORDINATOR),
    "desk/requests/<uuid:job_id>/approve": _r(For.DESK, {"note": ""}),
    "desk/requests/<uuid:job_id>/reject": _r(For.DESK, _REASON),
    "desk/requests/<uuid:job_id>/block": _r(For.DESK, _REASON),
    "desk/requests/<uuid:job_id>/lift-block": _r(For.DESK, {}),
    "desk/papers/<uuid:paper_id>/file": _r(For.DESK),
    "desk/papers/<uuid:paper_id>/accept": _r(For.DESK, {}),
    "desk/papers/<uuid:paper_id>/reject": _r(For.DESK, _REASON),
    "desk/demands/<uuid:demand_id>/waive": _r(For.DESK, _REASON),
    "desk/awards/<uuid:award_id>/": _r(For.DESK),
    "desk/awards/<uuid:award_id>.json": _r(For.DESK),
    "desk/shifts/<uuid:shift_id>/staffing/": _r(For.DESK),
    "desk/shifts/<uuid:shift_id>/award-by-hand": _r(For.DESK, {}),
    "desk/offers/<uuid:offer_id>/answer": _r(For.DESK, {"answer": "refused"}),
    "desk/hours/": _r(For.DESK),
    "desk/hours/<uuid:assignment_id>/": _r(For.DESK),
    "desk/hours/<uuid:assignment_id>/overrun": _r(For.DESK, {"minutes": "30"}),
    "desk/hours/<uuid:assignment_id>/enter": _r(For.DESK, _ENTERED),
    "desk/hours/<uuid:assignment_id>/rate": _r(For.DESK, _MARKS),
    "desk/punches/<uuid:clock_event_id>/review": _r(For.DESK, {"decision": "accept", **_REASON}),
    "desk/timesheets/<uuid:timesheet_id>/approve": _r(For.DESK, {}),
    "desk/timesheets/<uuid:timesheet_id>/resolve": _r(For.DESK, {"hours": "3", "minutes": "0", **_REASON}),
    "desk/roster/": _r(For.DESK),
    "desk/roster/add/": _r(For.DESK, _member),
    "desk/roster/<uuid:entry_id>/": _r(For.DESK),
    "desk/roster/<uuid:entry_id>/change": _r(For.DESK, {"status": "suspended"}),
    "desk/roster/<uuid:entry_id>/invite": _r(For.DESK, {}),
    "desk/roster/<uuid:entry_id>/remove": _r(For.DESK, _REASON),
    "desk/roster/import/": _r(For.DESK, {}, readers=_PERSONNEL),
    "desk/roster/<uuid:entry_id>/statuses": _r(For.DESK, {"status": "sick", "from_date": "2026-04-01"}),
    "desk/roster/<uuid:entry_id>/statuses/<uuid:period_id>/end": _r(For.DESK, {"until_date": "2026-04-02"}),
    "desk/roster/<uuid:entry_id>/credentials": _r(For.DESK, {"code": "cpr"}),
    "desk/roster/<uuid:entry_id>/credentials/<uuid:credential_id>/drop": _r(For.DESK, {}),
    "desk/roster/<uuid:entry_id>/place": _r(For.DESK, {"unit": "Marine"}),
    "desk/duty/import/": _r(For.DESK, {}, readers=_PERSONNEL),
    "desk/duty/conflicts/": _r(For.DESK),
    "desk/duty/conflicts/<uuid:conflict_id>/decide": _r(For.DESK, {"decision": "keep", **_REASON}),
    "desk/duty/overlaps/": _r(For.DESK, readers=_MONEY),
    "desk/duty/overlaps.xlsx": _r(For.DESK, readers=_MONEY),
    "desk/duty/overlaps/<uuid:assignment_id>/decide": _r(For.DESK, {"outcome": "explained", **_REASON}),
    "desk/imports/<slug:template>.csv": _r(For.DESK, readers=_PERSONNEL),
    "desk/imports/<uuid:run_id>/": _r(For.DESK, readers=_PERSONNEL),
    "desk/imports/<uuid:run_id>/progress": _r(For.DESK, readers=_PERSONNEL),
    "desk/imports/<uuid:run_id>/columns": _r(For.DESK, {}, readers=_PERSONNEL),
    "desk/imports/<uuid:run_id>/preview": _r(For.DESK, {}, readers=_PERSONNEL),
    "desk/imports/<uuid:run_id>/apply": _r(For.DESK, {}, readers=_PERSONNEL),
    "desk/imports/<uuid:run_id>/cancel": _r(For.DESK, {}, readers=_PERSONNEL),
    "desk/imports/<uuid:run_id>/mistakes.csv": _r(For.DESK, readers=_PERSONNEL),
    "desk/policy/": _r(For.DESK),
    "desk/policy/publish/": _r(For.DESK, {}, readers=_COORDINATOR),
    "desk/policy/drafts/": _r(For.DESK, {"name": "Next rules"}),
    "desk/policy/drafts/<uuid:draft_id>/": _r(For.DESK),
    "desk/policy/drafts/<uuid:draft_id>/discard": _r(For.DESK, {"confirmed": "on"}),
    "desk/policy/drafts/<uuid:draft_id>/rule/": _r(For.DESK, {"seen": "1"}, readers=_COORDINATOR),
    "desk/policy/drafts/<uuid:draft_id>/sentence": _r(For.DESK, {}),
    "desk/policy/drafts/<uuid:draft_id>/arrange": _r(For.DESK, {"at": "hour_limits[0]", "move": "remove", "seen": "9"}),
    "desk/policy/drafts/<uuid:draft_id>/case/": _r(For.DESK, {"name": "x"}, readers=_COORDINATOR),
    "desk/policy/drafts/<uuid:draft_id>/case/remove": _r(For.DESK, {"key": "case-1"}),
    "desk/policy/drafts/<uuid:draft_id>/import/": _r(For.DESK, {"document": "name: x"}, readers=_COORDINATOR),
    "desk/policy/drafts/<uuid:draft_id>/publish/": _r(For.DESK, {"note": "x"}, readers=_COORDINATOR),
    "desk/policy/drafts/<uuid:draft_id>/follow": _r(For.DESK, {"version": "1"}),
    "desk/policy/drafts/<uuid:draft_id>.yaml": _r(For.DESK),
    "desk/policy/drafts/<uuid:draft_id>-cases.yaml": _r(For.DESK),
    "desk/policy/compare/": _r(For.DESK),
    "desk/policy/versions/<int:version>.yaml": _r(For.DESK),
    "desk/policy/versions/<int:version>.json": _r(For.DESK),
    "desk/policy/versions/<int:version>-cases.yaml": _r(For.DESK),
    "desk/money/": _r(For.DESK, readers=_MONEY),
    "desk/money/<uuid:job_id>/": _r(For.DESK, readers=_MONEY),
    "desk/money/documents/": _r(For.DESK, readers=_MONEY),
    "desk/money/payroll.xlsx": _r(For.DESK, readers=_MONEY),
    "desk/money/account/": _r(For.DESK, asks_provider=True, readers=frozenset({"coordinator", "payroll"})),
    "desk/money/account/back/": _r(For.DESK, asks_provider=True, readers=frozenset({"coordinator", "payroll"})),
    "desk/money/account/refresh": _r(For.DESK, {}, asks_provider=True),
    "desk/reports/": _r(For.DESK),
    "desk/reports/report.xlsx": _r(For.DESK),
    "desk/reports/report.pdf": _r(For.DESK),
    "desk/exports/": _r(For.DESK, readers=_MONEY),
    "desk/exports/new/": _r(For.DESK, _batch, readers=_MONEY),
    "desk/exports/<int:number>/": _r(For.DESK, readers=_MONEY),
    "desk/exports/<int:number>/file": _r(For.DESK, readers=_MONEY),
    "desk/exports/formats/new/": _r(For.DESK, {}, readers=frozenset({"coordinator", "payroll"})),
    "desk/exports/formats/<uuid:format_id>/": _r(For.DESK, {}, readers=_MONEY),
    "desk/exports/formats/<uuid:format_id>/retire": _r(For.DESK, {}),
    "desk/contests/": _r(For.DESK),
    "desk/contests/<uuid:contest_id>/": _r(For.DESK, {"outcome": "rejected", "remedy": "none", "decision": "No."}),
    "desk/fairness/": _r(For.DESK),
    "desk/fairness.xlsx": _r(For.DESK),
    "desk/fairness.json": _r(For.DESK),
    "desk/what-if/": _r(For.DESK, {"version": "1", "from_date": "2026-03-01", "until_date": "2026-03-31"}),
    "desk/what-if/<uuid:run_id>/": _r(For.DESK),
    "desk/console/": _r(For.DESK),
    "desk/console/live/": _r(For.DESK),
    "desk/approvals/": _r(For.DESK, readers=_PERSONNEL),
    "desk/approvals/exceptions/<uuid:exception_id>/decide": _r(For.DESK, {"decision": "approve", **_REASON}),
    "desk/approvals/exceptions/<uuid:exception_id>/revoke": _r(For.DESK, _REASON),
    "desk/approvals/employments/<uuid:employment_id>/decide": _r(For.DESK, {"decision": "approve", **_REASON}),
    "desk/approvals/employments/<uuid:employment_id>/end": _r(For.DESK, _REASON),
    "desk/approvals/employments/<uuid:employment_id>/hours": _r(For.DESK, _ELSEWHERE),
    "desk/roster/<uuid:entry_id>/hours/": _r(For.DESK, readers=_PERSONNEL),
    "desk/roster/<uuid:entry_id>/exceptions": _r(
        For.DESK, {"rule_id": "daily-cap", "expires_at": "2026-06-01T12:00", **_REASON}
    ),
    "desk/officers/<uuid:officer_id>/hours/": _r(For.DESK, readers=_PERSONNEL),
    "desk/dispatch/": _r(For.DESK),
    "desk/dispatch/<uuid:assignment_id>/entry": _r(For.DESK, {"call_sign": "Adam 12", "vehicle": "Car 4"}),
    "desk/dispatch/feed": _r(For.DESK, {}),
    "desk/dispatch/feed/end": _r(For.DESK, {}),
    "desk/exceptions/": _r(For.DESK, readers=_PERSONNEL),
    "desk/exceptions.xlsx": _r(For.DESK, readers=_PERSONNEL),
    "desk/exceptions/<uuid:assignment_id>/<slug:kind>/": _r(For.DESK, {"text": "Looked into."}, readers=_PERSONNEL),
    "desk/history/": _r(For.DESK, readers=_HISTORY),
    "desk/history.csv": _r(For.DESK, readers=_HISTORY),
    "desk/staff/": _r(For.DESK, readers=_HISTORY),
    "desk/staff/give": _r(For.DESK, {"email": "new@example.org", "role": "auditor"}),
    "desk/staff/<uuid:membership_id>/end": _r(For.DESK, {}),
    "feeds/dispatch/<str:token>.ics": _r(For.KEY_HOLDERS),
    "feeds/dispatch/<str:token>.json": _r(For.KEY_HOLDERS),
    # ── The agency's and the operator's pages ───────────────────────────────────────────────────────────────────────
    "staff/": _r(For.AGENCY),
    "staff/workspace/": _r(For.AGENCY),
    "staff/officers/": _r(For.AGENCY),
    "operator/": _r(For.OPERATOR),
    "operator/overview/": _r(For.OPERATOR),
    "operator/tenants/": _r(For.OPERATOR),
    "operator/tenants/new/": _r(For.OPERATOR, {}),
    "operator/messages/": _r(For.OPERATOR),
    "operator/money/": _r(For.OPERATOR),
    "operator/audit/": _r(For.OPERATOR),
    "operator/reconciliation/": _r(For.OPERATOR),
    "operator/reconciliation/differences/": _r(For.OPERATOR),
    "operator/reconciliation/differences.csv": _r(For.OPERATOR),
    "operator/reconciliation/differences/<uuid:work_item_id>/": _r(For.OPERATOR, {}),
    "operator/reconciliation/differences/<uuid:work_item_id>/corrections": _r(For.OPERATOR, {}),
    "operator/reconciliation/corrections/<uuid:correction_id>/<slug:decision>": _r(For.OPERATOR, {}),
    "operator/reconciliation/<str:date>/": _r(For.OPERATOR),
    "operator/deliveries/retry": _r(For.OPERATOR, {}),
    "operator/deliveries/<uuid:delivery_id>/retry": _r(For.OPERATOR, {}),
    "operator/webhooks/<uuid:inbox_event_id>/retry": _r(For.OPERATOR, {}),
}

_API: dict[str, Recipe] = {
    "": _r(For.ANYBODY, never_found=True),
    "schema": _r(For.ANYBODY),
    "departments": _r(For.ANYBODY),
    "departments/<uuid:department_id>/rate-card": _r(For.ANYBODY),
    "places": _r(For.ANYBODY),
    "quotes": _r(For.ANYBODY, _terms),
    "drafts": _r(For.ANYBODY, {"answers": {"title": "Fair"}}),
    "drafts/<str:key>": _r(For.KEY_HOLDERS, PATCH={"answers": {"attire": "Uniform"}}),
    "drafts/<str:key>/quote": _r(For.KEY_HOLDERS, {}),
    "invitations/<uuid:invitation_id>": _r(For.KEY_HOLDERS),
    "invitations/<uuid:invitation_id>/accept": _r(For.KEY_HOLDERS, _JOINING),
    "me": _r(For.SIGNED_IN),
    "clients": _r(For.SIGNED_IN, {}),
    "documents": _r(For.SIGNED_IN),
    "documents/<uuid:document_id>": _r(For.SIGNED_IN),
    "documents/<uuid:document_id>/pdf": _r(For.SIGNED_IN),
    "jobs": _r(For.SIGNED_IN, _terms),
    "jobs/<uuid:job_id>": _r(For.CLIENT),
    "jobs/<uuid:job_id>/changes": _r(For.CLIENT, _terms),
    "jobs/<uuid:job_id>/withdraw": _r(For.CLIENT, _REASON),
    "jobs/<uuid:job_id>/contracts": _r(For.CLIENT),
    "jobs/<uuid:job_id>/money": _r(For.CLIENT),
    "jobs/<uuid:job_id>/documents": _r(For.CLIENT),
    "document-demands/<uuid:demand_id>/files": _r(For.CLIENT, {}),
    "document-demands/<uuid:demand_id>/reuse": _r(For.CLIENT, _earlier_paper),
    "job-documents/<uuid:paper_id>/file": _r(For.CLIENT),
    "job-documents/<uuid:paper_id>/withdraw": _r(For.CLIENT, {}),
    "contracts/<uuid:contract_id>": _r(For.CLIENT),
    "contracts/<uuid:contract_id>/accept": _r(For.CLIENT, {}),
    "contracts/<uuid:contract_id>/checkout": _r(For.CLIENT, {}, asks_provider=True),
    "timesheets": _r(For.SIGNED_IN),
    "timesheets/<uuid:timesheet_id>": _r(For.CLIENT),
    "timesheets/<uuid:timesheet_id>/approve": _r(For.CLIENT, {}),
    "timesheets/<uuid:timesheet_id>/dispute": _r(For.CLIENT, _REASON),
    "assignments/<uuid:assignment_id>/rating": _r(For.CLIENT, _MARKS),
    "officer": _r(For.OFFICER),
    "officer/home": _r(For.OFFICER, PUT={"label": "Home", "latitude": 43.5, "longitude": -79.7}),
    "officer/travel-radius": _r(For.OFFICER, PUT={"metres": 30000}),
    "officer/wishes": _r(For.OFFICER, PUT={"wants_sms": True, "wants_email": True}),
    "officer/phone-codes": _r(For.OFFICER, {"phone": "+19055550199"}),
    "officer/phone": _r(For.OFFICER, {"phone": "+19055550199", "code": "000000", "consent": True}),
    "officer/payee-accounts": _r(For.OFFICER, asks_provider=True),
    "officer/payee-accounts/onboarding": _r(For.OFFICER, {}, asks_provider=True),
    "officer/shifts": _r(For.OFFICER),
    "officer/shifts/<uuid:shift_id>": _r(For.OFFICER),
    "officer/assignments/<uuid:assignment_id>/give-up": _r(For.OFFICER, _REASON),
    "officer/offers": _r(For.OFFICER),
    "officer/offers/<uuid:offer_id>/answer": _r(For.OFFICER, {"accept": False}),
    "officer/availability": _r(For.OFFICER, PUT={"wants_offers": True, "weekly": [], "blocked_dates": []}),
    "officer/shifts/<uuid:shift_id>/bid": _r(For.OFFICER, {}, DELETE={}),
    "officer/shifts/<uuid:shift_id>/award": _r(For.OFFICER),
    "officer/bids": _r(For.OFFICER),
    "officer/assignments": _r(For.OFFICER),
    "officer/assignments/<uuid:assignment_id>": _r(For.OFFICER),
    "officer/assignments/<uuid:assignment_id>/punches": _r(For.OFFICER, _punch),
    "officer/history": _r(For.OFFICER),
    "officer/earnings": _r(For.OFFICER),
    "officer/shifts/<uuid:shift_id>/approval": _r(For.OFFICER, _REASON),
    "officer/exceptions": _r(For.OFFICER),
    "officer/limits": _r(For.OFFICER),
    "desk/exceptions": _r(For.DESK, readers=_PERSONNEL),
    "desk/exceptions/<uuid:exception_id>/decide": _r(For.DESK, {"approve": True, **_REASON}),
    "desk/dashboard": _r(For.DESK),
    "desk/jobs": _r(For.DESK, _caller),
    "desk/jobs/<uuid:job_id>": _r(For.DESK),
    "desk/jobs/<uuid:job_id>/approve": _r(For.DESK, {"note": ""}),
    "desk/jobs/<uuid:job_id>/reject": _r(For.DESK, _REASON),
    "desk/jobs/<uuid:job_id>/contracts": _r(For.DESK),
    "desk/jobs/<uuid:job_id>/money": _r(For.DESK, readers=_MONEY),
    "desk/jobs/<uuid:job_id>/documents": _r(For.DESK),
    "desk/job-documents/<uuid:paper_id>/file": _r(For.DESK),
    "desk/job-documents/<uuid:paper_id>/accept": _r(For.DESK, {}),
    "desk/job-documents/<uuid:paper_id>/reject": _r(For.DESK, _REASON),
    "desk/document-demands/<uuid:demand_id>/waive": _r(For.DESK, _REASON),
    "desk/clients/blocks": _r(For.DESK),
    "desk/clients/<uuid:client_id>/block": _r(For.DESK, _REASON, DELETE={}),
    "desk/shifts": _r(For.DESK),
    "desk/shifts/<uuid:shift_id>": _r(For.DESK),
    "desk/shifts/<uuid:shift_id>/awards": _r(For.DESK),
    "desk/awards/<uuid:award_id>": _r(For.DESK),
    "desk/roster": _r(For.DESK, _member),
    "desk/roster/<uuid:entry_id>": _r(For.DESK, PATCH={"status": "suspended"}),
    "desk/roster/<uuid:entry_id>/invitations": _r(For.DESK, {}),
    "desk/roster/<uuid:entry_id>/remove": _r(For.DESK, _REASON),
    "desk/duty": _r(For.DESK, _duty),
    "desk/policies": _r(For.DESK, {"document": {}, "effective_from_date": "2026-04-01"}),
    "desk/policies/in-force": _r(For.DESK),
    "desk/policies/<int:version>": _r(For.DESK),
    "desk/policies/<int:version>/export": _r(For.DESK),
    "desk/policies/compare": _r(For.DESK),
    "desk/policies/drafts": _r(For.DESK, {"name": "Next rules"}),
    "desk/policies/drafts/<uuid:draft_id>": _r(For.DESK, PUT={"seen": 1, "document": {}}, DELETE={}),
    "desk/policies/drafts/<uuid:draft_id>/publish": _r(
        For.DESK, {"seen": 1, "effective_from_date": "2026-12-01", "note": "x"}
    ),
    "desk/payee-accounts": _r(For.DESK, asks_provider=True, readers=_MONEY),
    "desk/payee-accounts/onboarding": _r(For.DESK, {}, asks_provider=True),
    "desk/reviews": _r(For.DESK),
    "desk/reviews/<uuid:clock_event_id>/resolve": _r(For.DESK, {"accept": True, **_REASON}),
    "desk/timesheets": _r(For.DESK),
    "desk/timesheets/<uuid:timesheet_id>": _r(For.DESK),
    "desk/timesheets/<uuid:timesheet_id>/approve": _r(For.DESK, {}),
    "desk/timesheets/<uuid:timesheet_id>/resolve": _r(For.DESK, {"worked_minutes": 60, **_REASON}),
    "desk/assignments/<uuid:assignment_id>/overrun": _r(For.DESK, _until),
    "desk/assignments/<uuid:assignment_id>/rating": _r(For.DESK, _MARKS),
    "desk/timesheet-exports": _r(For.DESK, readers=_MONEY),
    "desk/timesheet-exports/waiting": _r(For.DESK, readers=_MONEY),
    "desk/timesheet-exports/formats": _r(For.DESK, readers=_MONEY),
    "desk/timesheet-exports/batches": _r(For.DESK, _batch, readers=_MONEY),
    "desk/timesheet-exports/batches/<int:number>": _r(For.DESK, readers=_MONEY),
    "desk/timesheet-exports/batches/<int:number>/file": _r(For.DESK, readers=_MONEY),
}
RECIPES |= {f"api/v1/{pattern}": recipe for pattern, recipe in _API.items()}

# Sign-in belongs to a library with tests of its own; what our settings and templates make of it is crawled as well.
LIBRARY_PREFIXES = ("accounts/", "_allauth/")


def recipe_of(pattern: str) -> Recipe | None:
    if pattern.startswith(LIBRARY_PREFIXES):
        return Recipe(For.LIBRARY, {})
    return RECIPES.get(pattern)
