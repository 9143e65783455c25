"""manage.py try_award on the orders of the examples, without a database, and on files with mistakes."""

from __future__ import annotations

import json
import re
from importlib import resources
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from departments.policy.award_cases import read_award_cases
from departments.policy.canonical import plain
from departments.policy.validation import find_mistakes
from tests.policy.building import document, policy

EXAMPLES = Path(str(resources.files("departments.policy") / "examples" / "awards"))
NAMES = sorted(path.name.removesuffix(".policy.yaml") for path in EXAMPLES.glob("*.policy.yaml"))


def run(policy: Path, bidders: Path) -> tuple[int, dict]:
    out = StringIO()
    try:
        call_command("try_award", str(policy), str(bidders), stdout=out)
    except SystemExit as stop:
        return int(stop.code), json.loads(out.getvalue() or "{}")
    return 0, json.loads(out.getvalue())


@pytest.mark.parametrize("name", NAMES)
def test_every_example_comes_to_what_it_expects(name):
    status, answer = run(EXAMPLES / f"{name}.policy.yaml", EXAMPLES / f"{name}.bidders.yaml")
    assert (status, answer["differences"]) == (0, [])
    assert answer["awards"]


def test_the_examples_are_the_eight_orders_and_more():
    assert len(NAMES) == 10


POLICY = """
name: Testville
currency: USD
time_zone: America/Chicago
effective_from_date: 2026-01-01
rate_card:
  ranks:
    - {code: officer, name: Officer, bill_rate_cents_per_hour: 6000, pay_rate_cents_per_hour: 5000}
award_order: {keys: [%s]}
"""
SHIFT = "    shift: {starts_at: 2026-03-20T18:00, ends_at: 2026-03-20T22:00}\n"


@pytest.fixture
def tried(tmp_path, capsys):
    def run_with(bidders: str, keys: str = "seniority_date, draw") -> tuple[int, str, dict]:
        files = tmp_path / "policy.yaml", tmp_path / "bidders.yaml"
        files[0].write_text(POLICY % keys)
        files[1].write_text("awards:\n  - id: one\n" + SHIFT + bidders)
        status, answer = run(*files)
        return status, capsys.readouterr().err, answer

    return run_with


def test_a_mistake_gives_file_line_and_path(tried):
    twice = "    bidders:\n      - {officer_id: ash}\n      - {officer_id: ash}\n"
    status, errors, _ = tried(twice)
    assert status == 2
    assert "bidders.yaml:6: awards[0].bidders[1].officer_id: “ash” is already" in errors
    assert tried("    bidders: [{officer_id: ash, badge: 7}]\n")[0] == 2
    assert "awards[0].answers.birch" in tried("    bidders: [{officer_id: ash}]\n    answers: {birch: refused}\n")[1]
    assert "“2026-03-32T10:00”" in tried("    bidders: [{officer_id: ash, bid_at: 2026-03-32T10:00}]\n")[1]
    status, errors, _ = tried("    bidders: []\n", keys="shoe_size, draw")
    assert status == 2
    assert "policy.yaml:9: award_order.keys[0]" in errors


def test_an_expectation_that_fails_is_shown_and_nobody_eligible_is_no_crash(tried):
    status, _, answer = tried(
        "    bidders: [{officer_id: ash, officer: {status: sick}}]\n    expect: {winners: [ash], short_by: 1}\n"
    )
    assert status == 1
    assert answer["differences"] == [{"award": "one", "what": "winners", "expected": ["ash"], "found": []}]
    [left_out] = answer["awards"][0]["left_out"]
    assert "sick" in left_out["reason"]
    assert answer["awards"][0]["short_by"] == 1


def test_what_the_documentation_shows_can_be_used_as_it_stands():
    text = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    cases, recipes = re.findall(r"```yaml\n(.*?)```", text[text.index("### Trying an order") :], re.DOTALL)[:2]
    found, mistakes = read_award_cases(cases, policies=[policy()])
    assert mistakes == []
    assert found[0].bidders[0].candidate.credentials == ("detail", "rifle")
    orders = [yaml.safe_load(recipe)["award_order"] for recipe in recipes.split("\n\n")]
    assert len(orders) == 6
    for order in orders:
        assert find_mistakes(plain(document(award_order=order))) == []


def test_each_award_is_judged_by_the_version_of_its_shifts_date(tmp_path, capsys):
    old = yaml.safe_load(POLICY % "seniority_date, draw")
    new = yaml.safe_load(POLICY % "rank_level, draw") | {"effective_from_date": "2026-03-21"}
    policy_file, bidders = tmp_path / "policy.yaml", tmp_path / "bidders.yaml"
    policy_file.write_text(yaml.safe_dump(plain({"versions": [old, new]})), encoding="utf-8")
    shifts = [("before", "2026-03-20T23:59", ["senior", "higher"]), ("from", "2026-03-21T00:00", ["higher", "senior"])]
    people = (
        "{officer_id: senior, seniority_date: 2001-01-01, rank_level: 1}, "
        "{officer_id: higher, seniority_date: 2010-01-01, rank_level: 2}"
    )
    bidders.write_text(
        "awards:\n"
        + "".join(
            f"  - {{id: {name}, shift: {{starts_at: {start}, ends_at: 2026-03-21T06:00}}, bidders: [{people}], "
            f"expect: {{ranking: {ranking}}}}}\n"
            for name, start, ranking in shifts
        ),
        encoding="utf-8",
    )
    status, answer = run(policy_file, bidders)
    assert (status, answer["differences"]) == (0, [])
    bidders.write_text(
        bidders.read_text(encoding="utf-8").replace("2026-03-20T23:59", "2025-12-31T23:59"), encoding="utf-8"
    )
    assert run(policy_file, bidders)[0] == 2
    assert "no version of the policy is in force" in capsys.readouterr().err


def test_mistakes_in_the_bidders_file_are_told_in_words():
    text = "awards:\n  - {id: a, shfit: {}, shift: {starts_at: soon, ends_at: 2026-03-20T22:00}, bidders: []}\n"
    _, mistakes = read_award_cases(text, policies=[policy()])
    told = {one.path: one.message for one in mistakes}
    assert "choose from answers, awarded_at, bidders" in told["awards[0].shfit"]
    assert "write one like 2026-03-20T18:00" in told["awards[0].shift.starts_at"]
    assert not any("^" in message for message in told.values())
