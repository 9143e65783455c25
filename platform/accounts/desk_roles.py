"""What each role of a department's staff may do at its desk: one matrix, which pages and API ask, so that they cannot
differ. `AREAS` is what the page about roles shows."""

from dataclasses import dataclass

from accounts.models import Role

ROLES: tuple[str, ...] = (Role.COORDINATOR, Role.SUPERVISOR, Role.COMMANDER, Role.AUDITOR, Role.PAYROLL)
READERS: tuple[str, ...] = ROLES
COORDINATORS: tuple[str, ...] = (Role.COORDINATOR,)
# Money is not a supervisor's business.
MONEY_READERS: tuple[str, ...] = (Role.COORDINATOR, Role.COMMANDER, Role.AUDITOR, Role.PAYROLL)
MONEY_HANDLERS: tuple[str, ...] = (Role.COORDINATOR, Role.PAYROLL)
# On the day a supervisor acts for the coordinator: punches, overruns, ratings, call signs.
ON_THE_DAY: tuple[str, ...] = (Role.COORDINATOR, Role.SUPERVISOR)
POLICY_PUBLISHERS: tuple[str, ...] = COORDINATORS
# Other employers, exceptions and conduct are personnel data: payroll needs the hours alone.
PERSONNEL_READERS: tuple[str, ...] = (Role.COORDINATOR, Role.SUPERVISOR, Role.COMMANDER, Role.AUDITOR)
# Requests, exceptions, other employers, awards by hand: which of them may, the rule says; these come to the door. The
# lowest comes first.
DECIDERS: tuple[str, ...] = (Role.COORDINATOR, Role.SUPERVISOR, Role.COMMANDER)
# Every reason that anybody ever gave is in the history.
HISTORY_READERS: tuple[str, ...] = (Role.COORDINATOR, Role.COMMANDER, Role.AUDITOR)
# Whom a message went to and what it told of: statements with their amounts too.
MESSAGE_READERS: tuple[str, ...] = HISTORY_READERS
# The reconciliation workspace, at departments and agencies alike.
RECONCILIATION_READERS: tuple[str, ...] = (*MONEY_READERS, Role.BOOKKEEPER)
RECONCILERS: tuple[str, ...] = (*MONEY_HANDLERS, Role.BOOKKEEPER)
# Whoever closes a month does not undo it alone.
MONTH_REOPENERS: tuple[str, ...] = (Role.COORDINATOR, Role.COMMANDER)
STAFF_READERS: tuple[str, ...] = (Role.COORDINATOR, Role.COMMANDER, Role.AUDITOR)
STAFF_MANAGERS: tuple[str, ...] = (Role.COORDINATOR, Role.COMMANDER)


@dataclass(frozen=True, slots=True)
class Area:
    """`changers` empty: nothing is changed there."""

    title: str
    readers: tuple[str, ...]
    changers: tuple[str, ...]
    note: str = ""


AREAS: tuple[Area, ...] = (
    Area("Console, requests, shifts, awards, roster", READERS, COORDINATORS),
    Area("Awards by hand, requests that a rule holds", READERS, DECIDERS, "The policy names the roles."),
    Area("Punches, overruns, ratings, dispatch sheet", READERS, ON_THE_DAY),
    Area("Alerts: who looks after them", READERS, DECIDERS, "Relief and no-shows: coordinator and supervisor."),
    Area("Hours and timesheets", READERS, COORDINATORS),
    Area("Policy", READERS, POLICY_PUBLISHERS, "Publishing a version."),
    Area("Approvals and other employers", PERSONNEL_READERS, DECIDERS, "Each rule names the role that decides."),
    Area("Reported ratings", PERSONNEL_READERS, DECIDERS, "Nobody decides on what they gave, or what is about them."),
    Area("Exceptions report", PERSONNEL_READERS, DECIDERS, "Dispositions are written, never changed."),
    Area("History", HISTORY_READERS, ()),
    Area("Messages", MESSAGE_READERS, (), "Names and the last two digits, never a whole number."),
    Area("Money and payroll", MONEY_READERS, MONEY_HANDLERS),
    Area("Reconciliation", MONEY_READERS, MONEY_HANDLERS, "A closed month is reopened by a coordinator or commander."),
    Area("Staff and roles", STAFF_READERS, STAFF_MANAGERS, "A commander is named by a commander."),
)

# At an agency's desk. Its coordinator owns everything; a scheduler keeps no books, a bookkeeper staffs nobody.
AGENCY_ROLES: tuple[str, ...] = (Role.COORDINATOR, Role.SCHEDULER, Role.BOOKKEEPER)
AGENCY_SCHEDULERS: tuple[str, ...] = (Role.COORDINATOR, Role.SCHEDULER)
AGENCY_MONEY_HANDLERS: tuple[str, ...] = (Role.COORDINATOR, Role.BOOKKEEPER)
