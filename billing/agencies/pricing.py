"""An agency's price: the department's own rules, with the agency's rate card in the place of its rates.

So one engine prices both, notice, ladder and rounding count alike, and the two can be compared line by line. Of the
department's card its fees and vehicles stay, at its own rates and tax number: they are the department's money. Its
premiums, discounts and what it takes from an officer's pay fall away: an agency's rates are all-in, and its payroll is
its own.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from billing.models import Contract
from billing.refusals.agencies import OfferTermsUnclear, RateMissing, RateOutOfRange
from departments.policy.documents import Policy
from departments.policy.loading import load_policy
from departments.policy.pricing import Line, ShiftPrice
from marketplace.staffing import staffed_positions
from marketplace.terms import JobTerms

MAXIMUM_RATE_CENTS = 100_000
MAXIMUM_EXTRA_CENTS = 10_000_000
MAXIMUM_EXTRAS = 10
MAXIMUM_MINIMUM_MINUTES = 24 * 60
_EXTRA_PREFIX = "agency-"


@dataclass(frozen=True, slots=True)
class RankOffer:
    """Cents for an hour of one officer. The bill rate is before or with tax as the department's own card is."""

    rank_code: str
    bill_rate_cents_per_hour: int
    pay_rate_cents_per_hour: int


@dataclass(frozen=True, slots=True)
class Extra:
    """A fixed amount before tax, once for the request or once for each shift."""

    name: str
    amount_cents: int
    per: str = "job"


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What an agency asks for. `tax_numbers` by tax code; a tax without a number is not charged by the agency."""

    ranks: tuple[RankOffer, ...]
    minimum_minutes: int = 0
    extras: tuple[Extra, ...] = ()
    tax_numbers: Mapping[str, str] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.tax_numbers is None:
            object.__setattr__(self, "tax_numbers", {})

    def to_json(self) -> dict[str, Any]:
        return {
            "ranks": [asdict(rank) for rank in self.ranks],
            "minimum_minutes": self.minimum_minutes,
            "extras": [asdict(extra) for extra in self.extras],
            "tax_numbers": dict(self.tax_numbers),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> OfferTerms:
        return cls(
            ranks=tuple(RankOffer(**rank) for rank in data["ranks"]),
            minimum_minutes=data["minimum_minutes"],
            extras=tuple(Extra(**extra) for extra in data["extras"]),
            tax_numbers=dict(data["tax_numbers"]),
        )


def check_terms(*, offered: OfferTerms, policy: Policy, terms: JobTerms) -> None:
    """Every rank that the request needs has its rates, and every number is one that somebody meant.

    Raises RateMissing, RateOutOfRange, OfferTermsUnclear.
    """
    known = {rank.code: rank for rank in policy.rate_card.ranks}
    rates = {rank.rank_code: rank for rank in offered.ranks}
    for code in ranks_needed(policy=policy, terms=terms):
        if code not in rates:
            raise RateMissing(code, known[code].name)
    for rank in offered.ranks:
        if rank.rank_code not in known:
            raise OfferTermsUnclear(f"The department has no rank {rank.rank_code}.", rank_code=rank.rank_code)
        for kind, cents in (("bill", rank.bill_rate_cents_per_hour), ("pay", rank.pay_rate_cents_per_hour)):
            if not 0 < cents <= MAXIMUM_RATE_CENTS:
                raise RateOutOfRange(f"{kind}_{rank.rank_code}", cents, MAXIMUM_RATE_CENTS)
    if not 0 <= offered.minimum_minutes <= MAXIMUM_MINIMUM_MINUTES:
        raise OfferTermsUnclear("The minimum is between 0 and 24 hours.", field="minimum_hours")
    if len(offered.extras) > MAXIMUM_EXTRAS:
        raise OfferTermsUnclear(f"Name at most {MAXIMUM_EXTRAS} extras.", field="extras")
    for extra in offered.extras:
        if not extra.name.strip() or len(extra.name) > 80:
            raise OfferTermsUnclear("Name each extra in at most 80 characters.", field="extra_name")
        if extra.per not in ("job", "shift") or not 0 < extra.amount_cents <= MAXIMUM_EXTRA_CENTS:
            raise OfferTermsUnclear("An extra is a positive amount for the request or for each shift.", field="extra")
    if policy.rate_card.rates_include_tax:
        for tax in policy.rate_card.taxes:
            if "labour" in tax.applies_to and tax.code not in offered.tax_numbers:
                raise OfferTermsUnclear(
                    f"The rates of this department include {tax.code}. Enter your registration number for it.",
                    field=f"tax_{tax.code}",
                )
    taxes = {tax.code for tax in policy.rate_card.taxes}
    for code, number in offered.tax_numbers.items():
        if code not in taxes or not 0 < len(number.strip()) <= 40:
            raise OfferTermsUnclear(
                f"Enter the registration number for {code}, or leave it empty.", field=f"tax_{code}"
            )


def ranks_needed(*, policy: Policy, terms: JobTerms) -> list[str]:
    """By code, with the supervisors whom the department's ladder adds, in the order of its card."""
    needed = {
        position.rank_code
        for shift in terms.shifts
        for position in staffed_positions(policy=policy, terms=terms, shift=shift)
    }
    return [rank.code for rank in policy.rate_card.ranks if rank.code in needed]


