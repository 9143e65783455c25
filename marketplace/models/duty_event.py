from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.identifiers import uuid7
from marketplace.models.assignment import Assignment


class DutyEvent(models.Model):
    """What an officer tells between clocking in and out. Append-only, like a punch; `punch_id` makes it once only.

    Nothing about a case is kept here: an incident is a time, a category of a short list and the department's own
    report number, under which the department keeps the rest.
    """

    class Kind(models.TextChoices):
        BREAK_STARTED = "break_started", _("Break started")
        BREAK_ENDED = "break_ended", _("Break ended")
        WENT_ON_DUTY = "went_on_duty", _("Went on duty")
        BACK_FROM_DUTY = "back_from_duty", _("Back from duty")
        INCIDENT = "incident", _("Incident")

    class DutyCategory(models.TextChoices):
        JOB_RELATED_ARREST = "job_related_arrest", _("An arrest for this job")
        OTHER_DUTY = "other_duty", _("Other police duty")

    class IncidentCategory(models.TextChoices):
        ARREST = "arrest", _("Arrest")
        DISTURBANCE = "disturbance", _("Disturbance")
        INJURY = "injury", _("Injury")
        MEDICAL = "medical", _("Medical")
        PROPERTY_DAMAGE = "property_damage", _("Property damage")
        TRAFFIC_COLLISION = "traffic_collision", _("Traffic collision")
        USE_OF_FORCE = "use_of_force", _("Use of force")
        OTHER_INCIDENT = "other_incident", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    punch_id = models.UUIDField(unique=True)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="duty_events")
    kind = models.CharField(max_length=14, choices=Kind)
    category = models.CharField(max_length=20, blank=True)
    report_number = models.CharField(max_length=30, blank=True)
    received_at = models.DateTimeField()
    client_at = models.DateTimeField(null=True, blank=True)
    happened_at = models.DateTimeField(help_text="The time that counts: the server's, or an offline event's own.")
    counts = models.BooleanField(
        default=True, help_text="False: it came too late to change hours by itself; a supervisor sets them."
    )
    device_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("break_started", "break_ended", "back_from_duty"), category="")
                | Q(kind="went_on_duty", category__in=("job_related_arrest", "other_duty"))
                | Q(
                    kind="incident",
                    category__in=(
                        "arrest",
                        "disturbance",
                        "injury",
                        "medical",
                        "property_damage",
                        "traffic_collision",
                        "use_of_force",
                        "other_incident",
                    ),
                ),
                name="duty_event_has_its_category",
            ),
            models.CheckConstraint(
                condition=Q(report_number="")
                | Q(kind="incident", report_number__regex=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,29}$"),
                name="report_number_is_no_narrative",
            ),
            models.CheckConstraint(condition=Q(happened_at__lte=models.F("received_at")), name="duty_event_is_past"),
        ]
        indexes = [models.Index(fields=["assignment", "happened_at"], name="duty_event_in_order")]

    @property
    def category_label(self) -> str:
        return str(_LABELS.get(self.category, self.category))

    def __str__(self) -> str:
        return f"{self.kind} {self.assignment_id}"


_LABELS = {**dict(DutyEvent.DutyCategory.choices), **dict(DutyEvent.IncidentCategory.choices)}
