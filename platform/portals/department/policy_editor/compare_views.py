"""What changed between two versions, or between a version and a draft, rule by rule."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from departments import policy_drafts
from departments.policies import PolicySnapshot, list_policies
from departments.policy.differences import differences, yaml_difference
from kernel.errors import NotFound
from portals.department.desk import desk_page, show_page
from portals.department.policy_editor import reading
from portals.doors import tenant_of


@require_safe
@desk_page()
def compare(request: HttpRequest) -> HttpResponse:
    """`?from=2&to=3`; `to` may be a draft's id. Without them: the newest version with the one before it."""
    department = tenant_of(request)
    versions = list_policies(department_id=department.id)
    drafts = policy_drafts.list_drafts(department_id=department.id)
    sides = {str(one.version): (f"Version {one.version}", one.document) for one in versions}
    sides |= {str(one.draft_id): (f"Draft “{one.name}”", one.document) for one in drafts}
    old_key = request.GET.get("from") or _before(request.GET.get("to", ""), versions, drafts)
    new_key = request.GET.get("to") or (str(versions[0].version) if versions else "")
    old, new = _side(sides, old_key), _side(sides, new_key)
    draft = next((one for one in drafts if str(one.draft_id) == new_key), None)
    return show_page(
        request,
        "policy/compare",
        {
            "choices": [(key, name) for key, (name, _document) in sides.items()],
            "offers_nothing": not old_key,
            "old_key": old_key,
            "new_key": new_key,
            "old_name": old[0],
            "new_name": new[0],
            "changes": differences(old[1], new[1]),
            "yaml": yaml_difference(old[1], new[1], names=(old[0], new[0])),
            "replay_url": reading.replay_address(draft) if draft else "",
            "json_url": f"/api/v1/desk/policies/compare?before={old_key}&after={new_key}"
            if old_key.isdecimal() and new_key
            else "",
        },
    )


def _before(new_key: str, versions: list[PolicySnapshot], drafts: list[policy_drafts.Draft]) -> str:
    """The version that the other side came after."""
    base = next((one.base_version for one in drafts if str(one.draft_id) == new_key), None)
    if base is not None:
        return str(base) if base else ""
    numbers = [one.version for one in versions]
    newest = int(new_key) if new_key.isdecimal() and len(new_key) < 9 else (numbers[0] if numbers else 0)
    earlier = [number for number in numbers if number < newest]
    return str(earlier[0]) if earlier else ""


def _side(sides: dict[str, tuple[str, Mapping[str, Any]]], key: str) -> tuple[str, Mapping[str, Any]]:
    if not key:
        return "Nothing", {}
    if key not in sides:
        raise NotFound("There is no such version or draft.")
    return sides[key]
