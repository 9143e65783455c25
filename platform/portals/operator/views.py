"""What the platform's operator looks at: counts and trouble, messages, and the trail of what was done."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.models import Person
from billing.models import ReconciliationDay
from kernel import clock
from kernel.errors import Refusal
from kernel.models import AuditEvent, InboxEvent, OutboxDelivery
from marketplace.models import Client, Job, Officer, Shift, UnservedDemand
from messaging.models import OutboundMessage
from portals.department.words import audit_words
from portals.operator.access import PAGE_SIZE, operator_page
from portals.operator.stuck import try_delivery_again, try_webhook_again
from portals.refusals import show
from portals.states import look_of
from tenants.context import acting_as
from tenants.models import Tenant

TROUBLE_SHOWN = 20


@require_safe
@operator_page
def front(request: HttpRequest) -> HttpResponse:
    return redirect("operator:overview")


@require_safe
@operator_page
def overview(request: HttpRequest) -> HttpResponse:
    """How many of everything, and what needs a person."""
    outbox = OutboxDelivery.objects.aggregate(
        dead=Count("id", filter=Q(state="dead")),
        waiting=Count("id", filter=Q(state="pending")),
        failing=Count("id", filter=Q(state="pending", attempts__gt=0)),
    )
    inbox = InboxEvent.objects.aggregate(
        dead=Count("id", filter=Q(state="dead")), waiting=Count("id", filter=Q(state="pending"))
    )
    with acting_as(purpose="messaging"):
        failed = list(
            OutboundMessage.objects.filter(state=OutboundMessage.State.FAILED)
            .defer("text", "html")
            .order_by("-created_at")[:TROUBLE_SHOWN]
        )
        queued = OutboundMessage.objects.filter(state__in=("queued", "sending")).count()
    return render(
        request,
        "operator/overview.html",
        {
            **_counts(
                request.user.pk,
                tenants=Tenant.objects.filter(state=Tenant.State.ACTIVE),
                clients=Client.objects.all(),
                officers=Officer.objects.filter(left_at=None),
                jobs=Job.objects.all(),
                open_shifts=Shift.objects.filter(state__in=("open", "part_staffed")),
            ),
            "outbox": outbox,
            "inbox": inbox,
            "queued": queued,
            "failed": failed,
            "dead": OutboxDelivery.objects.filter(state="dead")
            .select_related("event")
            .order_by("-due_at")[:TROUBLE_SHOWN],
            "dead_webhooks": InboxEvent.objects.filter(state="dead").order_by("-received_at")[:TROUBLE_SHOWN],
            "last_night": ReconciliationDay.objects.order_by("-date").first(),
            "unserved": UnservedDemand.objects.order_by("-asked_at")[:8],
        },
    )


def _counts(reader_id: UUID | None, **wanted: QuerySet[Any]) -> dict[str, int]:
    """How many rows each has, in one query: beside the reader's own row, which is there."""
    one: Any = Value(1)
    counted = {
        name: Coalesce(Subquery(rows.order_by().values(alike=one).annotate(n=Count("pk")).values("n")), 0)
        for name, rows in wanted.items()
    }
    assert reader_id is not None
    found: dict[str, Any] = dict(Person.objects.filter(id=reader_id).values(**counted).get())
    return found


@require_POST
@operator_page
def retry_all(request: HttpRequest) -> HttpResponse:
    count = try_delivery_again(delivery_id=None, actor=actor_of(request), at=clock.now())
    notices.success(request, f"{count} deliveries are due again." if count else "There was nothing to try again.")
    return redirect("operator:overview")


@require_POST
@operator_page
def retry_delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    try:
        try_delivery_again(delivery_id=delivery_id, actor=actor_of(request), at=clock.now())
        notices.success(request, "The delivery is due again.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("operator:overview")


@require_POST
@operator_page
def retry_webhook(request: HttpRequest, inbox_event_id: UUID) -> HttpResponse:
    try:
        try_webhook_again(inbox_event_id=inbox_event_id, actor=actor_of(request), at=clock.now())
        notices.success(request, "The webhook is due again.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("operator:overview")


@require_safe
@operator_page
def messages(request: HttpRequest) -> HttpResponse:
    """To whom, when, and what became of it. Never the text: it may hold somebody's code."""
    text = request.GET.get("text", "").replace("\x00", "").strip()[:200]
    state, channel = request.GET.get("state", ""), request.GET.get("channel", "")
    with acting_as(purpose="messaging"):
        found = OutboundMessage.objects.defer("text", "html").order_by("-created_at", "-id")
        if text:
            found = found.filter(
                # A whole number finds its texts; parts of one find nothing, or numbers could be spelt out.
                Q(recipient__icontains=text, channel="email")
                | Q(recipient=text)
                | Q(subject__icontains=text)
                | Q(business_key__icontains=text)
            )
        if state in OutboundMessage.State.values:
            found = found.filter(state=state)
        if channel in ("email", "sms"):
            found = found.filter(channel=channel)
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        page.object_list = list(page.object_list)
    states = [(value, look_of(value).label) for value in OutboundMessage.State.values]
    return render(
        request,
        "operator/messages.html",
        {"page": page, "text": text, "state": state, "channel": channel, "states": states},
    )


@require_safe
@operator_page
def audit_log(request: HttpRequest) -> HttpResponse:
    found = AuditEvent.objects.order_by("-happened_at", "-id")
    text = request.GET.get("text", "").replace("\x00", "").strip()[:100]
    if text:
        found = found.filter(
            Q(action__icontains=text) | Q(actor_label__icontains=text) | Q(actor_address=text) | _about(text)
        )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    events = list(page.object_list)
    names = {person.id: person.full_name for person in Person.objects.filter(id__in=_people(events))}
    tenants = {tenant.id: tenant.short_name for tenant in Tenant.objects.all()}
    rows = [
        {
            "event": event,
            "title": audit_words(event.action),
            "who": (event.actor_person_id and names.get(event.actor_person_id))
            or event.actor_label
            or event.actor_kind,
            "tenant": tenants.get(event.tenant_id, "") if event.tenant_id else "",
        }
        for event in events
    ]
    return render(request, "operator/audit.html", {"page": page, "rows": rows, "text": text})


def _about(text: str) -> Q:
    try:
        return Q(subject_id=UUID(text))
    except ValueError:
        return Q(pk=None)


def _people(events: list[AuditEvent]) -> set[UUID]:
    return {event.actor_person_id for event in events if event.actor_person_id}
