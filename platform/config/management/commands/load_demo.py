from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo_data import PASSWORD
from config.demo_data.cast import (
    AGENCY_CLIENT_EMAIL,
    AGENCY_MAIL_DOMAIN,
    AGENCY_SLUG,
    AGENCY_STAFF,
    DEPARTMENTS,
    OPERATOR_EMAIL,
    work_email,
)
from config.demo_data.loading import load
from config.environment import environment
from kernel import clock


class Command(BaseCommand):
    help = "Fill the platform with invented departments, people and requests. Safe to repeat; refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print-sign-ins", action="store_true", help="Only print who can sign in, and where.")
        parser.add_argument("--staff-only", action="store_true", help="Departments and staff; no officers, no clients.")
        parser.add_argument(
            "--service-fee",
            action="append",
            default=[],
            metavar="SLUG=BASIS_POINTS",
            help="Another service fee for a department that is made now: lakeshore=575 is 5.75 %%.",
        )

    def handle(self, *arguments: Any, **options: Any) -> None:
        if environment.is_production:
            raise CommandError("Demo people share one known password: they are never loaded in production.")
        if options["print_sign_ins"]:
            self._print_sign_ins()
            return
        fees = dict(pair.split("=", 1) for pair in options["service_fee"])
        load(
            at=clock.now(),
            say=self.stdout.write,
            staff_only=options["staff_only"],
            service_fees={slug: int(fee) for slug, fee in fees.items()},
        )

    def _print_sign_ins(self) -> None:
        base = settings.PUBLIC_BASE_URL
        port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
        rows = [("Operator", base, OPERATOR_EMAIL)]
        for cast in DEPARTMENTS:
            host = f"http://{cast.slug}.{settings.PUBLIC_HOST}{port}"
            rows += [
                (f"{staff.role.title()}, {cast.short_name}", host, work_email(staff, cast.mail_domain))
                for staff in cast.staff
            ]
            rows.append((f"Client of {cast.short_name}", base, cast.client.email))
            rows += [
                (f"Officer, {cast.short_name}", base, work_email(officer, cast.mail_domain))
                for officer in cast.officers[:2]
            ]
        agency_host = f"http://{AGENCY_SLUG}.{settings.PUBLIC_HOST}{port}"
        rows += [
            (f"{staff.role.title()}, agency", agency_host, work_email(staff, AGENCY_MAIL_DOMAIN))
            for staff in AGENCY_STAFF
        ]
        rows.append(("Client of the agency", base, AGENCY_CLIENT_EMAIL))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)))
        self.stdout.write(f"Everybody's password: {PASSWORD}")
