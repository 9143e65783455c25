"""What each role of a department's staff may do at its desk. Pages and API ask here, so that they cannot differ."""

from accounts.models import Role

READERS: tuple[str, ...] = (Role.COORDINATOR, Role.SUPERVISOR, Role.COMMANDER, Role.AUDITOR, Role.PAYROLL)
COORDINATORS: tuple[str, ...] = (Role.COORDINATOR,)
# Money is not a supervisor's business.
MONEY_READERS: tuple[str, ...] = (Role.COORDINATOR, Role.COMMANDER, Role.AUDITOR, Role.PAYROLL)
MONEY_HANDLERS: tuple[str, ...] = (Role.COORDINATOR, Role.PAYROLL)
# Who may approve a request when a rule of the policy asks for them; which of them, the request itself says.
APPROVERS: tuple[str, ...] = (Role.COORDINATOR, Role.SUPERVISOR, Role.COMMANDER)
