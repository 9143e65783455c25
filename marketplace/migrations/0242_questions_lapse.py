"""A question whether an officer is on site lapses with a break, a call to duty, a relief or the clock-out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0241_positions_to_round"),
    ]

    operations = [
        migrations.AddField(
            model_name="presenceprompt",
            name="lapse",
            field=models.CharField(
                blank=True,
                choices=[("break", "Break"), ("duty", "Duty"), ("relieved", "Relieved"), ("left", "Left")],
                default="",
                max_length=8,
            ),
            preserve_default=False,
        ),
    ]
