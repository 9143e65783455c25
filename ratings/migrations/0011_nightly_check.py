"""Each night is checked once, and what differed is kept for the operator to read."""

from django.db import migrations, models

import kernel.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0010_both_ways"),
    ]

    operations = [
        migrations.CreateModel(
            name="RatingCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("date", models.DateField(unique=True)),
                ("differences", models.PositiveIntegerField(default=0)),
                ("examples", models.JSONField(default=list)),
                ("finished_at", models.DateTimeField()),
            ],
        ),
    ]
