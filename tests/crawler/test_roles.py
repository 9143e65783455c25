"""Who is on the staff reads what the role reads and changes what the role changes; nobody else finds a desk at all."""

import pytest

from tests.crawler.addresses import address, attempts, routes_for
from tests.crawler.checks import changed_by_role, desk_open_to
from tests.crawler.inventory import all_routes
from tests.crawler.recipes import For
from tests.crawler.visiting import Visits
from tests.crawler.world import World

READ_ONLY = ("auditor", "commander", "payroll", "supervisor")


@pytest.mark.parametrize("role", READ_ONLY)
def test_a_desk_is_read_only_for_other_roles(world: World, visits: Visits, role: str) -> None:
    wrong = changed_by_role(world, visits, role)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", READ_ONLY)
def test_a_role_reads_what_it_may_read(world: World, visits: Visits, role: str) -> None:
    wrong = []
    for route, recipe in routes_for(all_routes(), For.DESK):
        if "GET" not in route.methods or recipe.readers is None:
            continue
        may = role in recipe.readers
        if may and recipe.asks_provider:
            continue
        answer = visits.ask(world.actors[f"{role}_a"], "GET", address(route, world.a), host=world.a.host)
        if (answer.status == 403) == may and answer.status != 405:
            wrong.append(f"GET {route.pattern}: {answer.status}, may read: {may}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["officer_a1", "client_a1", "coordinator_b", "scheduler", "operator"])
def test_whoever_is_not_on_the_staff_gets_nothing_of_a_desk(world: World, visits: Visits, name: str) -> None:
    wrong = desk_open_to(world, visits, name)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["coordinator_a", "client_a1", "officer_a1", "scheduler", "newcomer"])
def test_the_operators_pages_are_not_there_for_anybody_else(world: World, visits: Visits, name: str) -> None:
    for route, recipe in routes_for(all_routes(), For.OPERATOR):
        for method, data in attempts(route, recipe, world.a):
            answer = visits.ask(world.actors[name], method, address(route, None), data=data)
            assert answer.status in (404, 405), f"{method} {route.pattern}: {answer.status}"


@pytest.mark.parametrize(("role", "may_read"), [("supervisor", False), ("payroll", True), ("auditor", True)])
def test_documents_are_for_the_roles_that_read_money(world: World, visits: Visits, role: str, may_read: bool) -> None:
    actor, document = world.actors[f"{role}_a"], world.a.document("statement")
    for path in (f"/documents/{document.id}.pdf", f"/api/v1/documents/{document.id}/pdf"):
        answer = visits.ask(actor, "GET", path, host=world.a.host)
        assert answer.status == (200 if may_read else 404), path
    listed = visits.ask(actor, "GET", "/api/v1/documents", host=world.a.host)
    assert (str(document.id) in listed.text) == may_read
