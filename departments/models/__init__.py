from departments.models.credential import Credential
from departments.models.duty_period import DutyPeriod
from departments.models.fairness_entry import FairnessEntry
from departments.models.import_run import ImportRun
from departments.models.invitation import Invitation
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
