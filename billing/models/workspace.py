"""The reconciliation workspace: a read model of what was agreed, worked, billed and paid, with decisions on it.

Every row belongs to one tenant, a department or an agency, by `tenant_id`: the wall compares it with who is asking. An
assignment that an agency staffs has a row in the agency's workspace and one in the governing department's.
"""

from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models import Assignment


class WorkspaceBook(models.Model):
    """One tenant's workspace: its tolerances, and the row that whoever changes anything in it locks first."""

    tenant_id = models.UUIDField(primary_key=True)
    minute_tolerance = models.PositiveSmallIntegerField(default=5)
    cents_tolerance = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minute_tolerance__lte=120, cents_tolerance__lte=100_000), name="tolerances_are_sane"
            )
        ]

    def __str__(self) -> str:
        return f"workspace of {self.tenant_id}"


class WorkspaceMonth(models.Model):
    """A calendar month of one tenant. While it is closed, PostgreSQL refuses every change to its rows."""

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField()
    first_date = models.DateField()
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    closings = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "first_date"], name="one_workspace_month"),
            models.CheckConstraint(condition=Q(first_date__day=1), name="workspace_month_begins_on_the_first"),
        ]

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def label(self) -> str:
        return f"{self.first_date:%B %Y}"

    def __str__(self) -> str:
        return f"{self.first_date:%Y-%m} {self.state}"


class WorkspaceClosing(models.Model):
    """A closing or a reopening as it was: figures, what was still open, the hash of the rows. Append-only."""

    class Kind(models.TextChoices):
        CLOSED = "closed"
        REOPENED = "reopened"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField()
    month = models.ForeignKey(WorkspaceMonth, on_delete=models.PROTECT, related_name="history")
    kind = models.CharField(max_length=8, choices=Kind)
    number = models.PositiveSmallIntegerField(help_text="1 for the month's first closing; a reopening has its own.")
    figures = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    person_id = models.UUIDField(null=True, blank=True)
    person_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "kind", "number"], name="one_workspace_closing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class WorkspaceRow(models.Model):
    """One assignment of a month: award, schedule, GPS time, hours, invoice line and payout side by side.

    Minutes and cents are whole numbers; None where there is nothing yet. `sequence` 0 is the assignment's own row; a
    later one corrects a row of a closed month and holds only what has changed since, so that all of them sum to what
    is true now.
    """

    class State(models.TextChoices):
        MATCHED = "matched"
        DIFFERS = "differs"
        OPEN = "open"
        EXPLAINED = "explained"
        SPLIT = "split"
        DISPUTED = "disputed"

    class Decision(models.TextChoices):
        NONE = "", "nobody has decided"
        ACCEPTED = "accepted"
        EXPLAINED = "explained"
        SPLIT = "split"
        DISPUTED = "disputed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField()
    month = models.ForeignKey(WorkspaceMonth, on_delete=models.PROTECT, related_name="rows")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="workspace_rows")
    sequence = models.PositiveSmallIntegerField(default=0)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, related_name="corrections", null=True, blank=True)

    reference = models.CharField(max_length=24)
    job_id = models.UUIDField()
    job_reference = models.CharField(max_length=12)
    job_title = models.CharField(max_length=120)
    client_name = models.CharField(max_length=160)
    shift_id = models.UUIDField()
    officer_id = models.UUIDField()
    officer_name = models.CharField(max_length=160)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    work_date = models.DateField(help_text="The local day on which the shift begins.")
    currency = models.CharField(max_length=3)
    payee_mode = models.CharField(max_length=10, blank=True)

    assignment_state = models.CharField(max_length=12)
    awarded_at = models.DateTimeField()
    awarded_by = models.CharField(max_length=80)
    scheduled_minutes = models.IntegerField()
    clock_minutes = models.IntegerField(null=True, blank=True, help_text="Between the punches, within the shift.")
    clock_verdict = models.CharField(max_length=8, blank=True, help_text="The worse of the two punches.")
    timesheet_state = models.CharField(max_length=10, blank=True)
    timesheet_decided_by = models.CharField(max_length=20, blank=True)
    worked_minutes = models.IntegerField(null=True, blank=True)
    billable_minutes = models.IntegerField(null=True, blank=True, help_text="Of the approved timesheet.")
    billed_minutes = models.IntegerField(null=True, blank=True, help_text="Of the invoice's line.")
    invoice_cents = models.BigIntegerField(null=True, blank=True, help_text="This officer's lines, tax included.")
    shared_cents = models.BigIntegerField(
        null=True, blank=True, help_text="This assignment's part of vehicles, fees and the service fee, tax included."
    )
    invoice_number = models.CharField(max_length=40, blank=True)
    pay_cents = models.BigIntegerField(null=True, blank=True, help_text="What the officer earned.")
    due_cents = models.BigIntegerField(
        null=True, blank=True, help_text="What the payee is to get through the platform."
    )
    paid_cents = models.BigIntegerField(null=True, blank=True, help_text="Of that, what has arrived.")
    payout_state = models.CharField(max_length=12, blank=True)
    own_minutes = models.IntegerField(null=True, blank=True, help_text="Of the agency's own invoice.")
    own_cents = models.BigIntegerField(null=True, blank=True)
    own_numbers = models.CharField(max_length=200, blank=True)
    claimed_minutes = models.IntegerField(null=True, blank=True, help_text="Of the officer's self-made invoice.")
    claimed_cents = models.BigIntegerField(null=True, blank=True)
    claimed_numbers = models.CharField(max_length=200, blank=True)

    automatic_state = models.CharField(max_length=9, choices=State)
    state = models.CharField(max_length=9, choices=State)
    difference_kind = models.CharField(max_length=24, blank=True, help_text="The first of them, or what is missing.")
    difference_minutes = models.IntegerField(default=0)
    difference_cents = models.BigIntegerField(default=0)
    differences = models.JSONField(default=list)
    reason = models.CharField(max_length=600)
    facts_sha256 = models.CharField(max_length=64)

    decision = models.CharField(max_length=9, choices=Decision, default=Decision.NONE, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decision_note = models.CharField(max_length=1000, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "assignment", "sequence"], name="one_workspace_row"),
            models.CheckConstraint(
                condition=Q(sequence=0, corrects=None) | Q(sequence__gt=0, corrects__isnull=False),
                name="corrections_say_what_they_correct",
            ),
        ]
        indexes = [
            models.Index(fields=["month", "starts_at", "id"], name="workspace_by_day"),
            models.Index(fields=["month", "state", "starts_at", "id"], name="workspace_by_state"),
            models.Index(fields=["tenant_id", "shift_id"], name="workspace_by_shift"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"


class WorkspacePart(models.Model):
    """One part of a difference that was split. All parts of a row sum to its difference, in minutes and in cents."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField()
    row = models.ForeignKey(WorkspaceRow, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()
    minutes = models.IntegerField()
    cents = models.BigIntegerField()
    note = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["row", "number"], name="workspace_part_once")]

    def __str__(self) -> str:
        return f"{self.minutes} min, {self.cents} cents"


class WorkspaceNote(models.Model):
    """What somebody wrote beside a row. Append-only; notes may follow after the month was closed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField()
    row = models.ForeignKey(WorkspaceRow, on_delete=models.PROTECT, related_name="notes")
    text = models.CharField(max_length=2000)
    written_at = models.DateTimeField()
    person_id = models.UUIDField(null=True, blank=True)
    person_name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["row", "written_at"], name="workspace_note_by_row")]

    def __str__(self) -> str:
        return self.text[:60]
