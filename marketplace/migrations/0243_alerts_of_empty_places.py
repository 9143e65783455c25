"""An alert of a running shift with an empty place is of nobody: it has no assignment, and is opened once."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0242_questions_lapse"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="assignment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alerts",
                to="marketplace.assignment",
            ),
        ),
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reminder", "Reminder"),
                    ("late", "Late"),
                    ("no_show", "No Show"),
                    ("unconfirmed", "Unconfirmed"),
                    ("left_early", "Left Early"),
                    ("overrun", "Overrun"),
                    ("no_relief", "No Relief"),
                    ("empty_place", "Empty Place"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("assignment", None)), fields=("shift", "kind"), name="alert_of_shift_opened_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("assignment", None), ("kind", "empty_place")),
                    models.Q(models.Q(("kind", "empty_place"), _negated=True), ("assignment__isnull", False)),
                    _connector="OR",
                ),
                name="alert_is_of_somebody_or_nobody",
            ),
        ),
    ]
