"""Somebody else's row and one that never was are the same to whoever asks, and asking changes neither."""

import pytest

from tests.crawler.addresses import address, attempts
from tests.crawler.checks import foreign_rows_that_show, rows_of
from tests.crawler.recipes import For
from tests.crawler.visiting import Visits
from tests.crawler.world import MARKETPLACE, World


@pytest.mark.parametrize("audience", [For.SIGNED_IN, For.CLIENT, For.OFFICER, For.DESK, For.AGENCY])
def test_a_foreign_row_looks_like_none(world: World, visits: Visits, audience: For) -> None:
    wrong = foreign_rows_that_show(world, visits, audience)
    assert not wrong, "\n".join(wrong)


def test_the_owner_of_each_row_gets_further(world: World, visits: Visits) -> None:
    """Without this the test above would pass on addresses that refuse everybody."""
    refused = []
    owners = {
        For.CLIENT: (world.actors["client_a1"], MARKETPLACE),
        For.OFFICER: (world.actors["officer_a1"], MARKETPLACE),
        For.DESK: (world.actors["coordinator_a"], world.a.host),
        For.SIGNED_IN: (world.actors["client_a1"], MARKETPLACE),
        For.AGENCY: (world.actors["agency"], world.agency_host),
    }
    for route, recipe in rows_of(*owners):
        if recipe.asks_provider:
            continue
        actor, host = owners[recipe.audience]
        if "agency-offers" in route.pattern:
            # Only the fourth client has asked agencies.
            actor = world.actors["client_a4"]
        house = world.agency_house if recipe.audience == For.AGENCY else world.a
        answers = [
            visits.ask(actor, method, address(route, house), host=host, data=data)
            for method, data in attempts(route, recipe, world.a)
        ]
        if all(answer.status in (401, 403, 404, 405) or answer.status >= 500 for answer in answers):
            refused.append(f"{route.pattern}: {[(answer.status, answer.error) for answer in answers]}")
    assert not refused, "\n".join(refused)
