from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7


class Channel(models.TextChoices):
    EMAIL = "email"
    SMS = "sms"


class OutboundMessage(models.Model):
    """One message to one address: written in the business transaction, sent afterwards, watched until delivered."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"
        SUPPRESSED = "suppressed"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    business_key = models.CharField(
        max_length=200, unique=True, help_text="The same fact never reaches a person twice."
    )
    channel = models.CharField(max_length=5, choices=Channel)
    tenant_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    segments = models.PositiveSmallIntegerField(default=0, help_text="What a text message costs, as queued.")
    is_offer = models.BooleanField(default=False, help_text="It tells of work; hours, limits and budgets hold for it.")
    about_id = models.UUIDField(null=True, blank=True, help_text="The shift that it tells of.")
    payer_id = models.UUIDField(null=True, blank=True, help_text="The department whose budget it was counted in.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    provider_reference = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True, help_text="From then on it is dropped instead of sent.")
    leased_until = models.DateTimeField(null=True, blank=True)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=10, blank=True, help_text="The provider's, when it failed.")
    billed_segments = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="As the provider counted them, once it is known."
    )
    price_micros = models.BigIntegerField(
        null=True, blank=True, help_text="Millionths of the currency's unit: 0.0079 USD is 7900. Known late."
    )
    price_currency = models.CharField(max_length=3, blank=True)
    report_due_at = models.DateTimeField(
        null=True, blank=True, help_text="When the provider is asked what became of it and what it cost."
    )

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="message_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(
                fields=["about_id"],
                name="message_waiting_about",
                condition=Q(state="queued", about_id__isnull=False),
            ),
            models.Index(fields=["provider_reference"], name="message_by_reference"),
            models.Index(fields=["tenant_id", "created_at"], name="message_by_tenant"),
            models.Index(
                fields=["payer_id", "created_at"],
                name="message_by_payer",
                condition=Q(channel="sms", payer_id__isnull=False),
            ),
            models.Index(fields=["report_due_at"], name="message_report_due", condition=Q(report_due_at__isnull=False)),
        ]

    @property
    def recipient_shown(self) -> str:
        """For pages: an officer's number is known to nobody but the officer, the platform's own staff included."""
        return self.recipient if "@" in self.recipient else f"…{self.recipient[-2:]}"

    def __str__(self) -> str:
        return f"{self.channel} {self.business_key}"


class MessageStep(models.Model):
    """What happened to a message after it was queued, beyond its last state: each try that failed, each report."""

    class Kind(models.TextChoices):
        TRY_FAILED = "try_failed"
        REPORTED = "reported"
        PRICED = "priced"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(OutboundMessage, on_delete=models.CASCADE, related_name="steps")
    tenant_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    words = models.TextField(blank=True)
    error_code = models.CharField(max_length=10, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["message", "happened_at"], name="step_by_message")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.kind}"
