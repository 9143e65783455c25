"""The source rules find each fault that they were written for, and the product has none of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from config.lints.tenancy import findings_in

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path("platform/portals/department/views.py")

FAULTS = {
    "with tenant": "with tenant:\n    pass",
    "with an attribute": "with request.tenant:\n    pass",
    "with a query": "with Tenant.objects.get(slug=slug):\n    pass",
    "with an uncalled context": "with tenant_context:\n    pass",
    "the library's context": "from django_tenants.utils import schema_context",
    "the library at all": "import django_tenants.utils",
    "decorator": "@tenant_context(tenant)\ndef handle():\n    pass",
    "decorator through its module": "@context.acting_as(purpose='worker')\ndef handle():\n    pass",
    "async": "async def page(request):\n    pass",
    "raw search path": "cursor.execute('SET search_path TO t_000001')",
    "raw role": "cursor.execute('set local role t_000001')",
    "reset role": "cursor.execute('RESET ROLE')",
    "raw setting": "cursor.execute(\"SELECT set_config('app.person', %s, true)\")",
    "switch without return": "connection.set_tenant(tenant)",
    "thread": "import threading",
    "executor": "from concurrent.futures import ThreadPoolExecutor",
    "executor by its package": "from concurrent import futures",
    "signal": "from django.db.models.signals import post_save",
    "receiver": "from django.dispatch import receiver",
    "nobody's cache": "from django.core.cache import cache",
    "another app's tenant table": "from departments.models import RosterEntry",
    "another app's tenant tables": "from departments import models",
}


@pytest.mark.parametrize("source", FAULTS.values(), ids=FAULTS.keys())
def test_each_fault_is_found(source: str) -> None:
    assert findings_in(source, PAGE)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("departments/roster.py", "from departments.models import RosterEntry"),
        ("platform/portals/views.py", "with tenant_context(tenant):\n    pass"),
        ("platform/portals/views.py", "from django.core.cache import caches"),
        ("billing/migrations/0002_x.py", "SQL = 'CREATE FUNCTION f() ... SET search_path FROM CURRENT'"),
        ("platform/portals/views.py", "TEXT = 'Set roles for your staff'"),
    ],
)
def test_sound_code_passes(path: str, source: str) -> None:
    assert findings_in(source, Path(path)) == []


def test_the_product_has_no_finding() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.lints"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
