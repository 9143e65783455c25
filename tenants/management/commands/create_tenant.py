from dataclasses import fields
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import clock
from kernel.actors import system
from kernel.errors import Refusal
from tenants.models import Tenant
from tenants.provisioning import TenantRequest, provision, request_tenant
from tenants.queries import tenant_by_slug


class Command(BaseCommand):
    help = "Open a department's or an agency's portal. Repeating it goes on where an earlier run stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", required=True, choices=Tenant.Kind.values)
        parser.add_argument("--slug", required=True, help="first label of the host name")
        parser.add_argument("--name", required=True)
        parser.add_argument("--short-name", default="")
        parser.add_argument("--time-zone", default="America/Toronto")
        parser.add_argument("--currency", default="CAD", choices=["CAD", "USD"])
        parser.add_argument("--country", default="CA", choices=["CA", "US"])
        parser.add_argument("--region", default="ON")
        parser.add_argument("--language", default="en")
        parser.add_argument("--hue", type=int, default=220)
        parser.add_argument("--service-fee-basis-points", type=int, default=500)
        parser.add_argument("--contact-email", default="")
        parser.add_argument("--contact-phone", default="")
        parser.add_argument("--address", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        started, at, actor = monotonic(), clock.now(), system("create_tenant")
        options["short_name"] = options["short_name"] or options["name"]
        request = TenantRequest(**{field.name: options[field.name] for field in fields(TenantRequest)})
        try:
            tenant = tenant_by_slug(slug=request.slug)
            if tenant is None:
                tenant = request_tenant(request=request, actor=actor, at=at)
            elif tenant.state == Tenant.State.ACTIVE or (tenant.kind, tenant.name) != (request.kind, request.name):
                raise CommandError(f"“{request.slug}” belongs to {tenant.name} already ({tenant.state}).")
            tenant = provision(tenant_id=tenant.id, actor=actor, at=at)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{tenant.name} is open in schema {tenant.schema_name} after {monotonic() - started:.2f} s.")
