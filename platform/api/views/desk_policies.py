"""Drafts of the department's rules: written, checked, compared, published, exported."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, DeskEndpoint, operation
from api.serializers.desk import PolicyOut
from api.serializers.policies import (
    CompareQuery,
    ComparisonOut,
    PolicyDraftChangeIn,
    PolicyDraftOut,
    PolicyDraftPublishIn,
    PolicyDraftStartIn,
    PolicyDraftSummaryOut,
    PolicyExportOut,
)
from departments import policies, policy_drafts
from departments.policy.case_runs import cases_yaml, run_beside
from departments.policy.differences import differences, yaml_difference
from departments.policy.yaml_writing import policy_yaml
from departments.policy_drafts import Draft
from departments.policy_refusals import DraftNotFound
from marketplace import policy_publishing


class PolicyDrafts(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_policy_drafts_list", tag="policies", answers=PolicyDraftSummaryOut(many=True))
    def get(self, request: Request) -> Response:
        """Open drafts, the one that was touched last first."""
        return self.answer(
            PolicyDraftSummaryOut, policy_drafts.list_drafts(department_id=self.department_id), many=True
        )

    @operation("desk_policy_drafts_start", tag="policies", asks=PolicyDraftStartIn, answers=PolicyDraftOut, status=201)
    def post(self, request: Request) -> Response:
        """Start a draft from a version, or from a document of your own."""
        started = policy_drafts.start_draft(
            department_id=self.department_id, **self.parsed(PolicyDraftStartIn), actor=self.actor, at=self.at
        )
        return self.answer(PolicyDraftOut, _in_full(started), status=201)


class PolicyDraft(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_policy_drafts_read", tag="policies", answers=PolicyDraftOut)
    def get(self, request: Request, draft_id: UUID) -> Response:
        """The document as it was typed, its mistakes, and what its cases answer."""
        found = policy_drafts.draft(department_id=self.department_id, draft_id=draft_id)
        return self.answer(PolicyDraftOut, _in_full(found))

    @operation("desk_policy_drafts_change", tag="policies", asks=PolicyDraftChangeIn, answers=PolicyDraftOut)
    def put(self, request: Request, draft_id: UUID) -> Response:
        """Replace the document. Refused when somebody edited it since `seen`; a document with mistakes is kept."""
        changed = policy_drafts.replace_document(
            department_id=self.department_id,
            draft_id=draft_id,
            **self.parsed(PolicyDraftChangeIn),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(PolicyDraftOut, _in_full(changed))

    @operation("desk_policy_drafts_discard", tag="policies", answers=PolicyDraftSummaryOut)
    def delete(self, request: Request, draft_id: UUID) -> Response:
        """Discard the draft. It stays readable, and nothing of it will count."""
        gone = policy_drafts.discard_draft(
            department_id=self.department_id, draft_id=draft_id, actor=self.actor, at=self.at
        )
        return self.answer(PolicyDraftSummaryOut, gone)


class PolicyDraftPublication(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_policy_drafts_publish", tag="policies", asks=PolicyDraftPublishIn, answers=PolicyOut, status=201)
    def post(self, request: Request, draft_id: UUID) -> Response:
        """Publish the draft as the next version, when its rules, cases and first day allow it."""
        published = policy_publishing.publish_draft(
            department_id=self.department_id,
            draft_id=draft_id,
            **self.parsed(PolicyDraftPublishIn),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(PolicyOut, published, status=201)


class PolicyComparison(DeskEndpoint):
    @operation("desk_policies_compare", tag="policies", query=CompareQuery, answers=ComparisonOut)
    def get(self, request: Request) -> Response:
        """What changed from version `before` to version or draft `after`, in sentences and as lines of YAML."""
        asked = self.asked(CompareQuery)
        before = policies.policy_snapshot(department_id=self.department_id, version=asked["before"]).document
        after = self._after(asked["after"])
        told = {
            "changes": differences(before, after),
            "yaml": yaml_difference(before, after, names=(str(asked["before"]), asked["after"])),
        }
        return self.answer(ComparisonOut, told)

    def _after(self, key: str) -> Any:
        if key.isdecimal():
            return policies.policy_snapshot(department_id=self.department_id, version=int(key)).document
        try:
            draft_id = UUID(key)
        except ValueError as error:
            raise DraftNotFound() from error
        return policy_drafts.draft(department_id=self.department_id, draft_id=draft_id).document


class PolicyExport(DeskEndpoint):
    @operation("desk_policies_export", tag="policies", answers=PolicyExportOut)
    def get(self, request: Request, version: int) -> Response:
        """A version and its cases as YAML: always the same text for the same version."""
        found = policies.policy_snapshot(department_id=self.department_id, version=version)
        told = {
            "version": version,
            "policy_yaml": policy_yaml(found.document),
            "cases_yaml": cases_yaml(found.cases),
        }
        return self.answer(PolicyExportOut, told)


def _in_full(draft: Draft) -> dict[str, Any]:
    named = ("draft_id", "name", "state", "base_version", "lock_version", "updated_at", "published_version", "document")
    return {
        **{name: getattr(draft, name) for name in named},
        "cases": draft.cases,
        "mistakes": draft.mistakes(),
        "case_runs": run_beside(draft.document, draft.cases),
    }
