from django.db import models

from kernel.identifiers import uuid7


class IssuerLogo(models.Model):
    """A picture as it stands on documents: checked and drawn anew, and kept for as long as they are."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"


class IssuerProfile(models.Model):
    """What a department or an agency wants on documents in its name. Documents that were issued stay as they are.

    Apart from the tenant, since the tenant is read with every request and this only when a document is made.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField(unique=True)
    legal_name = models.CharField(max_length=160, blank=True)
    address = models.CharField(max_length=300, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    regional_tax_number = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8, blank=True, help_text="Of documents to the tenant itself.")
    logo = models.ForeignKey(IssuerLogo, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.legal_name or str(self.tenant_id)
