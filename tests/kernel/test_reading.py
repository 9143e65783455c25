"""What a reading request keeps, and that nothing outlives it."""

import pytest
from django.test import Client

from kernel.reading import is_reading, read_once, reading, recall, remember
from tenants.models import Tenant
from tenants.queries import get_tenant


def test_a_row_is_read_once_within_a_request_and_anew_in_the_next() -> None:
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        return len(asked)

    with reading():
        assert (read_once(("row",), read), read_once(("row",), read)) == (1, 1)
        remember(("other",), "here")
        assert recall(("other",)) == "here"
    with reading():
        assert read_once(("row",), read) == 2
        assert recall(("other",)) is None


def test_nothing_is_kept_outside_of_a_reading_request() -> None:
    remember(("row",), "kept")
    assert not is_reading()
    assert recall(("row",)) is None
    assert (read_once(("row",), lambda: 1), read_once(("row",), lambda: 2)) == (1, 2)


def test_what_raises_is_not_kept() -> None:
    with reading():
        with pytest.raises(ZeroDivisionError):
            read_once(("row",), lambda: 1 // 0)
        assert read_once(("row",), lambda: 1) == 1


@pytest.mark.django_db
def test_a_request_leaves_nothing_to_the_next(department: Tenant) -> None:
    Client(SERVER_NAME=f"{department.slug}.localhost").get("/")
    Tenant.objects.filter(id=department.id).update(name="Renamed")
    assert not is_reading()
    assert get_tenant(tenant_id=department.id).name == "Renamed"
