"""The style guide: every component on one page, so that a change to one is seen everywhere.

Not served in production.
"""

from datetime import UTC, date, datetime, time, timedelta

import css_inline
from csp.decorators import csp_exempt
from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path

from portals import theme
from portals.states import known_states

_STARTS_AT = datetime(2026, 12, 5, 23, 0, tzinfo=UTC)
_PLACES = [
    {
        "latitude": 43.4675,
        "longitude": -79.6877,
        "title": "Harbour festival",
        "detail": "2 of 3 officers",
        "tone": "info",
    },
    {
        "latitude": 43.5183,
        "longitude": -79.8774,
        "title": "Film shoot",
        "detail": "Staffed",
        "tone": "success",
    },
    {
        "latitude": 43.3255,
        "longitude": -79.7990,
        "title": "Wide-load escort",
        "detail": "Open",
        "tone": "warning",
    },
]
_TONES = ["primary", "info", "success", "warning", "error", "neutral"]


class _SampleForm(forms.Form):
    organisation = forms.CharField(label="Name of your organisation")
    email = forms.EmailField(label="E-mail address", help_text="We send the quote and the contract there.")
    starts_on = forms.DateField(label="Date", initial=date(2026, 12, 5))
    starts_at = forms.TimeField(label="Start", initial=time(18, 0))
    event_type = forms.ChoiceField(
        label="Type of event",
        choices=[("festival", "Festival"), ("film", "Film shoot"), ("escort", "Wide-load escort")],
    )
    budget = forms.DecimalField(label="Most you want to pay an hour", required=False)
    route = forms.ChoiceField(
        label="Who should come?",
        widget=forms.RadioSelect,
        choices=[
            ("department", "Officers of the local department"),
            ("agency", "A security company's offer"),
        ],
        initial="department",
    )
    duties = forms.CharField(label="What will the officers do?", widget=forms.Textarea, required=False)
    terms = forms.BooleanField(label="I accept the terms of 1 November 2026")
    plan = forms.FileField(label="Site plan", required=False)


def urlpatterns() -> list[URLPattern]:
    """Include these only outside production."""
    return [
        path("styleguide/", style_guide, name="style_guide"),
        path("styleguide/theme.<int:hue>.css", sample_theme, name="style_guide_theme"),
        path("styleguide/mail/", sample_mail, name="style_guide_mail"),
        path("styleguide/error/<str:name>/", sample_error, name="style_guide_error"),
    ]


def style_guide(request: HttpRequest) -> HttpResponse:
    """`?shell=side|top|bottom`, `?hue=0–359`, `?errors=1`."""
    shell = request.GET.get("shell", "side")
    hue = request.GET.get("hue", "")
    form = _SampleForm({"organisation": "Harbour Days", "email": "dana"} if request.GET.get("errors") else None)
    return render(
        request,
        "styleguide/page.html",
        {
            "portal": {
                "name": "Lakeshore Police Service" if hue else "Muster",
                "kind": "department",
                "home_url": "/styleguide/",
                "shell": shell if shell in {"side", "top", "bottom"} else "side",
                "theme_url": f"/styleguide/theme.{int(hue)}.css" if hue.isdigit() else "",
            },
            "navigation": _navigation(),
            "account_name": "Dana O'Neil",
            "account_detail": "dana@example.org",
            "account_navigation": [{"label": "Your details", "url": "#", "icon": "circle-user"}],
            "footer_links": [{"label": "Privacy", "url": "#"}, {"label": "Accessibility", "url": "#"}],
            "form": form,
            "tones": _TONES,
            "states": known_states(),
            "starts_at": _STARTS_AT,
            "ends_at": _STARTS_AT + timedelta(hours=8),
            "places": _PLACES,
            "page": Paginator(list(range(240)), 20).page(4),
            "breadcrumbs": [{"label": "Requests", "url": "#"}, {"label": "Harbour Days", "url": "#"}],
            "tabs": [
                {"label": "To approve", "url": "#", "active": True, "count": 4},
                {"label": "Open", "url": "#", "count": 12},
                {"label": "All", "url": "#"},
            ],
            "steps": ["Event", "Place", "Officers", "Price"],
            "quote_lines": _quote_lines(),
            "taxes": [{"label": "HST 13 % (included in rates)", "cents": 15_876}],
            "drawings": ["calendar", "map", "inbox", "money", "people", "shield", "search", "lost"],
        },
    )


def sample_theme(request: HttpRequest, hue: int) -> HttpResponse:
    """The sheet that a tenant with this hue would get."""
    return HttpResponse(theme.css_for_hue(hue), content_type="text/css")


@csp_exempt()
def sample_mail(request: HttpRequest) -> HttpResponse:
    """An e-mail as a mail program shows it: styles inline, no content security policy."""
    page = render_to_string("styleguide/mail.html", {"subject": "Your request is approved"})
    return HttpResponse(css_inline.inline(page))


def sample_error(request: HttpRequest, name: str) -> HttpResponse:
    """An error page, with the status of a page that worked."""
    if name not in {"400", "403", "404", "500"}:
        raise Http404
    return render(request, f"errors/{name}.html")


def _navigation() -> list[dict[str, object]]:
    entries: list[tuple[str, str, str, int | None]] = [
        ("Overview", "layout-dashboard", "", None),
        ("Requests", "inbox", "Work", 4),
        ("Shifts", "calendar-days", "Work", None),
        ("Timesheets", "clipboard-check", "Work", 2),
        ("Officers", "users", "People", None),
        ("Payments", "banknote", "Money", None),
    ]
    return [
        {
            "label": label,
            "url": "#",
            "icon": icon,
            "group": group,
            "badge": badge,
            "active": label == "Requests",
        }
        for label, icon, group, badge in entries
    ]


def _quote_lines() -> list[dict[str, object]]:
    return [
        {
            "description": "Constable",
            "note": "Sat 5 Dec, 6:00 PM–2:00 AM",
            "headcount": 2,
            "billable_minutes": 480,
            "unit_rate_cents_per_hour": 8_625,
            "net_cents": 138_000,
        },
        {
            "description": "Vehicle",
            "billable_minutes": 480,
            "unit_rate_cents_per_hour": 4_500,
            "net_cents": 36_000,
        },
        {"description": "Muster service fee", "note": "5 % of 1,740.00", "net_cents": 8_700},
    ]
