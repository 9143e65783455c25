"""`{% load muster %}`: figures, times, states, icons and form widgets as every page shows them."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kernel import clock
from messaging.spoken import spoken as spoken_text
from portals import widgets, wording
from portals.frame import frame_of
from portals.states import StateLook, alert_look, look_of

register = template.Library()


@register.filter
def money(cents: int | None, currency: str = "") -> str:
    """`{{ charge.gross_cents|money:charge.currency }}`; nothing for None."""
    return "" if cents is None or cents == "" else wording.money_text(cents, currency)


@register.filter
def signed_money(cents: int | None, currency: str = "") -> str:
    """As money, with a plus before what comes in."""
    return "" if cents is None or cents == "" else wording.money_text(cents, currency, sign=True)


@register.filter
def duration_minutes(minutes: int | None) -> str:
    """`{{ sheet.worked_minutes|duration_minutes }}` → `14 h 30`."""
    return "" if minutes is None or minutes == "" else wording.duration_text(minutes)


@register.filter
def zoned(value: datetime | None, zone: str = "") -> str:
    """`{{ shift.starts_at|zoned:venue.time_zone }}` → `Sat 5 Dec 2026, 6:00 PM EST`."""
    return wording.moment_text(value, zone) if value else ""


@register.filter
def zoned_date(value: datetime | None, zone: str = "") -> str:
    """The local date alone."""
    return wording.date_text(wording.local_time(value, zone)) if value else ""


@register.filter
def short_day(value: date | None) -> str:
    """`{{ employment.from_date|short_day }}` → `5 Dec 2026`."""
    return wording.short_day_text(value) if value else ""


@register.filter
def long_day(value: date | None) -> str:
    """`{{ stretch.starts|long_day }}` → `5 December 2026`."""
    return wording.long_day_text(value) if value else ""


@register.filter
def short_month(value: date | None) -> str:
    """`{{ month|short_month }}` → `Dec 2026`."""
    return wording.month_text(value, with_year=True) if value else ""


@register.filter
def zoned_time(value: datetime | None, zone: str = "") -> str:
    """The local time of day alone."""
    return wording.time_text(wording.local_time(value, zone)) if value else ""


@register.simple_tag
def period(starts_at: datetime, ends_at: datetime, zone: str = "") -> str:
    """`{% period shift.starts_at shift.ends_at venue.time_zone %}`."""
    return wording.period_text(starts_at, ends_at, zone)


@register.filter
def spoken(sentence: str) -> str:
    """What the domain explained in English, in the page's language."""
    return spoken_text(str(sentence or ""))


@register.filter
def all_spoken(sentences: list[str]) -> list[str]:
    """Each of them in the page's language."""
    return [spoken_text(str(one)) for one in sentences]


@register.filter
def state_look(state: str) -> StateLook:
    """Tone, icon and label of a state."""
    return look_of(state)


@register.filter
def tone_look(tone: str) -> StateLook:
    """Tone and icon of an alert; knows Django's message levels too."""
    return alert_look(str(tone or "info"))


@register.simple_tag
def state_badge(state: str, label: str = "", small: bool = False) -> SafeString:
    """`{% state_badge job.state %}`, or with words of its own: `{% state_badge job.state "2 of 3" %}`."""
    look = look_of(state)
    # The line's end is the gap to what follows on the line.
    return format_html(
        '<span class="badge tone-{}{}">{}{}</span>\n',
        look.tone,
        " badge-small" if small else "",
        _silent_icon(look.icon, "icon-small"),
        label if str(label).strip() else look.label,
    )


@register.simple_tag
def icon(name: str, css_class: str = "icon", label: str = "") -> SafeString:
    """A Lucide icon from the sprite; hidden from assistive technology unless it carries a label of its own."""
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            css_class,
            label,
            f"{static('icons/lucide.svg')}#{name}",
        )
    return _silent_icon(name, css_class)


# A page draws a hundred of them, and there are only so many. Typed: text that is safe and the same text from elsewhere
# are equal, but only one of them may stand as it is.
@lru_cache(maxsize=2048, typed=True)
def _silent_icon(name: str, css_class: str) -> SafeString:
    address = f"{static('icons/lucide.svg')}#{name}"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', css_class, address)


@register.filter
def initials(name: str) -> str:
    """`Dana O'Neil` → `DO`; one letter of a single name; `?` of none."""
    words = [word for word in str(name or "").replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def avatar_tone(name: str) -> int:
    """One of six tones, always the same for the same name."""
    return sum(str(name or "").encode()) % 6


@register.filter
def star_steps(stars: float | None) -> list[str]:
    """Five of `full`, `half`, `empty`, to the nearest half star."""
    halves = round(float(stars or 0) * 2)
    return ["full" if halves >= 2 * place else "half" if halves == 2 * place - 1 else "empty" for place in range(1, 6)]


@register.filter
def kind_of_field(field: BoundField) -> str:
    """`checkbox`, `choices` (radio buttons or a list of checkboxes), `file` or `plain`."""
    return widgets.kind_of(field)


@register.simple_tag
def field_widget(field: BoundField, has_help: Any = False, **attributes: Any) -> SafeString:
    """The field's own widget, dressed for the design and tied to its help and error."""
    return widgets.dressed(field, has_help=bool(has_help), **attributes)


@register.filter
def field_choices(field: BoundField) -> Iterator[Any]:
    """The single radio buttons or checkboxes of a choice field."""
    return iter(field.subwidgets)


@register.filter
def without_gaps(pages: Any) -> Iterator[int | str]:
    """Page numbers around the current one, `…` where some are left out; for a Django Page."""
    return pages.paginator.get_elided_page_range(pages.number, on_each_side=1, on_ends=1)


@register.simple_tag(takes_context=True)
def page_frame(context: template.Context) -> dict[str, str]:
    """Name, shell, home and theme of the page; see `portals.frame`."""
    return frame_of({str(name): value for name, value in context.flatten().items()})


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: Any) -> str:
    """The page's own query string with some values changed: `?{% query_with page=3 %}`; None removes one."""
    query = context["request"].GET.copy() if "request" in context else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = value
    return str(query.urlencode())


@register.simple_tag
def server_now() -> str:
    """The server's time as ISO text, by which a phone learns how wrong its own clock is."""
    return clock.now().isoformat()
