from departments.models.duty_period import DutyPeriod
from departments.models.fairness_entry import FairnessEntry
from departments.models.invitation import Invitation
from departments.models.policy_draft import PolicyDraft, PolicyDraftEdit
from departments.models.policy_version import PolicyVersion
from departments.models.roster_entry import RosterEntry
from departments.models.time_export import ExportBatch, ExportBook, ExportFormat, ExportRow

__all__ = [
    "DutyPeriod",
    "FairnessEntry",
    "Invitation",
    "PolicyDraft",
    "PolicyDraftEdit",
    "ExportBatch",
    "ExportBook",
    "ExportFormat",
    "ExportRow",
    "FairnessEntry",
    "Invitation",
    "PolicyVersion",
    "RosterEntry",
from departments.models.policy_exception import PolicyException
from departments.models.policy_version import PolicyVersion
from departments.models.roster_entry import RosterEntry
from departments.models.secondary_employment import DeclaredHours, SecondaryEmployment

__all__ = [
    "DeclaredHours",
    "DutyPeriod",
    "FairnessEntry",
    "Invitation",
    "PolicyException",
    "PolicyVersion",
    "RosterEntry",
    "SecondaryEmployment",
]
