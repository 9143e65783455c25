"""The fairness report as a workbook and as JSON: the figures of the page, no more."""

from typing import Any

from reports.fairness_report import SOURCE, FairnessReport, OfficerFigures
from reports.workbooks import Column, write_workbook

_COLUMNS = (
    Column("Officer", width=28),
    Column("Rank", width=16),
    Column("Hours worked", "hours", 14),
    Column("Shifts awarded", "number", 15),
    Column("Hours awarded", "hours", 14),
    Column("Offers", "number", 10),
    Column("Refusals", "number", 10),
    Column("Unreachable", "number", 12),
    Column("Call-offs", "number", 10),
    Column("No-shows", "number", 10),
    Column("Credit hours", "hours", 13),
)


def write_fairness_workbook(report: FairnessReport) -> bytes:
    """An .xlsx with one row per officer, those with the most hours first."""
    return write_workbook(sheet_name="Fairness", columns=_COLUMNS, rows=(_row(one) for one in report.officers))


def fairness_json(report: FairnessReport) -> dict[str, Any]:
    return {
        "source": SOURCE,
        "from_date": report.period.from_date.isoformat(),
        "until_date": report.period.until_date.isoformat(),
        "group": report.group or None,
        "people": report.people,
        "worked_minutes": report.worked_minutes,
        "gini": _rounded(report.coefficient),
        "lorenz": [{"officers": _rounded(people), "hours": _rounded(hours)} for people, hours in report.curve],
        "months": [
            {
                "month": f"{one.month:%Y-%m}",
                "people": one.people,
                "working": one.working,
                "worked_minutes": one.worked_minutes,
                "gini": _rounded(one.coefficient),
            }
            for one in report.months
        ],
        "officers": [
            {
                "name": one.name,
                "rank_code": one.rank_code or None,
                "worked_minutes": one.worked_minutes,
                "awarded_shifts": one.awarded_shifts,
                "awarded_minutes": one.awarded_minutes,
                "offers": one.offers,
                "refusals": one.refusals,
                "unreachable": one.unreachable,
                "called_off": one.called_off,
                "no_shows": one.no_shows,
                "credit_minutes": one.credit_minutes,
            }
            for one in report.officers
        ],
        "overrides": [
            {
                "decided_at": one.decided_at.isoformat(),
                "job_reference": one.job_reference,
                "made_by": one.made_by,
                "reason": one.reason,
            }
            for one in report.overrides
        ],
    }


def _row(one: OfficerFigures) -> list[Any]:
    return [
        one.name, one.rank_code, one.worked_minutes, one.awarded_shifts, one.awarded_minutes, one.offers, one.refusals,
        one.unreachable, one.called_off, one.no_shows, one.credit_minutes,
    ]  # fmt: skip


def _rounded(value: Any) -> float:
    return round(float(value), 4)
