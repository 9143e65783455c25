"""Another site cannot press our buttons."""

from django.test import Client

from tests.crawler.addresses import address, routes_for
from tests.crawler.inventory import all_routes
from tests.crawler.recipes import For
from tests.crawler.rows import changes, fingerprint
from tests.crawler.visiting import read
from tests.crawler.world import World

_PRESSERS = {
    For.CLIENT: "client_a1",
    For.OFFICER: "officer_a1",
    For.DESK: "coordinator_a",
    For.AGENCY: "agency",
    For.OPERATOR: "operator",
}


def test_a_form_from_another_site_is_refused(world: World) -> None:
    browsers, wrong = {}, []
    for name in _PRESSERS.values():
        browsers[name] = Client(enforce_csrf_checks=True, raise_request_exception=False)
        browsers[name].force_login(world.actors[name].person)
    before = fingerprint(world)
    for audience, name in _PRESSERS.items():
        actor, browser = world.actors[name], browsers[name]
        for route, recipe in routes_for(all_routes(), audience):
            for method, body in recipe.bodies.items():
                path = address(route, world.agency_house if audience == For.AGENCY else world.a)
                send = {"content_type": "application/json"} if route.is_api else {}
                data = body(world.a)
                answer = read(
                    browser.generic(method, path, b"{}", HTTP_HOST=actor.home, **send)  # type: ignore[arg-type]
                    if method != "POST"
                    else browser.post(path, data, HTTP_HOST=actor.home, **send)  # type: ignore[arg-type]
                )
                if answer.status not in (403, 405):
                    wrong.append(f"{method} {path}: {answer.status} {answer.error}")
    assert not wrong, "\n".join(wrong)
    assert not changes(before, fingerprint(world))
