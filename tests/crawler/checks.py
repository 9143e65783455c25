"""The oracles: each returns what is wrong, in words. Tests expect nothing; planted faults expect something."""

from collections.abc import Collection, Iterator

from tests.crawler.addresses import address, attempts, names_a_row, places_of, routes_for
from tests.crawler.canaries import foreign_marks, owners_in
from tests.crawler.inventory import Route, all_routes
from tests.crawler.recipes import For, Recipe, recipe_of
from tests.crawler.rows import changes, fingerprint
from tests.crawler.visiting import IDENTIFIER, Answer, Visits
from tests.crawler.world import MARKETPLACE, Actor, World

# What could make a list show more than its owner's.
_QUERY = "?text=CNRY&q=CNRY&verify=1&view=review"
# Beside coordinators, who change everything. The endpoints' own lists, repeated here so that a change is noticed.
MAY_CHANGE = {
    "desk/requests/<uuid:job_id>/messages/": {"supervisor"},
    "desk/money/letterhead/": {"payroll"},
    "desk/money/account/refresh": {"payroll"},
    "desk/money/<uuid:job_id>/refund/": {"payroll"},
    "desk/money/payout-delay/": {"payroll"},
    "desk/reconciliation/tolerances": {"payroll"},
    "desk/reconciliation/imports/": {"payroll"},
    "desk/reconciliation/imports/<uuid:invoices_id>/apply": {"payroll"},
    "desk/reconciliation/imports/<uuid:invoices_id>/cancel": {"payroll"},
    "desk/reconciliation/<slug:month>/accept": {"payroll"},
    "desk/reconciliation/<slug:month>/refresh": {"payroll"},
    "desk/reconciliation/<slug:month>/close/": {"payroll"},
    "desk/reconciliation/<slug:month>/reopen": {"commander"},
    "desk/reconciliation/rows/<uuid:row_id>/accept": {"payroll"},
    "desk/reconciliation/rows/<uuid:row_id>/explain": {"payroll"},
    "desk/reconciliation/rows/<uuid:row_id>/split": {"payroll"},
    "desk/reconciliation/rows/<uuid:row_id>/take-back": {"payroll"},
    "desk/reconciliation/rows/<uuid:row_id>/note": {"payroll"},
    "desk/money/statements/": {"payroll"},
    "desk/money/years/": {"payroll"},
    "desk/exports/new/": {"payroll"},
    "desk/exports/formats/new/": {"payroll"},
    "desk/exports/formats/<uuid:format_id>/": {"payroll"},
    "desk/exports/formats/<uuid:format_id>/retire": {"payroll"},
    "api/v1/desk/timesheet-exports/batches": {"payroll"},
    "api/v1/desk/payee-accounts/onboarding": {"payroll"},
    "api/v1/desk/policies": {"commander"},
    "api/v1/desk/jobs/<uuid:job_id>/messages": {"supervisor"},
    "api/v1/desk/rating-reports/<uuid:report_id>/decide": {"supervisor", "commander"},
    "api/v1/desk/alerts/<uuid:alert_id>/acknowledge": {"supervisor", "commander"},
    "api/v1/desk/alerts/<uuid:alert_id>/no-show": {"supervisor"},
    "api/v1/desk/reviews/resolve": {"supervisor"},
    "api/v1/desk/reviews/<uuid:clock_event_id>/resolve": {"supervisor"},
    "api/v1/desk/assignments/<uuid:assignment_id>/attendance-reasons": {"supervisor", "commander"},
    "api/v1/desk/assignments/<uuid:assignment_id>/dispositions": {"supervisor", "commander"},
    "api/v1/desk/assignments/<uuid:assignment_id>/overrun": {"supervisor"},
    "api/v1/desk/assignments/<uuid:assignment_id>/relief": {"supervisor"},
    "api/v1/desk/assignments/<uuid:assignment_id>/hand-over": {"supervisor"},
    "api/v1/desk/assignments/<uuid:assignment_id>/relief-search": {"supervisor"},
    "api/v1/desk/assignments/<uuid:assignment_id>/rating": {"supervisor"},
    "api/v1/desk/exceptions/<uuid:exception_id>/decide": {"supervisor", "commander"},
    "desk/punches/<uuid:clock_event_id>/review": {"supervisor"},
    "desk/punches/<uuid:clock_event_id>/decide": {"supervisor"},
    "desk/punches/decide": {"supervisor"},
    "desk/hours/<uuid:assignment_id>/overrun": {"supervisor"},
    "desk/hours/<uuid:assignment_id>/relief": {"supervisor"},
    "desk/hours/<uuid:assignment_id>/send-relief": {"supervisor"},
    "desk/hours/<uuid:assignment_id>/hand-over": {"supervisor"},
    "desk/alerts/<uuid:alert_id>/acknowledge": {"supervisor", "commander"},
    "desk/alerts/<uuid:alert_id>/no-show": {"supervisor"},
    "desk/hours/<uuid:assignment_id>/rate": {"supervisor"},
    "desk/dispatch/<uuid:assignment_id>/entry": {"supervisor"},
    "desk/dispatch/feed": {"supervisor"},
    "desk/dispatch/feed/end": {"supervisor"},
    "desk/roster/<uuid:entry_id>/exceptions": {"supervisor"},
    "desk/approvals/employments/<uuid:employment_id>/hours": {"supervisor"},
    "desk/exceptions/<uuid:assignment_id>/<slug:kind>/reason": {"supervisor", "commander"},
    "desk/exceptions/<uuid:assignment_id>/<slug:kind>/": {"supervisor", "commander"},
    "desk/approvals/exceptions/<uuid:exception_id>/decide": {"supervisor", "commander"},
    "desk/approvals/exceptions/<uuid:exception_id>/revoke": {"supervisor", "commander"},
    "desk/approvals/employments/<uuid:employment_id>/decide": {"supervisor", "commander"},
    "desk/approvals/employments/<uuid:employment_id>/end": {"supervisor", "commander"},
    "desk/rating-reports/<uuid:report_id>/decide": {"supervisor", "commander"},
    "desk/staff/give": {"commander"},
    "desk/staff/<uuid:membership_id>/end": {"commander"},
}


