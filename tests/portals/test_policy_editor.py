"""The policy editor at the desk: rules as sentences, forms from the schema, cases, import, publication."""

import io
from typing import Any

import pytest
import yaml
from django.test import Client

from departments import policy_drafts
from departments.policies import list_policies
from departments.policy.yaml_writing import policy_yaml
from departments.policy_drafts import Draft
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import LONG_AGO, SETTING_UP
from tests.factories.venues import NOW
from tests.portals.test_department_requests import address, staff

pytestmark = pytest.mark.django_db
PASSING = yaml.safe_dump(
    {
        "name": "Twelve hours of duty and six of extra duty",
        "officer": {"rank": "constable"},
        "shift": {"from": "2026-04-14 18:00", "until": "2026-04-15 00:00"},
        "commitments": [{"bucket": "duty", "from": "2026-04-14 06:00", "until": "2026-04-14 18:00"}],
        "expect": {"outcome": "deny", "includes": ["daily-cap"]},
    }
)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)


@pytest.fixture
def draft(department: Tenant) -> Draft:
    govern(department)
    return policy_drafts.start_draft(department_id=department.id, name="Spring", actor=SETTING_UP, at=LONG_AGO)


@pytest.fixture
def desk(department: Tenant, draft: Draft) -> Client:
    browser: Client = staff(department)[0]
    return browser


def now(draft: Draft) -> Draft:
    return policy_drafts.draft(department_id=draft.department_id, draft_id=draft.draft_id)


def page(name: str, draft: Draft, query: str = "") -> str:
    return f"{address(f'policy_draft{name}', draft_id=draft.draft_id)}{query}"


def text(answer: Any) -> str:
    content: str = answer.content.decode()
    return content


def fields_of(answer: Any) -> dict[str, Any]:
    """What a browser would send back of the form unchanged."""
    form = answer.context["form"]
    data: dict[str, Any] = {"seen": answer.context["draft"].lock_version}
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            if value:
                data[bound.html_name] = "on"
        else:
            data[bound.html_name] = "" if value is None else value
    return data


def test_every_place_opens_and_saving_it_unchanged_changes_nothing(desk: Client, draft: Draft) -> None:
    overview = desk.get(page("", draft))
    assert "No more than 16 h of duty, overtime, court and extra duty in any 24 hours. More is denied." in text(
        overview
    )
    places = {line.at for chapter in overview.context["chapters"] for part in chapter.parts for line in part.lines}
    assert {"", "hour_limits[0]", "rate_card.ranks", "award_order", "eligibility.status_rules[3]"} <= places
    # One of each kind: the document, a section, a table, a rule, a section with nothing written yet, free YAML.
    for at in ("", "award_order", "rate_card.ranks", "hour_limits[1]", "notice", "jurisdiction"):
        shown = desk.get(page("_rule", draft, f"?at={at}"))
        assert shown.status_code == 200, at
        assert desk.post(page("_rule", draft, f"?at={at}"), fields_of(shown)).status_code == 302, at
    assert now(draft).document == draft.document
    assert now(draft).lock_version == draft.lock_version


def test_a_rule_is_changed_in_a_form_and_reads_so_at_once(desk: Client, draft: Draft) -> None:
    at = "?at=hour_limits[0]"
    data = {**fields_of(desk.get(page("_rule", draft, at))), "limit_minutes": "15 h 30", "source.clause": "Order 12.4"}
    preview = desk.post(page("_sentence", draft, at), data)
    assert "No more than 15 h 30 of duty" in text(preview)
    assert now(draft).document == draft.document
    assert desk.post(page("_rule", draft, at), data).status_code == 302
    rule = now(draft).document["hour_limits"][0]
    assert (rule["limit_minutes"], rule["source"]) == (930, {"clause": "Order 12.4"})
    shown = desk.get(f"{address('policy_compare')}?to={draft.draft_id}")
    assert "At most: 16 h → 15 h 30" in text(shown)


def test_what_is_wrong_is_kept_as_typed_listed_and_blocks_publishing(desk: Client, draft: Draft) -> None:
    at = "?at=hour_limits[0]"
    data = {**fields_of(desk.get(page("_rule", draft, at))), "limit_minutes": "sixteen", "buckets": []}
    refused = desk.post(page("_rule", draft, at), data)
    assert refused.status_code == 422
    assert "Say hours or minutes" in text(refused)
    assert now(draft).document["hour_limits"][0]["limit_minutes"] == "sixteen"
    overview = text(desk.get(page("", draft)))
    assert "Hour limits 1 · At most" in overview
    assert "?at=hour_limits%5B0%5D" in overview
    stopped = desk.post(page("_publish", draft), {"effective_from_date": "2026-05-01", "note": "x"})
    assert stopped.status_code == 422
    assert "mistakes" in text(stopped)
    assert len(list_policies(department_id=draft.department_id)) == 1
    assert 'value="sixteen"' in text(desk.get(page("_rule", draft, at)))


