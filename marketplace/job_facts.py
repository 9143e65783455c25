"""What rules can ask of a job beyond its times and numbers: its place, its client, and answered questions.

Names are those of the rules' own conditions: `venue.kind`, `client.non_profit`, `venue.attributes.NAME`. What a field
of the request says already (crowd, alcohol, kind of event) is not repeated here.
"""

from typing import Any

from departments.policy.documents import Policy
from departments.policy.questions import answer_fault, kept_answers, questions_for
from kernel.errors import InvalidInput
from marketplace.models import Client, Job
from marketplace.refusals import AnswerMissing
from marketplace.terms import JobTerms

FIELD_PREFIX = "attributes."


class AnswerUnfit(InvalidInput):
    code = "answer_unfit"


def facts_of(job: Job) -> dict[str, Any]:
    """JSON values by name. The job's client and venue are read when they are not there yet."""
    venue = job.venue
    return {
        **_facts_of_client(job.client.kind, job.client.name),
        **_facts_of_venue(venue.name, venue.place_name, venue.postal_code),
        **job.attributes,
    }


def facts_of_terms(*, terms: JobTerms, client: Client | None = None) -> dict[str, Any]:
    """The same before there is a job, and perhaps before there is a client."""
    venue = terms.venue
    return {
        **(_facts_of_client(client.kind, client.name) if client is not None else {}),
        **_facts_of_venue(venue.name, venue.place_name, venue.postal_code),
        **terms.attributes,
    }


def refuse_unanswered(*, policy: Policy, terms: JobTerms) -> None:
    """The policy's own questions need an answer each. Raises AnswerMissing, AnswerUnfit; `.field` names the fact."""
    for question in questions_for(policy=policy, event_type=terms.event_type):
        field = FIELD_PREFIX + question.fact
        if question.fact not in terms.attributes:
            raise AnswerMissing(field, f"an answer: {question.label}")
        fault = answer_fault(question=question, answer=terms.attributes[question.fact])
        if fault:
            raise AnswerUnfit(fault, field=field)


def attributes_to_keep(*, policy: Policy, terms: JobTerms) -> dict[str, Any]:
    """Answers to what was asked of this kind of event; others were typed for an earlier choice."""
    return dict(kept_answers(policy=policy, event_type=terms.event_type, answers=terms.attributes))


def _facts_of_client(kind: str, name: str) -> dict[str, Any]:
    return {"client.kind": kind, "client.name": name, "client.non_profit": kind == Client.Kind.NON_PROFIT}


def _facts_of_venue(name: str, place_name: str, postal_code: str) -> dict[str, Any]:
    return {"venue.name": name, "venue.place": place_name, "venue.postal_code": postal_code}