def rows_of(*audiences: For, patterns: Collection[str] = ()) -> list[tuple[Route, Recipe]]:
    """Routes that name a row, all of these audiences or only the patterns given."""
    found = [(route, recipe) for route, recipe in routes_for(all_routes(), *audiences) if names_a_row(route)]
    return [(route, recipe) for route, recipe in found if not patterns or route.pattern in patterns]


def foreign_rows_that_show(world: World, visits: Visits, audience: For, *, patterns: Collection[str] = ()) -> list[str]:
    """Where another's row can be opened, changed, or told apart from one that never was."""
    routes = rows_of(audience, patterns=patterns)
    before = fingerprint(world)
    wrong = [said for route, recipe in routes for said in _tried_on_foreign_rows(world, visits, route, recipe)]
    moved = changes(before, fingerprint(world))
    if moved and len(routes) > 1:
        # Everything is looked at once; which address it was, is found by trying them one by one.
        for route, _ in routes:
            wrong += foreign_rows_that_show(world, visits, audience, patterns=[route.pattern])
    if moved:
        wrong.append(f"{[route.pattern for route, _ in routes]}: changed {moved}")
    return wrong


def _tried_on_foreign_rows(world: World, visits: Visits, route: Route, recipe: Recipe) -> Iterator[str]:
    for actor, host in _attackers(world, route, recipe):
        victim = world.bystander if recipe.audience == For.AGENCY else world.a
        for method, data in attempts(route, recipe, world.a):
            theirs = visits.ask(actor, method, address(route, victim), host=host, data=data, undo=False)
            nobodys = visits.ask(actor, method, address(route, None), host=host, data=data, undo=False)
            name = f"{actor.name} {method} {host}/{route.pattern}"
            if theirs.status >= 500 or theirs.status < 300:
                yield f"{name}: {theirs.status} {theirs.error}"
            elif (theirs.status, theirs.without_identifiers()) != (nobodys.status, nobodys.without_identifiers()):
                yield f"{name}: {theirs.status} and {nobodys.status} can be told apart"
            if marks := foreign_marks(theirs.text, allowed=actor.may_read):
                yield f"{name}: shows {marks}"


def _attackers(world: World, route: Route, recipe: Recipe) -> Iterator[tuple[Actor, str]]:
    """Who tries it with the first house's identifiers, and on which host."""
    actors = world.actors
    if recipe.audience == For.DESK:
        yield actors["coordinator_b"], world.b.host
        return
    if recipe.audience == For.AGENCY:
        yield actors["agency"], world.agency_host
        return
    outsiders = ["client_a2", "officer_b1"]
    if recipe.audience == For.OFFICER:
        # An open shift is every colleague's.
        outsiders = ["officer_b1", "client_a1"] if "shift_id" in places_of(route) else ["officer_b1", "officer_a2"]
    for name in outsiders:
        yield actors[name], MARKETPLACE if "marketplace" in route.kinds else world.a.host
    if route.is_api or "document_id" in places_of(route):
        yield actors["coordinator_b"], world.b.host
    if "document_id" in places_of(route):
        yield actors["scheduler"], world.agency_host


def shown_to(world: World, visits: Visits, name: str, *, patterns: Collection[str] = ()) -> list[str]:
    """What somebody reads on their own pages and lists that is not theirs, and what breaks."""
    actor, found = world.actors[name], []
    for route, path in _own_pages(world, actor, patterns):
        for query in _queries_of(route, actor):
            answer = visits.ask(actor, "GET", path + query, host=actor.home)
            said = [*complaints(actor, answer, world), *_kept_by_others(route, answer)]
            found += [f"{name} {actor.home}{path}{query}: {one}" for one in said]
            if answer.status in (301, 302, 403, 404):
                break
    return sorted(set(found))


