from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.officer import Officer
from marketplace.models.shift import Shift


class InvitationRound(models.Model):
    """One opening of a shift to a group of officers (everybody, a tier, or anew because it is short), told in waves.

    `waves` is how many are planned; `wave` how many went out. `next_wave_at` is set while one is to come.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="invitation_rounds")
    event_id = models.UUIDField(unique=True, help_text="What opened it: the same event opens it once.")
    tier_id = models.CharField(max_length=60, blank=True)
    all_at_once = models.BooleanField(default=False)
    waves = models.PositiveSmallIntegerField()
    wave = models.PositiveSmallIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0, help_text="Officers who could come and are not told yet.")
    opened_at = models.DateTimeField()
    next_wave_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(next_wave_at=None), name="ended_round_has_no_next_wave"
            ),
        ]
        indexes = [
            models.Index(fields=["next_wave_at"], name="invitation_wave_due", condition=Q(next_wave_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} wave {self.wave} of {self.waves}"


class Invitation(models.Model):
    """That one officer was told of one shift: in which wave, how, and when it was due.

    `told_at` is when a summary was made of it, or found that there was nothing to say any more.
    """

    class Telling(models.TextChoices):
        SINGLE = "single"
        SUMMARY = "summary"
        UNTOLD = "untold"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(InvitationRound, on_delete=models.PROTECT, related_name="invitations")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="invitations")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="invitations")
    wave = models.PositiveSmallIntegerField()
    telling = models.CharField(max_length=7, choices=Telling)
    invited_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "officer"], name="invited_once_a_round"),
            models.CheckConstraint(
                condition=Q(telling="untold", due_at=None) | (~Q(telling="untold") & Q(due_at__isnull=False)),
                name="an_invitation_is_due_unless_untold",
            ),
        ]
        indexes = [
            models.Index(fields=["officer", "due_at"], name="invitation_by_officer"),
            models.Index(fields=["shift", "invited_at"], name="invitation_by_shift"),
            models.Index(
                fields=["due_at"], name="invitation_summary_due", condition=Q(telling="summary", told_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.telling}"
