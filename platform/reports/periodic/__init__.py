"""A department's work over a period: how much, how well, and for how much money.

`read` gives the whole report in at most twelve queries, whatever the number of shifts and officers.
"""

from reports.periodic.figures import (
    PUNCTUALITY_BANDS,
    Comparison,
    Day,
    EventTypeRow,
    Figures,
    JobRow,
    Money,
    OfficerRow,
    Report,
    VenueRow,
)
from reports.periodic.periods import Period, period_of
from reports.periodic.reading import read

__all__ = [
    "PUNCTUALITY_BANDS",
    "Comparison",
    "Day",
    "EventTypeRow",
    "Figures",
    "JobRow",
    "Money",
    "OfficerRow",
    "Period",
    "Report",
    "VenueRow",
    "period_of",
    "read",
]