def everything_read(world: World, visits: Visits, name: str) -> dict[str, str]:
    """By path: all that somebody can read, without what changes from one rendering to the next."""
    actor = world.actors[name]
    found = {}
    for _, path in _own_pages(world, actor, ()):
        answer = visits.ask(actor, "GET", path, host=actor.home)
        found[path] = answer.without_identifiers()
    return found


def complaints(actor: Actor, answer: Answer, world: World) -> list[str]:
    """What this reader should not have been shown."""
    found = foreign_marks(answer.text, allowed=actor.may_read)
    for identifier in IDENTIFIER.findall(answer.text):
        owners = world.row_owners.get(identifier)
        if owners is not None and not owners & actor.may_read:
            found.append(f"a row of {sorted(owners)}")
    for secret in world.secrets:
        if secret.owner not in actor.may_read:
            found += [f"{secret.owner}: {name}" for name in secret.found_in(answer.text)]
    if answer.status >= 500:
        found.append(f"status {answer.status} {answer.error}")
    return found


def _queries_of(route: Route, actor: Actor) -> tuple[str, ...]:
    """A page of one row has no list to widen. Plain lists are read in the first house only: that is half the cost."""
    if names_a_row(route) and "award" not in route.pattern:
        return ("",)
    return (_QUERY,) if actor.name.endswith(("_b", "_b1")) else ("", _QUERY)


def _kept_by_others(route: Route, answer: Answer) -> Iterator[str]:
    """Private answers must not be kept by caches, nor read as something else than they say."""
    recipe = recipe_of(route.pattern)
    if answer.status != 200 or recipe is None or recipe.audience == For.ANYBODY:
        return
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        yield f"Cache-Control {answer.headers.get('Cache-Control')!r}"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "may be sniffed"


def _own_pages(world: World, actor: Actor, patterns: Collection[str]) -> Iterator[tuple[Route, str]]:
    house = world.b if actor.name.endswith(("_b", "_b1")) else world.a
    kind = actor.name.partition("_")[0]
    own = {
        "client": For.CLIENT, "officer": For.OFFICER, "scheduler": For.AGENCY, "agency": For.AGENCY,
        "operator": For.OPERATOR,
    }  # fmt: skip
    audiences = (For.ANYBODY, For.SIGNED_IN, own.get(kind, For.DESK))
    host_kind = next(one for one in ("marketplace", "agency", "department") if _is_host(world, one, actor.home))
    for route, recipe in routes_for(all_routes(), *audiences):
        if recipe.asks_provider or "GET" not in route.methods or host_kind not in route.kinds:
            continue
        if "styleguide" in route.pattern or (patterns and route.pattern not in patterns):
            continue
        if own.get(kind) == For.AGENCY:
            yield route, address(route, world.agency_house)
            continue
        statement = {"document_id": house.document("statement").id} if kind == "officer" else {}
        yield route, address(route, house, **statement)


def _is_host(world: World, kind: str, host: str) -> bool:
    return host in ((world.a.host, world.b.host) if kind == "department" else (world.host_of(kind),))


def changed_by_role(world: World, visits: Visits, role: str, *, patterns: Collection[str] = ()) -> list[str]:
    """What a role changes at the desk without being allowed to."""
    actor, wrong = world.actors[f"{role}_a"], []
    before = fingerprint(world)
    for route, recipe in routes_for(all_routes(), For.DESK):
        if patterns and route.pattern not in patterns:
            continue
        for method, data in attempts(route, recipe, world.a):
            if method == "GET" or role in MAY_CHANGE.get(route.pattern, ()):
                continue
            path = address(route, world.a)
            answer = visits.ask(actor, method, path, host=world.a.host, data=data, undo=False)
            if answer.status not in (403, 405):
                wrong.append(f"{method} {path}: {answer.status} {answer.error}")
    return [*wrong, *changes(before, fingerprint(world))]


def desk_open_to(world: World, visits: Visits, name: str, *, patterns: Collection[str] = ()) -> list[str]:
    """What somebody who is not on the staff finds at the first house's desk."""
    wrong = []
    for route, recipe in routes_for(all_routes(), For.DESK):
        if patterns and route.pattern not in patterns:
            continue
        for method, data in attempts(route, recipe, world.a):
            answer = visits.ask(world.actors[name], method, address(route, world.a), host=world.a.host, data=data)
            if answer.status not in (403, 404, 405) or owners_in(answer.text):
                wrong.append(f"{method} {route.pattern}: {answer.status} {sorted(owners_in(answer.text))}")
    return wrong


def open_to_former_officer(world: World, visits: Visits, *, patterns: Collection[str] = ()) -> list[str]:
    """What the first officer, who has left, still opens of the officers' pages and endpoints."""
    actor, house, wrong = world.actors["officer_a1"], world.a, []
    for route, recipe in routes_for(all_routes(), For.OFFICER):
        if patterns and route.pattern not in patterns:
            continue
        for method, data in attempts(route, recipe, house):
            answer = visits.ask(actor, method, address(route, house), data=data)
            if answer.status not in (401, 403, 404, 405) or owners_in(answer.text) - {"aofficer1", "alogin1"}:
                wrong.append(f"{method} {route.pattern}: {answer.status} {answer.error}")
    return wrong