def test_rules_are_added_doubled_moved_and_taken_out(desk: Client, draft: Draft) -> None:
    new = {"id": "monthly", "window": "month", "buckets": ["extra_duty"], "limit_minutes": "60 h", "outcome": "warn"}
    assert desk.get(page("_rule", draft, "?to=hour_limits")).status_code == 200
    assert desk.post(page("_rule", draft, "?to=hour_limits"), new).status_code == 302

    def ids() -> list[str]:
        return [rule["id"] for rule in now(draft).document["hour_limits"]]

    assert ids() == ["daily-cap", "weekly-extra-duty", "monthly"]
    for move, index in (("up", 2), ("duplicate", 0), ("remove", 3)):
        seen = now(draft).lock_version
        desk.post(page("_arrange", draft), {"at": f"hour_limits[{index}]", "move": move, "seen": seen})
    assert ids() == ["daily-cap", "daily-cap-2", "monthly"]
    for bad in ({"at": "hour_limits", "move": "up"}, {"at": "nonsense[0]", "move": "up"}, {"at": "x", "move": "y"}, {}):
        assert desk.post(page("_arrange", draft), {"seen": 99, **bad}).status_code == 302
    assert ids() == ["daily-cap", "daily-cap-2", "monthly"]


def test_rates_are_a_table_and_a_condition_is_rows(desk: Client, draft: Draft) -> None:
    at = "?at=rate_card.ranks"
    data = fields_of(desk.get(page("_rule", draft, at)))
    data |= {"row.1.bill_rate_cents_per_hour": "$1,300.50", "row.3.remove": "on"}
    data |= {"row.4.code": "chief", "row.4.name": "Chief", "row.4.level": "9"}
    data |= {"row.4.bill_rate_cents_per_hour": "200", "row.4.pay_rate_cents_per_hour": "150"}
    assert desk.post(page("_rule", draft, at), data).status_code == 302
    ranks = now(draft).document["rate_card"]["ranks"]
    assert [rank["code"] for rank in ranks] == ["constable", "sergeant", "staff-sergeant", "chief"]
    assert (ranks[1]["bill_rate_cents_per_hour"], ranks[3]["pay_rate_cents_per_hour"]) == (130050, 15000)
    rule = {
        "id": "bars", "outcome": "deny", "when.count": "2", "when.join": "all",
        "when.0.fact": "venue.kind", "when.0.test": "in", "when.0.value": "bar, club",
        "when.1.fact": "job.crowd", "when.1.test": "at_least", "when.1.value": "500",
    }  # fmt: skip
    answer = desk.post(page("_rule", draft, "?to=conditions"), rule)
    assert answer.status_code == 302, answer.context["form"].errors
    assert now(draft).document["conditions"][0]["when"] == {
        "all": [{"fact": "venue.kind", "in": ["bar", "club"]}, {"fact": "job.crowd", "at_least": 500}]
    }
    assert "When venue kind is one of bar or club and job crowd is at least 500" in text(desk.get(page("", draft)))


def test_two_writers_lose_nothing(desk: Client, draft: Draft, department: Tenant) -> None:
    other = staff(department)[0]
    at = "?at=hour_limits[0]"
    mine = {**fields_of(desk.get(page("_rule", draft, at))), "limit_minutes": "14 h"}
    elsewhere = {**fields_of(other.get(page("_rule", draft, "?at=posting"))), "closing_hours_before_start": "12"}
    theirs = {**mine, "limit_minutes": "15 h"}
    assert other.post(page("_rule", draft, "?at=posting"), elsewhere).status_code == 302
    assert other.post(page("_rule", draft, at), theirs).status_code == 302
    conflict = desk.post(page("_rule", draft, at), mine)
    assert conflict.status_code == 422
    shown = text(conflict)
    assert "At most: 16 h → 15 h" in shown
    assert 'value="14 h"' in shown
    assert now(draft).document["hour_limits"][0]["limit_minutes"] == 900
    again = {**mine, "seen": conflict.context["draft"].lock_version}
    assert desk.post(page("_rule", draft, at), again).status_code == 302
    assert now(draft).document["hour_limits"][0]["limit_minutes"] == 840
    assert now(draft).document["posting"]["closing_hours_before_start"] == 12


