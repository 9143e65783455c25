"""What a department's own records refuse."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from kernel.errors import IllegalTransition, InvalidInput, NotFound, Refusal


class NoPolicyInForce(Refusal):
    code = "no_policy_in_force"

    def __init__(self, on_date: date) -> None:
        super().__init__(
            f"This department has no published policy for {on_date:%d %B %Y}. Publish one that is in force by then.",
            on_date=on_date.isoformat(),
        )


class UnknownPolicyVersion(NotFound):
    code = "unknown_policy_version"

    def __init__(self, version: int) -> None:
        super().__init__(f"This department has no policy version {version}.", version=version)


class PolicyPublishedMeanwhile(IllegalTransition):
    code = "policy_published_meanwhile"

    def __init__(self, version: int) -> None:
        super().__init__(
            f"Somebody else published version {version} at the same moment. Read it, then publish yours again.",
            version=version,
        )


class RosterEntryNotFound(NotFound):
    code = "roster_entry_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such member on this roster.")


class BadgeTaken(InvalidInput):
    code = "badge_taken"

    def __init__(self, badge_number: str) -> None:
        super().__init__(
            f"Badge {badge_number} belongs to another serving member. Check the number.",
            field="badge_number",
            badge_number=badge_number,
        )


class WorkEmailTaken(InvalidInput):
    code = "work_email_taken"

    def __init__(self, work_email: str) -> None:
        super().__init__(
            f"{work_email} belongs to another serving member. Every member needs a work address of their own.",
            field="work_email",
        )


class AlreadyLeft(IllegalTransition):
    code = "already_left"

    def __init__(self, left_at: datetime | None) -> None:
        on = f" on {left_at:%d %B %Y}" if left_at else ""
        super().__init__(f"This member left the roster{on}. Add them again if they came back.")


class AlreadyJoined(IllegalTransition):
    code = "already_joined"

    def __init__(self) -> None:
        super().__init__("This member has joined already: there is nothing left to accept. They can sign in.")


class InvitationNotFound(NotFound):
    code = "invitation_not_found"

    def __init__(self) -> None:
        super().__init__("This invitation does not exist or was withdrawn. Ask your coordinator for a new one.")


class InvitationExpired(IllegalTransition):
    code = "invitation_expired"

    def __init__(self, expires_at: datetime) -> None:
        super().__init__(
            f"This invitation ended on {expires_at:%d %B %Y}. Ask your coordinator for a new one.",
            expires_at=expires_at.isoformat(),
        )


class InvitationCodeWrong(InvalidInput):
    code = "invitation_code_wrong"

    def __init__(self, attempts_left: int) -> None:
        more = (
            f"{attempts_left} attempts are left."
            if attempts_left > 1
            else "One attempt is left."
            if attempts_left == 1
            else "No attempts are left: ask your coordinator for a new invitation."
        )
        super().__init__(f"That is not the code in the e-mail. {more}", field="code", attempts_left=attempts_left)


class EndsBeforeStart(InvalidInput):
    code = "ends_before_start"

    def __init__(self) -> None:
        super().__init__("The end must be after the start.", field="ends_at")


class StatusPeriodOverlaps(InvalidInput):
    code = "status_period_overlaps"

    def __init__(self, status: str) -> None:
        super().__init__(
            f"Another period of “{status.replace('_', ' ')}” overlaps these dates. End that one first.",
            field="from_date",
            status=status,
        )


class StatusPeriodNotFound(NotFound):
    code = "status_period_not_found"

    def __init__(self) -> None:
        super().__init__("This member has no such period.")


class CredentialNotFound(NotFound):
    code = "credential_not_found"

    def __init__(self) -> None:
        super().__init__("This member holds no such credential.")


class SupervisorNotServing(InvalidInput):
    code = "supervisor_not_serving"

    def __init__(self) -> None:
        super().__init__("The supervisor must be a serving member of this roster.", field="supervisor")


class CommandRunsInACircle(InvalidInput):
    code = "command_runs_in_a_circle"

    def __init__(self, entry_id: UUID, steps: int) -> None:
        super().__init__(
            f"The chain of command would lead back to where it began after {steps} steps. Choose another supervisor.",
            field="supervisor",
            entry_id=str(entry_id),
            steps=steps,
        )
        self.entry_id = entry_id


class ImportNotFound(NotFound):
    code = "import_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such import.")


class ImportHasMoved(IllegalTransition):
    code = "import_has_moved"

    def __init__(self, state: str) -> None:
        super().__init__(f"This import is {state}. Look at it again.", state=state)


class ImportHasErrors(IllegalTransition):
    code = "import_has_errors"

    def __init__(self, errors: int) -> None:
        rows = "One row" if errors == 1 else f"{errors} rows"
        super().__init__(f"{rows} cannot be taken as they are. Mend the file and upload it again.", errors=errors)


class FileRefused(InvalidInput):
    """The file as a whole cannot be read: too large, another format, an encoding that breaks off at a row."""

    code = "file_refused"

    def __init__(self, message: str, **numbers: int | str) -> None:
        super().__init__(message, field="file", **numbers)


class ScheduleRefused(InvalidInput):
    """Rows of a schedule that cannot be taken; nothing of it was. `mistakes` are {row, column, reason}."""

    code = "schedule_refused"

    def __init__(self, mistakes: Sequence[Mapping[str, object]]) -> None:
        first = mistakes[0]
        more = f" and {len(mistakes) - 1} more" if len(mistakes) > 1 else ""
        super().__init__(
            f"Row {first['row']}, {first['column']}: {first['reason']}{more}",
            mistakes=[dict(one) for one in mistakes[:200]],
        )
        self.mistakes = mistakes
