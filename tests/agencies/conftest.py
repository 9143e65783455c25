from dataclasses import replace

import pytest

from tenants.models import Tenant
from tenants.provisioning import request_tenant
from tests import database
from tests.agencies.world import AgencyWorld
from tests.factories.clients import govern
from tests.factories.departments import LONG_AGO, SETTING_UP


@pytest.fixture
def world(department: Tenant, agency: Tenant) -> AgencyWorld:
    """Ontario's rules, and an agency that the department has admitted."""
    govern(department)
    world = AgencyWorld(department, agency)
    world.admit()
    return world


@pytest.fixture
def other_agency(any_database: None) -> Tenant:
    """The bystander, for the public schema's rows: it has no schema of its own, which nothing here enters."""
    asked = replace(database.AGENCY, slug="other-agency", name="Bystander Security", short_name="Bystander")
    tenant = request_tenant(request=asked, actor=SETTING_UP, at=LONG_AGO)
    Tenant.objects.filter(id=tenant.id).update(state=Tenant.State.ACTIVE)
    return Tenant.objects.get(id=tenant.id)
