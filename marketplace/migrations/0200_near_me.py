import django.contrib.postgres.indexes
from django.db import migrations, models

import geo.expressions
import marketplace.models.busy_times

_BUSY_TIMES = """
UPDATE marketplace_standing SET busy_times = coalesce(
    (SELECT range_agg(tstzrange((busy ->> 0)::timestamptz, (busy ->> 1)::timestamptz))
     FROM jsonb_array_elements(busy_ranges) AS busy), '{}')
"""
_HOME = """
UPDATE marketplace_officerreach AS reach SET home_department_id = officer.home_department_id
FROM marketplace_officer AS officer WHERE officer.id = reach.officer_id
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0210_short_codes")]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="busy_times",
            field=marketplace.models.busy_times.BusyTimesField(
                default=list, help_text="When duty, court or leave claims them, without labels."
            ),
        ),
        migrations.RunSQL(_BUSY_TIMES, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="standing", name="busy_ranges"),
        migrations.AddField(model_name="officerreach", name="home_department_id", field=models.UUIDField(null=True)),
        migrations.RunSQL(_HOME, migrations.RunSQL.noop),
        migrations.AlterField(model_name="officerreach", name="home_department_id", field=models.UUIDField()),
        migrations.AddField(
            model_name="officerreach",
            name="reach",
            field=models.GeneratedField(
                db_persist=True,
                expression=geo.expressions.EarthReach(
                    geo.expressions.Earth(models.F("latitude"), models.F("longitude")),
                    models.F("travel_radius_metres"),
                ),
                output_field=geo.expressions.CubeField(),
            ),
        ),
        migrations.RemoveIndex(model_name="officerreach", name="reach_by_place"),
        migrations.AddIndex(
            model_name="officerreach",
            index=django.contrib.postgres.indexes.GistIndex(fields=["earth", "reach"], name="reach_by_place"),
        ),
        migrations.AddIndex(
            model_name="officerreach",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["home_department_id", "earth", "reach"], name="reach_by_home"
            ),
        ),
        migrations.AddField(
            model_name="position",
            name="shift_pay_cents",
            field=models.PositiveIntegerField(
                null=True,
                blank=True,
                help_text="One officer's pay for the whole shift as contracted; to find and sort by.",
            ),
        ),
    ]
