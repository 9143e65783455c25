"""Events and duties for which a department's officers are not to be had."""

from __future__ import annotations

from collections.abc import Sequence

from departments.policy.codes import names_code
from departments.policy.conditions import Facts, applies
from departments.policy.documents import Barred, Policy


def barred_rule(
    *, policy: Policy, event_type: str, duties: Sequence[str] = (), scene: Facts | None = None
) -> Barred | None:
    """The first rule that bars the event type or one of the duties. A rule with `applies_when` bars only then; one that
    names neither bars whatever that condition describes."""
    for rule in policy.barred:
        named = names_code(rule.event_types, event_type) or any(names_code(rule.duties, duty) for duty in duties)
        everything = not rule.event_types and not rule.duties and rule.applies_when is not None
        if (named or everything) and (
            rule.applies_when is None or (scene is not None and applies(rule.applies_when, scene))
        ):
            return rule
    return None


def barred_reason(*, policy: Policy, event_type: str, duties: Sequence[str] = ()) -> str | None:
    """The sentence to tell the client, or None when nothing bars the job."""
    rule = barred_rule(policy=policy, event_type=event_type, duties=duties)
    if rule is None:
        return None
    return rule.text or f"{policy.name} does not assign officers to this kind of event."
