from django.db import migrations

_COPY = """
INSERT INTO departments_credential (id, roster_entry_id, code, issued_date, expires_date, source)
SELECT gen_random_uuid(), entry.id, held.code, NULL, NULL, 'entered'
FROM departments_rosterentry AS entry, LATERAL (SELECT DISTINCT unnest(entry.credential_codes) AS code) AS held
ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    """What was a list of codes on the entry becomes rows that can expire."""

    dependencies = [("departments", "0030_roster_in_depth")]

    operations = [migrations.RunSQL(_COPY, migrations.RunSQL.noop)]