def agency_policy(*, policy: Policy, offered: OfferTerms) -> Policy:
    """The department's document with the agency's card in it: what the contract keeps and the bill is priced by.

    A rank that was not offered keeps the department's rate, so that a later change of the request can be priced.
    """
    document = copy.deepcopy(dict(policy.data))
    card = document["rate_card"]
    rates = {rank.rank_code: rank for rank in offered.ranks}
    for rank in card["ranks"]:
        if (own := rates.get(rank["code"])) is not None:
            rank["bill_rate_cents_per_hour"] = own.bill_rate_cents_per_hour
            rank["pay_rate_cents_per_hour"] = own.pay_rate_cents_per_hour
    card.pop("premiums", None)
    card.pop("minimum_rules", None)
    card.pop("minimum_steps_minutes", None)
    if offered.minimum_minutes:
        card["minimum_steps_minutes"] = [offered.minimum_minutes]
    card["fees"] = [*_department_fees(card.get("fees", ())), *map(_fee, range(len(offered.extras)), offered.extras)]
    card["taxes"] = [kept for tax in card.get("taxes", ()) if (kept := _for_agency(tax, offered)) is not None]
    document["payee_mode"] = "agency"
    return load_policy(document, version=policy.version)


def as_agency_price(*, price: ShiftPrice, tax_numbers: Mapping[str, str]) -> ShiftPrice:
    """The same price with the agency named as the owner of its lines, and its own tax numbers on them."""
    return replace(price, lines=tuple(_owned(line, tax_numbers) for line in price.lines))


def price_of_contract(*, contract: Contract, price: ShiftPrice) -> ShiftPrice:
    """A price by the contract's own rules as its supplier bills it: the department's stays as it is."""
    if contract.agency_id is None:
        return price
    return as_agency_price(price=price, tax_numbers=contract.supplier_terms["tax_numbers"])


def margin_cents(*, price: ShiftPrice) -> int:
    """What is left to the agency of its own lines, before tax, when its officers are paid. May be below zero."""
    own = [line for line in price.supplier_lines if line.owner == "agency"]
    return sum(line.net_cents for line in own) - price.pay_cents


def _department_fees(fees: Any) -> list[dict[str, Any]]:
    kept = [fee for fee in fees if fee["kind"] != "discount" and fee.get("paid_by", "client") == "client"]
    codes = {fee["code"] for fee in kept}
    for fee in kept:
        if "also_on" in fee:
            fee["also_on"] = [code for code in fee["also_on"] if code in codes]
    return kept


def _fee(index: int, extra: Extra) -> dict[str, Any]:
    return {
        "code": f"{_EXTRA_PREFIX}{index + 1}",
        "name": extra.name.strip(),
        "kind": "per_job" if extra.per == "job" else "flat",
        "amount_cents": extra.amount_cents,
        "owner": "agency",
    }


def _for_agency(tax: dict[str, Any], offered: OfferTerms) -> dict[str, Any] | None:
    """A tax for which the agency has no number is not on its hours; None when it is on nothing else."""
    if tax["code"] in offered.tax_numbers:
        return tax
    kinds = tax.get("applies_to", ["labour", "premium", "vehicle", "fee"])
    others = [kind for kind in kinds if kind not in ("labour", "premium")]
    return {**tax, "applies_to": others} if others else None


def _owned(line: Line, tax_numbers: Mapping[str, str]) -> Line:
    if line.supplier != "department":
        return line
    if line.kind not in ("labour", "premium") and line.owner != "agency":
        return line
    taxes = tuple(
        replace(tax, registration_number=tax_numbers[tax.code]) for tax in line.taxes if tax.code in tax_numbers
    )
    return replace(line, owner="agency", taxes=taxes)
