from departments.models.credential import Credential
from departments.models.duty_period import DutyPeriod
from departments.models.fairness_entry import FairnessEntry
from departments.models.import_run import ImportRun
from departments.models.invitation import Invitation
from departments.models.overlap_disposition import OverlapDisposition
from departments.models.policy_draft import PolicyDraft, PolicyDraftEdit
from departments.models.policy_exception import PolicyException
from departments.models.policy_version import PolicyVersion
from departments.models.roster_entry import RosterEntry
from departments.models.secondary_employment import DeclaredHours, SecondaryEmployment
from departments.models.status_period import StatusPeriod
from departments.models.time_export import ExportBatch, ExportBook, ExportFormat, ExportRow

__all__ = [
    "Credential",
    "DeclaredHours",
    "DutyPeriod",
    "ExportBatch",
    "ExportBook",
    "ExportFormat",
    "ExportRow",
    "FairnessEntry",
    "ImportRun",
    "Invitation",
    "OverlapDisposition",
    "PolicyDraft",
    "PolicyDraftEdit",
    "PolicyException",
    "PolicyVersion",
    "RosterEntry",
    "SecondaryEmployment",
    "StatusPeriod",
]
