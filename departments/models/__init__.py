from departments.models.credential import Credential
from departments.models.duty_period import DutyPeriod
from departments.models.fairness_entry import FairnessEntry
from departments.models.import_run import ImportRun
from departments.models.invitation import Invitation
from departments.models.policy_draft import PolicyDraft, PolicyDraftEdit
from departments.models.policy_exception import PolicyException
from departments.models.policy_version import PolicyVersion
from departments.models.roster_entry import RosterEntry
from departments.models.secondary_employment import DeclaredHours, SecondaryEmployment
from departments.models.time_export import ExportBatch, ExportBook, ExportFormat, ExportRow

__all__ = [
    "DeclaredHours",
    "DutyPeriod",
    "ExportBatch",
    "ExportBook",
    "ExportFormat",
    "ExportRow",
    "FairnessEntry",
    "Invitation",
    "PolicyDraft",
    "PolicyDraftEdit",
    "PolicyException",
    "PolicyVersion",
    "RosterEntry",
    "SecondaryEmployment",
from departments.models.overlap_disposition import OverlapDisposition
from departments.models.policy_version import PolicyVersion
from departments.models.roster_entry import RosterEntry
from departments.models.status_period import StatusPeriod

__all__ = [
    "Credential",
    "DutyPeriod",
    "FairnessEntry",
    "ImportRun",
    "Invitation",
    "OverlapDisposition",
    "PolicyVersion",
    "RosterEntry",
    "StatusPeriod",
]