def test_a_failing_case_stands_beside_its_rule_and_blocks_publishing(desk: Client, draft: Draft) -> None:
    assert desk.get(page("_case", draft)).status_code == 200
    in_fields = {
        "name": "A free day", "starts": "2026-04-14T10:00", "ends": "2026-04-14T14:00", "outcome": "allow",
        "rank": "constable",
    }  # fmt: skip
    assert desk.post(page("_case", draft), in_fields).status_code == 302
    assert desk.post(page("_case", draft, "?as=yaml"), {"text": PASSING}).status_code == 302
    assert "1 case passes" in text(desk.get(page("", draft)))
    at = "?at=hour_limits[0]"
    looser = {**fields_of(desk.get(page("_rule", draft, at))), "limit_minutes": "20 h"}
    desk.post(page("_rule", draft, at), looser)
    overview = text(desk.get(page("", draft)))
    assert "1 case fails" in overview
    assert "expected deny, got allow" in overview
    publication = {"effective_from_date": "2026-05-01", "note": "Looser"}
    stopped = desk.post(page("_publish", draft), publication)
    assert stopped.status_code == 422
    assert "One case fails: Twelve hours of duty and six of extra duty" in text(stopped)
    desk.post(page("_case_remove", draft), {"key": "case-2", "seen": now(draft).lock_version})
    assert desk.post(page("_publish", draft), publication).status_code == 302
    newest = list_policies(department_id=draft.department_id)[0]
    assert (newest.version, len(newest.cases), newest.note) == (2, 1, "Looser")
    assert now(draft).published_version == 2
    assert "A free day" in text(desk.get(address("policy_version_cases", version=2)))
    timeline = text(desk.get(f"{address('policy')}?version=2"))
    assert "Coming" in timeline
    assert "In force" in timeline


def test_yaml_goes_out_and_in_and_tells_its_mistakes_by_line(desk: Client, draft: Draft) -> None:
    exported = text(desk.get(page("_yaml", draft)))
    assert exported == policy_yaml(draft.document)
    same = desk.post(page("_import", draft), {"document": exported})
    assert same.status_code == 302
    assert now(draft).document == draft.document
    for unreadable in ("a: [", "- 1", "!!python/object:os.system {}", "a: &x 1\nb: *x", "", "\x00"):
        assert desk.post(page("_import", draft), {"document": unreadable}).status_code == 422, unreadable
        assert now(draft).document == draft.document
    wrong = exported.replace("limit_minutes: 960", "limit_minutes: -1")
    upload = io.BytesIO(wrong.encode("utf-16"))
    upload.name = "rules.yaml"
    kept = desk.post(page("_import", draft), {"file": upload})
    assert kept.status_code == 422
    [(mistake, place)] = kept.context["mistakes"]
    assert (mistake.path, place) == ("hour_limits[0].limit_minutes", "hour_limits[0]")
    assert wrong.splitlines()[mistake.line - 1].strip() == "limit_minutes: -1"
    assert now(draft).document["hour_limits"][0]["limit_minutes"] == -1


def test_places_that_are_none_answer_404_and_no_page_needs_many_queries(
    desk: Client, draft: Draft, django_assert_max_num_queries: Any
) -> None:
    for query in (
        "?at=nonsense",
        "?at=hour_limits",
        "?at=hour_limits[7]",
        "?to=posting",
        "?at=[",
        "?to=rate_card.ranks",
    ):
        assert desk.get(page("_rule", draft, query)).status_code == 404, query
    assert desk.get(f"{address('policy_compare')}?from=1&to=99").status_code == 404
    for opened in (
        page("", draft), page("_rule", draft, "?at=hour_limits[0]"), page("_publish", draft), address("policy"),
        address("policy_drafts"), f"{address('policy_compare')}?to={draft.draft_id}", page("_case", draft),
    ):  # fmt: skip
        with django_assert_max_num_queries(12):
            assert desk.get(opened).status_code == 200


def test_only_coordinators_write_and_only_the_house_reads(
    draft: Draft, department: Tenant, other_department: Tenant
) -> None:
    commander, stranger = staff(department, "commander")[0], staff(other_department)[0]
    assert commander.get(page("", draft)).status_code == 200
    assert commander.get(page("_rule", draft, "?at=posting")).status_code == 403
    for name, data in (
        ("_arrange", {"at": "rests[0]", "move": "remove", "seen": 9}),
        ("_discard", {"confirmed": "on"}),
    ):
        assert commander.post(page(name, draft), data).status_code == 403
        assert stranger.post(page(name, draft), data).status_code == 404
    for name in ("", "_yaml", "_rule", "_publish", "_case", "_import"):
        assert stranger.get(page(name, draft)).status_code == 404
    assert now(draft).state == "open"
    assert now(draft).document == draft.document


def test_the_schema_is_public_with_its_words() -> None:
    answer = Client().get("/policy.schema.json", HTTP_HOST="localhost")
    assert answer.status_code == 200
    limit = answer.json()["$defs"]["hour_limit"]["properties"]["limit_minutes"]
    assert limit["title"] == "At most"
