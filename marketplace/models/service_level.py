from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.identifiers import uuid7
from marketplace.models.assignment import Assignment
from marketplace.models.shift import Position, Shift


class Alert(models.Model):
    """Something on a detail that wants a person now. It escalates until one looks after it, or it is over.

    `occasion` tells two of a kind on one assignment apart (the question that stayed unanswered): what a scan has
    opened once it never opens again, however often it looks. An empty place is nobody's: it has no assignment.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder"
        LATE = "late"
        NO_SHOW = "no_show"
        UNCONFIRMED = "unconfirmed"
        LEFT_EARLY = "left_early"
        OVERRUN = "overrun"
        NO_RELIEF = "no_relief"
        EMPTY_PLACE = "empty_place"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    occasion = models.CharField(max_length=40, blank=True)
    department_id = models.UUIDField()
    agency_id = models.UUIDField(null=True, blank=True, help_text="The supplier, when it is an agency.")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="alerts")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True)
    level = models.PositiveSmallIntegerField(default=0, help_text="How many steps of the escalation were taken.")
    opened_at = models.DateTimeField()
    escalate_at = models.DateTimeField(null=True, blank=True)
    client_due_at = models.DateTimeField(null=True, blank=True, help_text="When the client is told, once.")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by_person_id = models.UUIDField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=200, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "kind", "occasion"], name="alert_opened_once"),
            models.UniqueConstraint(
                fields=["assignment", "kind"], condition=Q(resolved_at=None), name="one_open_alert_of_a_kind"
            ),
            models.UniqueConstraint(
                fields=["shift", "kind"], condition=Q(assignment=None), name="alert_of_shift_opened_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="empty_place", assignment=None)
                | (~Q(kind="empty_place") & Q(assignment__isnull=False)),
                name="alert_is_of_somebody_or_nobody",
            ),
        ]
        indexes = [
            models.Index(fields=["escalate_at"], name="alert_escalation_due", condition=Q(escalate_at__isnull=False)),
            models.Index(fields=["client_due_at"], name="alert_client_due", condition=Q(client_due_at__isnull=False)),
            models.Index(fields=["department_id", "opened_at"], name="alert_open", condition=Q(resolved_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.assignment_id}"


class ReliefSearch(models.Model):
    """Somebody is looked for to take one officer's place: the backups are asked, one after the other.

    `assignment` is whose place it is: late and still theirs, or given up. The offers of the search point here.
    """

    class State(models.TextChoices):
        SEARCHING = "searching"
        FILLED = "filled"
        STOPPED = "stopped"
        EXHAUSTED = "exhausted"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="relief_searches")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="relief_searches")
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="relief_search")
    state = models.CharField(max_length=9, choices=State, default=State.SEARCHING)
    began_at = models.DateTimeField()
    began_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)
    filled_by = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, related_name="relief_for", null=True, blank=True
    )

    class Meta:
        verbose_name_plural = "relief searches"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="filled", filled_by__isnull=False) | (~Q(state="filled") & Q(filled_by=None)),
                name="relief_filled_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"relief for {self.assignment_id}: {self.state}"


class AttendanceReason(models.Model):
    """Why an officer came late, left early, did not come or did not punch, as one of a few codes. Append-only."""

    class Code(models.TextChoices):
        TRAFFIC = "traffic", _("Traffic")
        COURT = "court", _("Court")
        DUTY_CALL = "duty_call", _("A call to duty")
        DEPARTMENT_ORDER = "department_order", _("Another order of a department")
        ILLNESS = "illness", _("Illness")
        NO_SIGNAL = "no_signal", _("The telephone did not work")
        CLIENT_RELEASED = "client_released", _("The client let me go")
        FORGOTTEN = "forgotten", _("Forgot to punch")
        UNKNOWN = "unknown", _("Something else, or not known")

    class Side(models.TextChoices):
        OFFICER = "officer"
        DESK = "desk"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="attendance_reasons")
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=20, choices=Code)
    side = models.CharField(max_length=7, choices=Side)
    given_by_person_id = models.UUIDField(null=True, blank=True)
    given_by = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["assignment", "kind", "given_at"], name="reason_by_assignment")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
