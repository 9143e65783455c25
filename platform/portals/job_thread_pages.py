"""A job's thread on the pages of all who sit at it: the same list and form, whoever opens it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import uuid7
from marketplace.job_seats import Seat
from marketplace.job_threads import LONGEST_TEXT, author_name, read_messages, write_message
from marketplace.refusals_threads import ThreadOver
from portals.refusals import add_to_form

STOP_POLLING = 286
POLLED_EVERY_SECONDS = 15


class MessageForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_TEXT,
        help_text=_("Everybody on this job reads it. Leave telephone numbers and e-mail addresses out."),
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    message_id = forms.UUIDField(widget=forms.HiddenInput)


def show_thread(
    request: HttpRequest,
    take_seat: Callable[[], Seat],
    *,
    template: str,
    news_url: str,
    job_url: str,
    above: list[dict[str, Any]],
    who_reads: str | Promise,
    may_write: bool = True,
) -> HttpResponse:
    """The page; a POST writes. Sent twice, a message is written once. Whoever lost the seat is led to `job_url`."""
    try:
        seat = take_seat()
    except ThreadOver as refusal:
        messages.info(request, refusal.message)
        return redirect(job_url)
    at = clock.now()
    writes = may_write and seat.is_open(at)
    form = MessageForm(request.POST if request.method == "POST" else None, initial={"message_id": uuid7()})
    if request.method == "POST" and form.is_valid():
        try:
            write_message(
                seat=seat,
                message_id=form.cleaned_data["message_id"],
                text=form.cleaned_data["text"],
                actor=actor_of(request),
                at=at,
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            return redirect(request.path)
    context = {
        **_list(seat),
        "form": form,
        "writes": writes,
        "news_url": news_url,
        "polls": seat.is_open(at),
        "every": POLLED_EVERY_SECONDS,
        "closes_at": seat.closes_at,
        "who_reads": who_reads,
        "breadcrumbs": [*above, {"label": seat.job.title, "url": job_url}],
    }
    return render(request, template, context, status=422 if form.errors else 200)


def show_news(request: HttpRequest, take_seat: Callable[[], Seat]) -> HttpResponse:
    """The list alone, for a page that stays open; 286 tells it to stop asking."""
    try:
        seat = take_seat()
    except ThreadOver as refusal:
        return HttpResponse(refusal.message, status=STOP_POLLING, content_type="text/plain; charset=utf-8")
    status = 200 if seat.is_open(clock.now()) else STOP_POLLING
    return render(request, "components/_job_messages.html", _list(seat), status=status)


def _list(seat: Seat) -> dict[str, Any]:
    found = read_messages(seat=seat)
    return {
        "job": seat.job,
        "thread": [
            (one, author_name(one, reader=seat) or _("The client"), one.author_person_id == seat.person_id)
            for one in found
        ],
        "thread_zone": seat.job.time_zone,
    }
