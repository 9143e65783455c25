"""The itemised price of a request, shown before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing.agreeing.pricing_requests import facts_for_price, price_terms, prices_to_json
from billing.agreeing.service_fees import service_fee_of
from billing.models import Quote
from departments.policies import policy_at
from departments.policy.loading import load_policy
from departments.policy.pricing import PriceTotals, ShiftPrice, total_of
from marketplace import jurisdictions, refusals
from marketplace.job_facts import refuse_unanswered
from marketplace.models import Client, JobDraft
from marketplace.notice import refuse_short_notice
from marketplace.request_rules import refuse_by_rules
from marketplace.staffing import StaffingChange, staffing_changes
from marketplace.terms import JobTerms, check

__all__ = ["PriceRow", "describe", "prices_of", "quote_request", "quote_terms", "service_fee_of", "totals_of"]


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One line as a page or a document shows it: minutes and quantity per officer or vehicle, cents for the line.

    `note` says how the line came about; "" on prices stored before they did.
    """

    shift_number: int
    kind: str
    code: str
    description: str
    quantity: int
    billable_minutes: int
    unit_rate_cents_per_hour: int
    net_cents: int
    tax_cents: int
    tax_name: str
    gross_cents: int
    is_platform: bool
    note: str = ""
    is_agency: bool = False


def quote_terms(
    *,
    terms: JobTerms,
    department_id: UUID,
    at: datetime,
    draft: JobDraft | None = None,
    client: Client | None = None,
    non_profit: bool = False,
) -> Quote:
    """Price a request by the department's rate card in force now, and keep the quote with the card it was made from.

    `client`: who asks, once that is known; the card may name kinds of clients, as the contract will.

    Raises NoPolicyInForce, UnknownRank, UnknownVehicle, ShiftCannotBePriced.
    """
    policy = policy_at(department_id=department_id, at=at)
    prices = price_terms(
        terms=terms,
        policy=policy,
        service_fee=service_fee_of(department_id),
        requested_at=at,
        non_profit=non_profit,
        facts=facts_for_price(terms=terms, client=client, non_profit=non_profit),
    )
    totals = total_of(prices)
    return Quote.objects.create(
        draft=draft,
        department_id=department_id,
        currency=policy.currency,
        prices=prices_to_json(prices),
        policy=dict(policy.data),
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        terms=terms.to_json(),
        non_profit=non_profit,
        net_cents=totals.net_cents,
        tax_cents=totals.tax_cents,
        total_cents=totals.gross_cents,
        quoted_at=at,
    )


def quote_request(
    *,
    terms: JobTerms,
    at: datetime,
    department_id: UUID | None = None,
    draft: JobDraft | None = None,
    non_profit: bool = False,
) -> Quote:
    """Find who governs the venue, see that the request could be sent as it is, and price it.

    `department_id`: the portal that it came through; it must govern the venue.
    Raises what `posting.submit_job` raises about terms and place, and what `quote_terms` raises.
    """
    check(terms=terms, at=at)
    governing_id = jurisdictions.governing_department_of(terms=terms)
    if department_id is not None and department_id != governing_id:
        raise refusals.OtherDepartmentGoverns(department_id, governing_id)
    policy = policy_at(department_id=governing_id, at=at)
    refuse_unanswered(policy=policy, terms=terms)
    refuse_by_rules(policy=policy, terms=terms)
    refuse_short_notice(policy=policy, terms=terms, at=at)
    return quote_terms(terms=terms, department_id=governing_id, at=at, draft=draft, non_profit=non_profit)


def prices_of(prices: Sequence[dict[str, object]]) -> list[ShiftPrice]:
    """The prices that a quote or contract keeps, read back."""
    return [ShiftPrice.from_json(price) for price in prices]


def totals_of(prices: Sequence[dict[str, object]]) -> PriceTotals:
    return total_of(prices_of(prices))


def describe(prices: Sequence[dict[str, object]]) -> list[PriceRow]:
    """Rows for pages and documents, in the order of the price. Takes `.prices` of a quote or contract."""
    return list(_rows(prices_of(prices)))


def staffing_of(quote: Quote) -> list[StaffingChange]:
    """Supervisors whom the department's ladder adds to the officers asked for, or puts in the place of some."""
    policy = load_policy(quote.policy, version=quote.policy_version)
    return staffing_changes(policy=policy, terms=JobTerms.from_json(quote.terms))


def _rows(prices: Sequence[ShiftPrice]) -> Iterator[PriceRow]:
    for index, price in enumerate(prices):
        for line in price.lines:
            yield PriceRow(
                shift_number=index + 1,
                kind=line.kind,
                code=line.code,
                description=line.description,
                quantity=line.headcount,
                billable_minutes=line.billable_minutes,
                unit_rate_cents_per_hour=line.unit_rate_cents_per_hour,
                net_cents=line.net_cents,
                tax_cents=line.tax_cents,
                tax_name=" + ".join(tax.name for tax in line.taxes),
                gross_cents=line.gross_cents,
                is_platform=line.supplier == "platform",
                note=line.explanation,
                is_agency=line.owner == "agency",
            )
