"""The commands: files in, one JSON document out, an exit code; no database anywhere."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from departments.policy.cases import CasesInvalid, read_cases, run_cases
from departments.policy.loading import load_policy_yaml
from departments.policy.quote_cases import read_jobs, run_jobs
from departments.policy.refusals import PolicyInvalid
from departments.policy.trying import run

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "departments" / "policy" / "examples"
CASE = "cases: [{shift: {from: 2026-06-03 08:00, hours: 4}, expect: %s}]"


def tried(tmp_path, policy: str | Path, cases: str, *, quote: bool = False) -> tuple[int, str, str]:
    if isinstance(policy, str):
        (tmp_path / "policy.yaml").write_text(policy, encoding="utf-8")
        policy = tmp_path / "policy.yaml"
    (tmp_path / "cases.yaml").write_text(cases, encoding="utf-8")
    out, error = io.StringIO(), io.StringIO()

    def judge(policies, text):
        if quote:
            return run_jobs(policies=policies, jobs=read_jobs(text, time_zone=policies[0].time_zone))
        return run_cases(policies=policies, cases=read_cases(text, time_zone=policies[0].time_zone))

    code = run(policy_paths=[str(policy)], cases_path=str(tmp_path / "cases.yaml"), judge=judge, out=out, error=error)
    return code, out.getvalue(), error.getvalue()


@pytest.mark.parametrize(
    ("command", "cases"), [("try_policy", "ontario.cases.yaml"), ("try_quote", "ontario.jobs.yaml")]
)
def test_the_commands_need_no_database(command, cases):
    done = subprocess.run(
        [sys.executable, "manage.py", command, str(EXAMPLES / "ontario.yaml"), str(EXAMPLES / cases)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/none"},
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["differences"]) == (0, [])
    assert len(told["results"]) >= 4


def test_a_difference_is_told_and_is_exit_code_1(tmp_path):
    code, out, _ = tried(tmp_path, EXAMPLES / "ontario.yaml", CASE % "deny")
    assert code == 1
    assert json.loads(out)["differences"] == [{"name": "case 1", "differences": ["outcome: expected deny, got allow"]}]


@pytest.mark.parametrize(
    ("cases", "line", "path"),
    [
        ("cases:\n  - shift: {from: lately, hours: 4}\n", 2, "cases[0].shift.from"),
        ("cases:\n  - shift: {from: 2026-06-03 08:00}\n", 2, "cases[0].shift"),
        ("cases:\n  - shift: {from: 2026-06-03 08:00, hours: 0}\n", 2, "cases[0].shift.hours"),
        ("cases:\n  - shift: {from: 2026-06-03 08:00, hours: 4}\n    offcer: x\n", 3, "cases[0].offcer"),
        ("cases:\n  - shift: {from: 2026-06-03 08:00, hours: 4}\n    officer: bob\n", 3, "cases[0].officer"),
        (
            "cases:\n  - shift: {from: 2026-06-03 08:00, hours: 4}\n    commitments:\n"
            "      - {bucket: gardening, from: 2026-06-03 08:00, hours: 1}\n",
            4,
            "cases[0].commitments[0].bucket",
        ),
        ("cases:\n  - shift: {from: 2026-06-03 08:00, hours: 4}\n    expect: maybe\n", 3, "cases[0].expect.outcome"),
        (
            "cases:\n  - shift: {from: 2026-06-03 08:00, hours: 4, venue: {kindd: bar}}\n",
            2,
            "cases[0].shift.venue.kindd",
        ),
        ("cases: []\n", 1, "cases"),
        ("cases: [\n", 2, "document"),
        ("time_zone: Mars/Olympus\ncases: [{}]\n", 1, "time_zone"),
        ("- 1\n", 1, "document"),
    ],
)
def test_a_mistake_in_the_cases_has_its_line_and_path(tmp_path, cases, line, path):
    code, out, error = tried(tmp_path, EXAMPLES / "ontario.yaml", cases)
    assert (code, out) == (2, "")
    assert f"cases.yaml:{line}: {path}: " in error


@pytest.mark.parametrize(
    ("jobs", "path"),
    [
        ("jobs: [{from: 2026-06-03 08:00, hours: 4}]", "jobs[0].officers"),
        ("jobs: [{from: 2026-06-03 08:00, hours: 4, officers: {constable: 0}}]", "jobs[0].officers.constable"),
        (
            "jobs: [{from: 2026-06-03 08:00, hours: 4, officers: {constable: 1}, cancelled: {by: ghost}}]",
            "jobs[0].cancelled.by",
        ),
        ("jobs: [{from: 2026-06-03 08:00, hours: 4, officers: {constable: 1}, cancelled: {}}]", "jobs[0].cancelled"),
        (
            "jobs: [{from: 2026-06-03 08:00, hours: 4, officers: {constable: 1}, expect: {total: 1}}]",
            "jobs[0].expect.total",
        ),
    ],
)
def test_a_mistake_in_the_jobs_has_its_path(tmp_path, jobs, path):
    code, out, error = tried(tmp_path, EXAMPLES / "ontario.yaml", jobs, quote=True)
    assert (code, out) == (2, "")
    assert f": {path}: " in error


def test_a_refusal_of_the_engine_is_told_per_job(tmp_path):
    jobs = "jobs: [{from: 2026-06-03 08:00, hours: 4, officers: {general: 1}}]"
    code, out, _ = tried(tmp_path, EXAMPLES / "ontario.yaml", jobs, quote=True)
    assert code == 1
    assert "general" in json.loads(out)["results"][0]["problem"]


def test_a_mistake_in_the_policy_has_its_line(tmp_path):
    text = (EXAMPLES / "ontario.yaml").read_text(encoding="utf-8").replace("limit_minutes: 960", "limit_minutess: 960")
    line = 1 + text[: text.index("minutess")].count("\n")
    code, out, error = tried(tmp_path, text, CASE % "allow")
    assert (code, out) == (2, "")
    assert f"policy.yaml:{line}: hour_limits[0].limit_minutess: is not known here" in error


def test_a_case_without_a_version_in_force_is_a_difference(tmp_path):
    cases = "cases: [{shift: {from: 2025-06-03 08:00, hours: 4}}]"
    code, out, _ = tried(tmp_path, EXAMPLES / "ontario.yaml", cases)
    assert code == 1
    assert "2025-06-03" in json.loads(out)["results"][0]["problem"]


def test_versions_in_one_file_may_not_begin_on_one_day(tmp_path):
    one = (
        "  - {name: A, currency: CAD, time_zone: America/Toronto, effective_from_date: 2026-01-01, rate_card: "
        "{ranks: [{code: a, name: A, bill_rate_cents_per_hour: 1, pay_rate_cents_per_hour: 1}]}}\n"
    )
    code, _, error = tried(tmp_path, f"versions:\n{one}{one}", CASE % "allow")
    assert code == 2
    assert "policy.yaml:3: versions[1].effective_from_date: is also the first day of versions[0]" in error


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    assert "No such file" in tried(tmp_path, tmp_path / "nothing.yaml", CASE % "allow")[2]
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9")
    assert "not UTF-8" in tried(tmp_path, tmp_path / "latin.yaml", CASE % "allow")[2]


PREMIUM = "premiums: [{{id: a, name: A, effect: percent, rate_basis_points: 1, when: {{{}}}}}]"
WHEN = "rate_card.premiums[0].when"
NAMES = (EXAMPLES / "ontario.yaml").read_text(encoding="utf-8")
SHIFT = "shift: {from: 2026-06-03 08:00, hours: 4%s}"


@pytest.mark.parametrize(
    ("case", "path"),
    [
        (SHIFT % ", rank: colonel", "cases[0].shift.rank"),
        (SHIFT % "" + ", waivers: [{rule: never, expires: 2027-01-01 00:00}]", "cases[0].waivers[0].rule"),
        (SHIFT % "" + ", expect: {rules: [never]}", "cases[0].expect.rules[0]"),
        (SHIFT % "" + ", expect: {excludes: [never]}", "cases[0].expect.excludes[0]"),
        (SHIFT % "" + ", expect: {measures: {rest-before-duty: 1}}", "cases[0].expect.measures.rest-before-duty"),
        (SHIFT % "" + ", expect: {numbers: {never: {a: 1}}}", "cases[0].expect.numbers.never"),
    ],
)
def test_what_no_version_of_the_policy_has_is_a_mistake_with_its_line(case, path):
    text = f"time_zone: America/Toronto\ncases:\n  - {{{case}}}\n"
    with pytest.raises(CasesInvalid) as refused:
        read_cases(text, policies=[load_policy_yaml(NAMES)])
    assert [(one.path, one.line) for one in refused.value.mistakes] == [(path, 3)]


def test_what_the_engine_says_by_itself_may_be_expected():
    spoken = "barred, overlap, rank, status-sick, credential-x, outside-jurisdiction, minimum-service, daily-cap"
    text = "cases: [{{{}, expect: {{excludes: [{}]}}}}]".format(SHIFT % ", rank: constable", spoken)
    assert len(read_cases(text, policies=[load_policy_yaml(NAMES)])) == 1


def test_a_commitment_names_its_venue_plainly_or_as_a_shift_does():
    one = "{bucket: extra_duty, from: 2026-06-01 08:00, hours: 1, venue: %s, client: %s}"
    text = "cases: [{{{}, commitments: [{}, {}]}}]".format(
        SHIFT % "",
        one % ("arena", "fair"),
        one % ("{id: arena}", "{id: fair}"),
    )
    (case,) = read_cases(text)
    assert [(held.venue_id, held.client_id) for held in case.commitments] == [("arena", "fair")] * 2


def test_a_mistake_in_a_shared_schedule_is_told_once():
    text = "schedules: {days: [{bucket: dty, from: 2026-06-01 08:00, hours: 1}]}\ncases:\n" + "".join(
        f"  - {{name: case {number}, {SHIFT % ''}, commitments: [days]}}\n" for number in range(3)
    )
    with pytest.raises(CasesInvalid) as refused:
        read_cases(text)
    assert [one.path for one in refused.value.mistakes] == ["schedules.days[0].bucket"]


@pytest.mark.parametrize(
    ("written", "instead", "path", "said"),
    [
        (
            "effective_from_date: 2026-01-01",
            "effective_from_date: 2026-02-30",
            "effective_from_date",
            "no day 2026-02-30",
        ),
        (
            "pay_rate_cents_per_hour: 5000",
            'pay_rate_cents_per_hour: "50.00"',
            "rate_card.ranks[0].pay_rate_cents_per_hour",
            "whole cents, like 7225",
        ),
        ("rounding: {}", PREMIUM.format("weekdays: [sunday]"), f"{WHEN}.weekdays[0]", "0 is Monday … 6 is Sunday"),
        ("rounding: {}", PREMIUM.format("event_types: film"), f"{WHEN}.event_types", "a list of codes"),
        (
            "rounding: {}",
            "taxes: [{code: HST, name: HST, rate_basis_points: 997.512}]",
            "rate_card.taxes[0].rate_basis_points",
            "at most two decimals",
        ),
        ("name: Testville", "name: Testville: Police", "", "put the text in quotes"),
        ("name: Testville", "name:\tTestville\n\tx: 1", "", "use spaces"),
    ],
)
def test_mistakes_are_told_in_words(written, instead, path, said):
    text = (
        "name: Testville\ncurrency: USD\ntime_zone: America/Chicago\neffective_from_date: 2026-01-01\nrate_card:\n"
        "  ranks: [{code: officer, name: Officer, bill_rate_cents_per_hour: 6000, pay_rate_cents_per_hour: 5000}]\n"
        "  rounding: {}\n"
    )
    assert load_policy_yaml(text)
    line = 1 + text[: text.index(written)].count("\n")
    with pytest.raises(PolicyInvalid) as refused:
        load_policy_yaml(text.replace(written, instead))
    (mistake,) = refused.value.mistakes
    assert (mistake.path, said in mistake.message) == (path, True), mistake
    assert mistake.line in (line, line + 1)
