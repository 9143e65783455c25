"""What a department does not take at all: barred kinds of events, and conditions about the place or the client."""

from departments.policy.documents import Policy
from departments.policy.requests import BARRED_RULE, judge_request
from marketplace.asked import as_asked
from marketplace.models import Client
from marketplace.refusals import EventTypeBarred, RequestDenied
from marketplace.terms import JobTerms


def refuse_barred(*, policy: Policy, terms: JobTerms, client: Client | None = None) -> None:
    """Every date is asked. What is not known yet bars nothing here: each officer's own verdict asks again.

    Raises EventTypeBarred, RequestDenied.
    """
    for shift in terms.shifts:
        verdict = judge_request(policy=policy, shift=as_asked(terms=terms, shift=shift, client=client))
        for reason in verdict.reasons:
            if reason.outcome != "deny" or reason.numbers.get("unknown_facts"):
                continue
            if reason.rule_id == BARRED_RULE:
                raise EventTypeBarred(reason.text or reason.sentence, terms.event_type)
            raise RequestDenied(reason.text or reason.sentence, reason.rule_id)
