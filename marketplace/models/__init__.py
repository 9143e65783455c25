from marketplace.models.assignment import Assignment
from marketplace.models.bid import Award, Bid
from marketplace.models.client import Client, ClientBlock, ClientMember
from marketplace.models.clock_event import ClockEvent, ClockReview
from marketplace.models.duty_conflict import DutyConflict
from marketplace.models.job import EventType, Job, JobDraft, JobRevision, UnservedDemand
from marketplace.models.jurisdiction import Jurisdiction
from marketplace.models.officer import Officer, OfficerPrivate, OfficerReach, Standing
from marketplace.models.shift import Position, Shift
from marketplace.models.timesheet import Timesheet
from marketplace.models.venue import Venue

__all__ = [
    "Assignment",
    "Award",
    "Bid",
    "Client",
    "ClientBlock",
    "ClientMember",
    "ClockEvent",
    "ClockReview",
    "DutyConflict",
    "EventType",
    "Job",
    "JobDraft",
    "JobRevision",
    "Jurisdiction",
    "Officer",
    "OfficerPrivate",
    "OfficerReach",
    "Position",
    "Shift",
    "Standing",
    "Timesheet",
    "UnservedDemand",
    "Venue",
]
