"""What publishing and drafting of rules refuses."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from kernel.errors import IllegalTransition, InvalidInput, NotFound, Refusal

if TYPE_CHECKING:
    from departments.policy_drafts import DraftEdit


class DraftNotFound(NotFound):
    code = "policy_draft_not_found"

    def __init__(self) -> None:
        super().__init__("This department has no such draft.")


class DraftNotOpen(IllegalTransition):
    code = "policy_draft_not_open"

    def __init__(self, name: str, state: str, published_version: int | None) -> None:
        became = f"published as version {published_version}" if published_version else state
        super().__init__(
            f"The draft “{name}” is {became}. Start another draft to change the rules.",
            state=state,
            published_version=published_version,
        )


class DraftNameTaken(InvalidInput):
    code = "policy_draft_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is an open draft “{name}” already. Choose another name, or go on with it.", field="name"
        )


class DraftChangedMeanwhile(IllegalTransition):
    """Somebody else changed the same place. `edits` are theirs, the newest first; nothing of either is lost."""

    code = "policy_draft_changed_meanwhile"

    def __init__(self, *, lock_version: int, edits: Sequence["DraftEdit"]) -> None:
        self.edits = tuple(edits)
        places = ", ".join(dict.fromkeys(edit.path or "the whole document" for edit in edits))
        super().__init__(
            f"Somebody else changed {places} while you were writing. Read their change below; save again to put "
            "yours in its place.",
            lock_version=lock_version,
            paths=[edit.path for edit in edits],
        )


class PlaceUnknown(InvalidInput):
    code = "policy_place_unknown"

    def __init__(self, path: str) -> None:
        super().__init__(f"A policy has no place “{path}”.", field="path", path=path)


class NotStorable(InvalidInput):
    code = "policy_not_storable"

    def __init__(self, why: str) -> None:
        super().__init__(f"This cannot be kept: {why}.", field="document")


class CasesFail(Refusal):
    code = "policy_cases_fail"

    def __init__(self, names: Sequence[str]) -> None:
        many = f"{len(names)} cases fail" if len(names) > 1 else "One case fails"
        super().__init__(
            f"{many}: {', '.join(names[:10])}. Mend the rule or the case, or remove the case; then publish.",
            cases=list(names),
        )


class BaseVersionOld(IllegalTransition):
    code = "policy_base_version_old"

    def __init__(self, *, base_version: int, newest_version: int) -> None:
        super().__init__(
            f"This draft was started from version {base_version}, but version {newest_version} was published since. "
            "Read what that changed, bring the draft up to it, then publish.",
            base_version=base_version,
            newest_version=newest_version,
        )


class EffectiveDatesOverlap(InvalidInput):
    code = "policy_effective_dates_overlap"

    def __init__(self, *, version: int, starts: date, effective_from_date: date) -> None:
        same = starts == effective_from_date
        when = (
            f"starts on {starts:%-d %B %Y} too" if same else f"starts on {starts:%-d %B %Y}, inside of this one's time"
        )
        super().__init__(
            f"Version {version} {when}. Choose a first day after it, let this one end before it, or say that it takes "
            f"version {version}'s place.",
            field="effective_from_date",
            path="effective_from_date",
            version=version,
            starts=starts.isoformat(),
        )


class NoRulesAfterwards(InvalidInput):
    code = "policy_leaves_a_gap"

    def __init__(self, until: date) -> None:
        super().__init__(
            f"These rules end on {until:%-d %B %Y}, and no version counts from then on. Leave the end open, or "
            "publish what comes after it first.",
            field="effective_from_date",
            path="effective_until_date",
            until=until.isoformat(),
        )
