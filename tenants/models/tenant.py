from typing import Any, NoReturn

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django_tenants.models import TenantMixin

from kernel.identifiers import uuid7
from tenants.errors import TenantContextError, TenantDeletionRefused


def _refuse_deletion() -> NoReturn:
    raise TenantDeletionRefused(
        "A department or agency is never deleted: its name and schema stay recorded so that nobody inherits its rows. "
        "Retire it instead."
    )


class TenantQuerySet(models.QuerySet["Tenant"]):
    def delete(self) -> NoReturn:
        _refuse_deletion()


class Tenant(TenantMixin):  # type: ignore[misc]
    """A department or an agency, with the one PostgreSQL schema that belongs to it alone.

    The schema's name comes from a sequence and is never reused: adopting an existing schema would hand one
    organisation's rows to another. PostgreSQL refuses to change the name or to delete the row (see the migrations).
    """

    auto_create_schema = False
    auto_drop_schema = False

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "police department"
        AGENCY = "agency", "security agency"

    class State(models.TextChoices):
        REQUESTED = "requested"
        SCHEMA = "schema", "schema made"
        MIGRATED = "migrated"
        VERIFIED = "verified"
        ACTIVE = "active"
        SUSPENDED = "suspended"
        RETIRED = "retired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    slug = models.SlugField(max_length=40, unique=True, help_text="The first label of the portal's host name.")
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    schema_name = models.CharField(max_length=63, unique=True, editable=False)
    role_name = models.CharField(max_length=63, unique=True, editable=False)
    schema_fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    hue = models.PositiveSmallIntegerField(default=220, validators=[MinValueValidator(0), MaxValueValidator(360)])
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=3, help_text="State or province, as two or three letters.")
    language = models.CharField(max_length=10, default="en")
    service_fee_basis_points = models.PositiveIntegerField(default=500)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=300, blank=True)
    requested_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["department", "agency"]), name="tenant_kind_known"),
            models.CheckConstraint(condition=Q(hue__lte=360), name="tenant_hue_within_circle"),
            models.CheckConstraint(condition=Q(schema_name__regex=r"^t_[0-9]{6,}$"), name="tenant_schema_generated"),
            models.CheckConstraint(condition=Q(service_fee_basis_points__lte=10_000), name="tenant_fee_at_most_all"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def is_active(self) -> bool:
        return self.state == Tenant.State.ACTIVE

    @property
    def is_department(self) -> bool:
        return self.kind == Tenant.Kind.DEPARTMENT

    def __enter__(self) -> NoReturn:
        # django-tenants keeps the previous tenant in a list shared by all threads.
        raise TenantContextError("Use `with tenant_context(tenant):` from tenants.context.")

    def activate(self) -> NoReturn:
        raise TenantContextError("A tenant that nobody leaves again leaks. Use tenants.context.tenant_context.")

    def create_schema(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TenantContextError("Schemas are made by tenants.provisioning.provision.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse_deletion()
