from marketplace.models.agency import AgencyAdmission, AgencyProfile, OfficerEngagement
from marketplace.models.assignment import Assignment
from marketplace.models.bid import Award, Bid
from marketplace.models.calendar_feed import CalendarFeed
from marketplace.models.client import Client, ClientBlock, ClientMember
from marketplace.models.clock_event import ClockEvent, ClockReview
from marketplace.models.contest import AwardContest
from marketplace.models.duty_conflict import DutyConflict
from marketplace.models.duty_event import DutyEvent
from marketplace.models.evidence import EvidenceHold, UncountedPunch
from marketplace.models.invitation import Invitation, InvitationRound
from marketplace.models.job import EventType, Job, JobDraft, JobRevision, UnservedDemand
from marketplace.models.job_document import DocumentDemand, JobDocument
from marketplace.models.job_message import JobMessage, JobReader
from marketplace.models.job_report import JobReportWish
from marketplace.models.jurisdiction import Jurisdiction
from marketplace.models.offer import Offer, OfficerAvailability
from marketplace.models.officer import Officer, OfficerPrivate, OfficerReach, Standing
from marketplace.models.oversight import DispatchEntry, DispatchFeed, Disposition
from marketplace.models.presence import PresenceAnswer, PresencePrompt
from marketplace.models.relief import Relief
from marketplace.models.service_level import Alert, AttendanceReason, ReliefSearch
from marketplace.models.shift import Position, Shift
from marketplace.models.short_code import ShortCode
from marketplace.models.timesheet import Timesheet
from marketplace.models.venue import Venue
from marketplace.models.what_if_run import WhatIfRun

__all__ = [
    "AgencyAdmission",
    "AgencyProfile",
    "Alert",
    "Assignment",
    "AttendanceReason",
    "Award",
    "AwardContest",
    "Bid",
    "CalendarFeed",
    "Client",
    "ClientBlock",
    "ClientMember",
    "ClockEvent",
    "ClockReview",
    "DispatchEntry",
    "DispatchFeed",
    "Disposition",
    "DocumentDemand",
    "DutyConflict",
    "DutyEvent",
    "EventType",
    "EvidenceHold",
    "Invitation",
    "InvitationRound",
    "Job",
    "JobDocument",
    "JobDraft",
    "JobMessage",
    "JobReader",
    "JobReportWish",
    "JobRevision",
    "Jurisdiction",
    "Offer",
    "Officer",
    "OfficerAvailability",
    "OfficerEngagement",
    "OfficerPrivate",
    "OfficerReach",
    "Position",
    "PresenceAnswer",
    "PresencePrompt",
    "Relief",
    "ReliefSearch",
    "Shift",
    "ShortCode",
    "Standing",
    "Timesheet",
    "UncountedPunch",
    "UnservedDemand",
    "Venue",
    "WhatIfRun",
]
