"""How a contract is to be paid, in the words of its page: when, by which way, and what the ways mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.agreeing import choosing
from billing.agreeing.agreed_terms import AgreedTerms
from billing.cards import saved_cards
from billing.models import Contract, PaymentDemand
from kernel import clock
from kernel.money import format_cents
from portals.wording import moment_text

Way = Contract.Way


@dataclass(frozen=True, slots=True)
class PaymentWords:
    """`needs_card`: the job opens when one is saved. `promised`: nothing is to be paid now."""

    sentence: str
    after_award: bool = False
    needs_card: bool = False
    promised: bool = False


def way_choices(contract: Contract) -> list[tuple[str, str]]:
    """The ways that are open to the client, each with what it means; one alone needs no question."""
    return in_words(choosing.ways_open_to(contract=contract), after_award=_is_after_award(contract))


def in_words(ways: Sequence[str], *, after_award: bool = False) -> list[tuple[str, str]]:
    """`after_award`: whoever pays in advance does so when officers are found."""
    words = {
        Way.PREPAID: _("When officers are found, by card or bank, on our payment provider's page")
        if after_award
        else _("In advance, by card or bank, on our payment provider's page"),
        Way.CARD_ON_FILE: _("By a saved card: held a day before each date, charged when the hours are approved"),
        Way.INVOICE: _("By invoice after each date"),
    }
    return [(str(way), words[Way(way)]) for way in ways]


def payment_words(contract: Contract) -> PaymentWords:
    if contract.way == Way.INVOICE:
        return PaymentWords(_("You get an invoice when the hours of a date are approved."), promised=True)
    if contract.way == Way.CARD_ON_FILE:
        if saved_cards.card_of(client_id=contract.job.client_id, currency=contract.currency) is None:
            return PaymentWords(
                _("Save a card on our payment provider's page. Nothing is charged now. Officers are invited then."),
                needs_card=contract.state == Contract.State.ACCEPTED,
            )
        return PaymentWords(
            _("Each date's price is held on your saved card a day before, and charged when the hours are approved."),
            promised=True,
        )
    return _prepaid(contract)


def said_when_accepted(contract: Contract) -> str:
    if contract.way == Way.INVOICE:
        return _("The contract is accepted. Officers are being invited; you get an invoice after the work.")
    if contract.way == Way.CARD_ON_FILE:
        return _("The contract is accepted. Officers are invited as soon as there is a saved card.")
    if _is_after_award(contract):
        return _("The contract is accepted. Officers are being invited; you pay when they are found.")
    return _("The contract is accepted.")


def _prepaid(contract: Contract) -> PaymentWords:
    terms = AgreedTerms.from_json(contract.payment_terms)
    if not _is_after_award(contract):
        return PaymentWords(
            _("By card or bank, on our payment provider's page. Officers are invited as soon as it arrives.")
        )
    demand = PaymentDemand.objects.filter(job_id=contract.job_id, shift=None, state=PaymentDemand.State.ASKED).first()
    deadline = demand.deadline_at if demand else terms.deadline_at
    until = moment_text(deadline, contract.job.time_zone) if deadline else ""
    rest = _("Pay before %(until)s. After that the officers are released and nothing is charged.") % {"until": until}
    if terms.deposit_cents and contract.job.funded_at is None and demand is None:
        deposit = format_cents(terms.deposit_cents, contract.currency)
        rest = _(
            "A deposit of %(deposit)s is paid before officers are invited, the rest when they are found. %(rest)s"
        ) % ({"deposit": deposit, "rest": rest})
    elif demand is None:
        rest = _("Officers are invited now; you pay when they are found. %(rest)s") % {"rest": rest}
    return PaymentWords(rest, after_award=True)


def _is_after_award(contract: Contract) -> bool:
    terms = AgreedTerms.from_json(contract.payment_terms)
    return terms.is_after_award(agreed_at=contract.accepted_at or clock.now())
