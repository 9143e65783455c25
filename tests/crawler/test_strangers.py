"""Nobody who has not said who they are gets past a door that is not theirs."""

from tests.crawler.addresses import address, attempts, routes_for
from tests.crawler.canaries import owners_in
from tests.crawler.inventory import all_routes
from tests.crawler.recipes import For
from tests.crawler.rows import changes, fingerprint
from tests.crawler.visiting import Visits
from tests.crawler.world import World

_GUARDED = (For.SIGNED_IN, For.CLIENT, For.OFFICER, For.DESK, For.AGENCY, For.OPERATOR)


def test_a_stranger_is_asked_to_sign_in_everywhere(world: World, visits: Visits) -> None:
    stranger, wrong = world.actors["stranger"], []
    before = fingerprint(world)
    for route, recipe in routes_for(all_routes(), *_GUARDED):
        for kind in route.kinds:
            for method, data in attempts(route, recipe, world.a):
                path = address(route, world.a)
                answer = visits.ask(stranger, method, path, host=world.host_of(kind), data=data)
                # A desk's address does not exist on other hosts. 405: the page does not take what was tried.
                turned_away = answer.is_sign_in or answer.status in (401, 403, 404, 405)
                if not turned_away or owners_in(answer.text):
                    wrong.append(f"{method} {kind} {path}: {answer.status} {owners_in(answer.text)} {answer.error}")
    assert not wrong, "\n".join(wrong)
    assert not changes(before, fingerprint(world))


def test_what_is_open_to_everybody_tells_nothing_of_anybody(world: World, visits: Visits) -> None:
    stranger, wrong = world.actors["stranger"], []
    for route, recipe in routes_for(all_routes(), For.ANYBODY, For.LIBRARY, For.MACHINES):
        for kind in route.kinds:
            for method, data in attempts(route, recipe, world.a):
                path = address(route, world.a)
                answer = visits.ask(stranger, method, path, host=world.host_of(kind), data=data)
                if owners_in(answer.text) or answer.status >= 500:
                    wrong.append(f"{method} {kind} {path}: {answer.status} {owners_in(answer.text)} {answer.error}")
    assert not wrong, "\n".join(wrong)


def test_providers_without_a_signature_are_turned_away(world: World, visits: Visits) -> None:
    before = fingerprint(world)
    for route, _ in routes_for(all_routes(), For.MACHINES):
        answer = visits.ask(world.actors["stranger"], "POST", address(route, None), undo=False)
        assert answer.status in (400, 403), route.pattern
    assert not changes(before, fingerprint(world))
