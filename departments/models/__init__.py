from departments.models.duty_period import DutyPeriod
from departments.models.fairness_entry import FairnessEntry
from departments.models.invitation import Invitation
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
