"""The price of a request in hand, quoted once for as long as nothing that it depends on has changed."""

from dataclasses import dataclass
from datetime import timedelta

from billing.agreeing.quoting import quote_terms
from billing.models import Quote
from departments.policy.documents import Policy
from departments.policy.required_documents import DocumentDemand
from marketplace.documents.demands import documents_for_terms
from marketplace.models import Client
from marketplace.notice import refuse_short_notice
from marketplace.request_findings import request_findings
from marketplace.request_rules import refuse_by_rules
from marketplace.terms import JobTerms, check
from portals.client.prices import PriceTable, price_table
from portals.client.request_pages import agreed_starts
from portals.client.request_state import RequestInHand

# Short notice may cost more, so a price is worked out anew while somebody takes their time.
SAME_QUOTE_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Priced:
    """`warnings`: what the department's rules say without refusing. `documents`: what it will want to see."""

    quote: Quote
    table: PriceTable
    warnings: list[str]
    documents: list[DocumentDemand]


def priced(in_hand: RequestInHand) -> Priced:
    """Raises the refusals of `terms.check` and `quoting.quote_terms`, NoticeTooShort, RequestDenied."""
    terms, department, policy = in_hand.terms(), in_hand.department, in_hand.policy
    # Else there would be an obstacle, and nobody comes here with one.
    assert department is not None
    assert policy is not None
    check(terms=terms, at=in_hand.at, agreed_starts=agreed_starts(in_hand))
    refuse_by_rules(policy=policy, terms=terms, client=in_hand.client)
    if in_hand.changes_job_id is None:
        refuse_short_notice(policy=policy, terms=terms, at=in_hand.at)
    non_profit = in_hand.client is not None and in_hand.client.kind == Client.Kind.NON_PROFIT
    quote = _kept(in_hand, terms, policy, non_profit) or quote_terms(
        terms=terms,
        department_id=department.id,
        at=in_hand.at,
        draft=in_hand.draft,
        client=in_hand.client,
        non_profit=non_profit,
    )
    # A change keeps the notice that the request was made with.
    findings = (
        []
        if in_hand.changes_job_id
        else request_findings(policy=policy, terms=terms, at=in_hand.at, client=in_hand.client)
    )
    return Priced(
        quote=quote,
        table=price_table(prices=quote.prices, terms=terms, policy=policy),
        warnings=[finding.sentence for finding in findings],
        documents=documents_for_terms(
            policy=policy, terms=terms, client_kind=in_hand.client.kind if in_hand.client else Client.Kind.BUSINESS
        ),
    )


def _kept(in_hand: RequestInHand, terms: JobTerms, policy: Policy, non_profit: bool) -> Quote | None:
    last = in_hand.draft.quotes.order_by("-quoted_at").first()
    if last is None or in_hand.at - last.quoted_at > SAME_QUOTE_FOR:
        return None
    same = (last.terms, last.policy_sha256, last.non_profit, last.department_id) == (
        terms.to_json(),
        policy.sha256,
        non_profit,
        in_hand.department.id if in_hand.department else None,
    )
    return last if same else None
