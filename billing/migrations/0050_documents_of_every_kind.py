import django.db.models.deletion
from django.db import migrations, models

import kernel.identifiers


class Migration(migrations.Migration):
    dependencies = [("billing", "0041_reconciliation")]

    operations = [
        migrations.CreateModel(
            name="IssuerLogo",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("content", models.BinaryField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="IssuerProfile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(unique=True)),
                ("legal_name", models.CharField(blank=True, max_length=160)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("tax_number", models.CharField(blank=True, max_length=40)),
                ("regional_tax_number", models.CharField(blank=True, max_length=40)),
                (
                    "language",
                    models.CharField(blank=True, help_text="Of documents to the tenant itself.", max_length=8),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "logo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.issuerlogo",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="issueddocument",
            name="agency_id",
            field=models.UUIDField(
                blank=True, help_text="An agency that issued it or to which it is addressed.", null=True
            ),
        ),
        migrations.AddField(
            model_name="issueddocument",
            name="content_sha256",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Empty for documents from before contents were hashed.",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="issueddocument",
            index=models.Index(fields=["department_id", "issued_at"], name="document_by_department"),
        ),
        migrations.AddIndex(
            model_name="issueddocument",
            index=models.Index(fields=["agency_id", "issued_at"], name="document_by_agency"),
        ),
    ]
