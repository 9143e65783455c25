"""A department's month of text messages: counted in segments, in a row that everybody who spends locks first."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Sum

from kernel import outbox
from messaging.models import OutboundMessage, SmsBudget
from tenants.queries import get_tenant

BUDGET_REACHED = "messaging.sms_budget_reached"
_TOLD_AT_PERCENT = (80, 100)


def locked_budget(*, tenant_id: UUID, allowed_segments: int | None, at: datetime) -> SmsBudget:
    """This month's row, locked until the transaction ends, with what the policy allows now.

    A limit that was lowered below what has been spent already stands at that.
    """
    month_date = _local(tenant_id, at).date().replace(day=1)
    SmsBudget.objects.bulk_create(
        [SmsBudget(tenant_id=tenant_id, month_date=month_date, allowed_segments=allowed_segments)],
        ignore_conflicts=True,
    )
    budget = SmsBudget.objects.select_for_update().get(tenant_id=tenant_id, month_date=month_date)
    allowed = None if allowed_segments is None else max(allowed_segments, budget.offer_segments)
    if budget.allowed_segments != allowed:
        budget.allowed_segments = allowed
        budget.save(update_fields=["allowed_segments"])
    return budget


def free_segments(budget: SmsBudget) -> int | None:
    """What is left for offers; None without a limit."""
    if budget.allowed_segments is None:
        return None
    return max(0, budget.allowed_segments - budget.offer_segments - personal_segments(budget))


def personal_segments(budget: SmsBudget) -> int:
    """What messages about officers' own shifts came to in the month."""
    zone = ZoneInfo(get_tenant(tenant_id=budget.tenant_id).time_zone)
    return int(
        OutboundMessage.objects.filter(
            payer_id=budget.tenant_id,
            channel="sms",
            is_offer=False,
            created_at__gte=_midnight(budget.month_date, zone),
            created_at__lt=_midnight(_next_month(budget.month_date), zone),
        ).aggregate(total=Sum("segments"))["total"]
        or 0
    )


def spend(budget: SmsBudget, *, segments: int, used_up: bool, at: datetime) -> None:
    """Count offers that were queued. The department is told once at 80 % and once when nothing is left.

    The caller holds the lock. `used_up` says that a text could not be paid for any more.
    """
    budget.offer_segments += segments
    changed = ["offer_segments"]
    percent = _percent(budget, used_up=used_up)
    for step in _TOLD_AT_PERCENT:
        field = f"told_at_{step}_percent_at"
        if percent >= step and getattr(budget, field) is None:
            setattr(budget, field, at)
            changed.append(field)
            # Whoever jumps over 80 % in one step reads of the end alone.
            if step == max(one for one in _TOLD_AT_PERCENT if percent >= one):
                outbox.announce(
                    name=BUDGET_REACHED,
                    payload={"budget_id": str(budget.id), "percent": step},
                    tenant_id=budget.tenant_id,
                    at=at,
                )
    budget.save(update_fields=changed)


def _percent(budget: SmsBudget, *, used_up: bool) -> int:
    if budget.allowed_segments is None:
        return 0
    if used_up or budget.allowed_segments == 0:
        return 100
    return 100 * (budget.offer_segments + personal_segments(budget)) // budget.allowed_segments


def _local(tenant_id: UUID, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(get_tenant(tenant_id=tenant_id).time_zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _next_month(month_date: date) -> date:
    year, month = divmod(month_date.month, 12)
    return date(month_date.year + year, month + 1, 1)
