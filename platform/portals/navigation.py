"""Which doors a person sees, by who they are and whose host they are on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.desk_roles import (
    AGENCY_MONEY_HANDLERS,
    HISTORY_READERS,
    MESSAGE_READERS,
    MONEY_READERS,
    PERSONNEL_READERS,
    RECONCILIATION_READERS,
    STAFF_READERS,
)
from portals.audience import audience_of
from portals.languages import choices


@dataclass(frozen=True)
class NavigationItem:
    label: str | Promise
    url: str
    icon: str
    active: bool = False
    badge: str = ""
    group: str = ""


MARKETPLACE_VISITOR = [("Ask for officers", "request:start", "calendar-plus")]
CLIENT = [
    ("My jobs", "client:jobs", "briefcase"),
    ("Ask for officers", "request:start", "calendar-plus"),
    ("Payments", "client:payments", "credit-card"),
    ("Documents", "client:documents", "receipt"),
    ("Ratings", "client:ratings", "star"),
    ("Report", "client:job_report", "file-text"),
]
# A phone's bar shows the first five.
OFFICER = [
    (_("Today"), "officer:today", "house"),
    (_("Near me"), "officer:feed", "map-pin"),
    (_("My shifts"), "officer:shifts", "calendar"),
    (_("Earnings"), "officer:earnings", "wallet"),
    (_("Profile"), "officer:profile", "user"),
    (_("Documents"), "officer:documents", "file-text"),
    (_("Fairness"), "officer:fairness", "scale"),
]
OPERATOR = [
    ("Overview", "operator:overview", "gauge"),
    ("Tenants", "operator:tenants", "building"),
    ("Messages", "operator:messages", "mail"),
    ("Money", "operator:money", "scale"),
    ("Disputes", "operator:cases", "gavel"),
    ("Reported ratings", "operator:rating_reports", "flag"),
    ("Reconciliation", "operator:reconciliation", "circle-check"),
]
# Label, page and icon, under the heading that the side menu shows over them.
DEPARTMENT = {
    "The day": [
        ("Today", "department:dashboard", "gauge"),
        ("Console", "department:console", "radio"),
        ("Dispatch sheet", "department:dispatch", "list"),
    ],
    "Work": [
        ("Requests", "department:requests", "inbox"),
        ("Shifts", "department:shifts", "calendar"),
        ("Hours", "department:timesheets", "clock"),
        ("Exceptions", "department:irregularities", "triangle-alert"),
    ],
    "People": [
        ("Roster", "department:roster", "users"),
        ("Agencies", "department:agencies", "building"),
        ("Duty conflicts", "department:duty_conflicts", "calendar-x"),
        ("Approvals", "department:approvals", "shield-check"),
        ("Reported ratings", "department:rating_reports", "flag"),
        ("Staff and roles", "department:staff", "key-round"),
    ],
    "Rules and fairness": [
        ("Policy", "department:policy", "book-open"),
        ("What if", "department:what_ifs", "refresh-cw"),
        ("Fairness", "department:fairness", "scale"),
        ("Contests", "department:contests", "gavel"),
    ],
    "Money and records": [
        ("Money", "department:money", "wallet"),
        ("Documents", "department:documents", "receipt"),
        ("Reconciliation", "department:reconciliation", "list-checks"),
        ("Exports", "department:exports", "file-spreadsheet"),
        ("Paid twice", "department:overlaps", "layers"),
        ("Reports", "department:report", "file-text"),
        ("Messages", "department:messages", "mail"),
        ("History", "department:history", "history"),
    ],
}
# Doors that not every role finds open; one that would be refused is not offered.
_READERS = {
    "department:money": MONEY_READERS,
    "department:documents": MONEY_READERS,
    "department:reconciliation": RECONCILIATION_READERS,
    "department:exports": MONEY_READERS,
    "department:overlaps": MONEY_READERS,
    "department:approvals": PERSONNEL_READERS,
    "department:rating_reports": PERSONNEL_READERS,
    "department:irregularities": PERSONNEL_READERS,
    "department:history": HISTORY_READERS,
    "department:messages": MESSAGE_READERS,
    "department:staff": STAFF_READERS,
    "agency:payee_account": AGENCY_MONEY_HANDLERS,
    "agency:reconciliation": RECONCILIATION_READERS,
    "agency:money": AGENCY_MONEY_HANDLERS,
}
AGENCY = {
    "The day": [
        ("Today", "agency:dashboard", "gauge"),
        ("Requests", "agency:requests", "inbox"),
        ("Jobs", "agency:jobs", "briefcase"),
    ],
    "People": [
        ("Officers", "agency:officers", "users"),
        ("Clients", "agency:clients", "building"),
    ],
    "Money and records": [
        ("Money", "agency:money", "wallet"),
        ("Documents", "agency:documents", "receipt"),
        ("Reconciliation", "agency:reconciliation", "list-checks"),
    ],
    "The agency": [
        ("Licence and insurance", "agency:profile", "id-card"),
        ("Payout account", "agency:payee_account", "landmark"),
    ],
}


def navigation_for(request: HttpRequest, *, is_officer: bool, is_client: bool) -> list[NavigationItem]:
    """The main menu. An entry whose page does not exist on this host is left out rather than broken."""
    tenant = getattr(request, "tenant", None)
    person = getattr(request, "user", None)
    signed_in = person is not None and person.is_authenticated
    menu: Sequence[tuple[Any, ...]]
    if tenant is not None:
        is_member = getattr(request, "membership", None) is not None
        desk = DEPARTMENT if tenant.kind == "department" else AGENCY
        menu = _desk_menu(request, desk) if is_member else MARKETPLACE_VISITOR
    elif not signed_in:
        menu = MARKETPLACE_VISITOR
    else:
        menu = [*(OFFICER if is_officer else []), *(CLIENT if is_client or not is_officer else [])]
        if getattr(person, "is_staff", False):
            menu = OPERATOR
    items = [item for entry in menu if (item := _item(request, *entry)) is not None]
    return _with_active(items, path=request.path)


def _desk_menu(request: HttpRequest, desk: Mapping[str, list[tuple[str, str, str]]]) -> list[tuple[str, str, str, str]]:
    membership = request.membership  # type: ignore[attr-defined]
    return [
        (label, name, icon, group)
        for group, entries in desk.items()
        for label, name, icon in entries
        if name not in _READERS or membership.has_any(*_READERS[name])
    ]


def _with_active(items: list[NavigationItem], *, path: str) -> list[NavigationItem]:
    """Of entries that lead to this page or above it, the nearest is the one that is open."""
    leading = [item for item in items if path.startswith(item.url)]
    nearest = max(leading, key=lambda item: len(item.url), default=None)
    return [replace(item, active=item is nearest) for item in items]


def _item(request: HttpRequest, label: str | Promise, name: str, icon: str, group: str = "") -> NavigationItem | None:
    try:
        url = reverse(name, urlconf=getattr(request, "urlconf", None))
    except NoReverseMatch:
        return None
    return NavigationItem(label=label, url=url, icon=icon, group=group)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: whose portal this is and what its menus hold. `portals.frame` derives its look from it."""
    audience = audience_of(request)
    tenant = getattr(request, "tenant", None)
    # On a tenant's host the menus do not depend on it, and asking would cost every page of a desk a query.
    on_market = tenant is None
    is_client = on_market and audience.is_client
    return {
        "tenant": tenant,
        "membership": getattr(request, "membership", None),
        "audience": audience,
        "navigation": navigation_for(request, is_officer=on_market and audience.is_officer, is_client=is_client),
        "account_navigation": _account_menu(request, is_client=is_client),
        "account_name": audience.person.full_name if audience.person else "",
        "language_choices": choices(request),
        "footer_links": [{"label": _("Terms of service"), "url": "/terms/"}],
    }


def _account_menu(request: HttpRequest, *, is_client: bool) -> list[NavigationItem]:
    if not getattr(getattr(request, "user", None), "is_authenticated", False):
        return []
    entries = [
        *([(_("Billing details"), "client:profile", "receipt")] if is_client else []),
        (_("Language"), "language", "globe"),
        (_("E-mail addresses"), "account_email", "mail"),
        (_("Sign-in security"), "mfa_index", "key-round"),
    ]
    return [item for entry in entries if (item := _item(request, *entry)) is not None]
