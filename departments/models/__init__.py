from departments.models.duty_period import DutyPeriod
from departments.models.invitation import Invitation
from departments.models.policy_version import PolicyVersion
from departments.models.roster_entry import RosterEntry

__all__ = ["DutyPeriod", "Invitation", "PolicyVersion", "RosterEntry"]
