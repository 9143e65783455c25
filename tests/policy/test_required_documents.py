"""Which papers a job needs, by when, and when one that was brought will not do: both sides of every line."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from departments.policy.documents import Policy
from departments.policy.examples import example
from departments.policy.loading import load_policy
from departments.policy.refusals import PolicyInvalid
from departments.policy.required_documents import JobFacts, document_fault, documents_required

STARTS_AT = datetime(2026, 7, 4, 22, tzinfo=UTC)  # 18:00 in Toronto
JOB = JobFacts("festival", "business", STARTS_AT, STARTS_AT + timedelta(hours=6), officers=3, crowd=500)
INSURANCE = {"code": "insurance", "name": "Certificate of insurance"}


def policy(*rules: dict) -> Policy:
    return load_policy({**example("ontario"), "required_documents": list(rules)})


def codes(job: JobFacts, *rules: dict) -> list[str]:
    return [demand.code for demand in documents_required(policy=policy(*rules), job=job)]


@pytest.mark.parametrize(
    ("condition", "just_wanted", "just_not"),
    [
        ({"event_types": ["film_shoot"]}, {"event_type": "film-shoot"}, {"event_type": "funeral"}),
        ({"when_alcohol": True}, {"alcohol": True}, {"alcohol": False}),
        ({"at_crowd": 500}, {"crowd": 500}, {"crowd": 499}),
        ({"at_crowd": 500}, {"crowd": 501}, {"crowd": None}),
        ({"at_officers": 4}, {"officers": 4}, {"officers": 3}),
        ({"client_kinds": ["business"]}, {"client_kind": "business"}, {"client_kind": "non_profit"}),
        ({"exempt_client_kinds": ["non_profit"]}, {"client_kind": "person"}, {"client_kind": "non_profit"}),
        ({"when_alcohol": True, "at_crowd": 500}, {"alcohol": True, "crowd": 500}, {"alcohol": False, "crowd": 900}),
    ],
)
def test_a_document_is_wanted_when_every_stated_condition_holds(
    condition: dict, just_wanted: dict, just_not: dict
) -> None:
    rule = {**INSURANCE, **condition}
    assert codes(replace(JOB, **just_wanted), rule) == ["insurance"]
    assert codes(replace(JOB, **just_not), rule) == []


def test_of_several_entries_with_one_code_the_first_that_fits_counts() -> None:
    rules = [
        {**INSURANCE, "at_crowd": 1000, "minimum_cover_cents": 500_000_000},
        {**INSURANCE, "minimum_cover_cents": 1},
    ]
    few, many = (documents_required(policy=policy(*rules), job=replace(JOB, crowd=crowd)) for crowd in (999, 1000))
    assert [demand.minimum_cover_cents for demand in (*few, *many)] == [1, 500_000_000]


@pytest.mark.parametrize(
    ("ends_at", "days", "through"),
    [
        # Midnight in Toronto is still the fourth; a minute later is the fifth.
        (datetime(2026, 7, 5, 4, 0, tzinfo=UTC), 0, date(2026, 7, 4)),
        (datetime(2026, 7, 5, 4, 1, tzinfo=UTC), 0, date(2026, 7, 5)),
        (datetime(2026, 7, 5, 4, 1, tzinfo=UTC), 30, date(2026, 8, 4)),
    ],
)
def test_it_must_hold_through_the_last_local_day(ends_at: datetime, days: int, through: date) -> None:
    rules = policy({**INSURANCE, "valid_days_after_event": days, "due_hours_before_start": 72})
    (demand,) = documents_required(policy=rules, job=replace(JOB, ends_at=ends_at))
    assert demand.valid_through_date == through
    assert demand.due_at == STARTS_AT - timedelta(hours=72)


@pytest.mark.parametrize(
    ("expires_date", "cover_cents", "said"),
    [
        (date(2026, 7, 4), 200_000_000, ""),
        (date(2026, 7, 3), 200_000_000, "ends on 2026-07-03; it must be valid through 2026-07-04"),
        (None, 200_000_000, "Say until when the certificate of insurance is valid"),
        (date(2026, 7, 4), 199_999_999, "must cover 2,000,000.00 or more; this one covers 1,999,999.99"),
        (date(2026, 7, 4), None, "no amount is given"),
    ],
)
def test_a_paper_that_ends_too_soon_or_covers_too_little_is_named(
    expires_date: date | None, cover_cents: int | None, said: str
) -> None:
    fault = document_fault(
        name="Certificate of insurance",
        valid_through_date=date(2026, 7, 4),
        minimum_cover_cents=200_000_000,
        expires_date=expires_date,
        cover_cents=cover_cents,
    )
    assert fault == "" if said == "" else said in fault


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (
            {"required_documents": [{**INSURANCE, "client_kinds": ["person"], "exempt_client_kinds": ["person"]}]},
            "required_documents[0].exempt_client_kinds",
        ),
        (
            {"required_documents": [{**INSURANCE, "expires": False, "valid_days_after_event": 1}]},
            "required_documents[0].valid_days_after_event",
        ),
        ({"required_documents": [{**INSURANCE, "gates": "never"}]}, "required_documents[0].gates"),
        ({"questions": [{"fact": "venue.kind", "label": "?", "kind": "choice"}]}, "questions[0].choices"),
        ({"questions": [{"fact": "venue.kind", "label": "?", "kind": "yes_no"}] * 2}, "questions[1].fact"),
        (
            {"questions": [{"fact": "venue.share", "label": "?", "kind": "number", "minimum": 2, "maximum": 1}]},
            "questions[0].minimum",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_path(changes: dict, path: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        load_policy({**example("ontario"), **changes})
    assert path in [mistake.path for mistake in refused.value.mistakes]
