"""What the governing department's own rules say to a request while there is no officer yet: bars, conditions, area.

Notice has its own module; rules that ask about an officer wait for one.
"""

from departments.policy.documents import Policy
from departments.policy.requests import BARRED_RULE, judge_request
from departments.policy.verdicts import SEVERITY, Reason
from marketplace.asked import as_asked
from marketplace.models import Client
from marketplace.refusals import EventTypeBarred, RequestDenied
from marketplace.terms import JobTerms


def request_reasons(*, policy: Policy, terms: JobTerms, client: Client | None = None) -> list[Reason]:
    """Every rule that has something to say, once, with its gravest word over the job's dates.

    Before there is a client, rules that wait for one say nothing.
    """
    gravest: dict[str, Reason] = {}
    for shift in terms.shifts:
        verdict = judge_request(policy=policy, shift=as_asked(terms=terms, shift=shift, client=client))
        for reason in verdict.reasons:
            if client is None and any(name.startswith("client.") for name in reason.numbers.get("unknown_facts", ())):
                continue
            known = gravest.get(reason.rule_id)
            if known is None or SEVERITY[reason.outcome] > SEVERITY[known.outcome]:
                gravest[reason.rule_id] = reason
    return list(gravest.values())


def refuse_by_rules(*, policy: Policy, terms: JobTerms, client: Client | None = None) -> None:
    """Raises EventTypeBarred for what the department's officers do not do, RequestDenied for its conditions."""
    denied = [one for one in request_reasons(policy=policy, terms=terms, client=client) if one.outcome == "deny"]
    for reason in denied:
        if reason.rule_id == BARRED_RULE:
            raise EventTypeBarred(words_of(reason), terms.event_type)
    if denied:
        raise RequestDenied([words_of(one) for one in denied], [one.rule_id for one in denied])


def words_of(reason: Reason) -> str:
    """The department's own text where it wrote one; else the rule's sentence without its references."""
    return reason.text or reason.sentence.split(": ", 1)[-1].rsplit(" (policy", 1)[0] + "."
