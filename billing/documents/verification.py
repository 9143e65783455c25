"""Are the documents as they were issued? Every hash is computed again and every series counted again."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from billing.documents.content import content_hash
from billing.documents.kinds import KINDS
from billing.models import DocumentSeries, IssuedDocument

_AT_A_TIME = 50
# The first few of each fault are named; the rest are counted.
_NAMED = 20


@dataclass(slots=True)
class Verification:
    """`faults` by rule: how many documents or series break it, and the first of them."""

    documents: int = 0
    series: int = 0
    faults: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_in_order(self) -> bool:
        return not self.faults

    def add(self, rule: str, example: str) -> None:
        fault = self.faults.setdefault(rule, {"count": 0, "examples": []})
        fault["count"] += 1
        if fault["count"] <= _NAMED:
            fault["examples"].append(example)

    def to_json(self) -> dict[str, Any]:
        return {"is_in_order": self.is_in_order, **asdict(self)}


def verify_documents() -> Verification:
    """Reads every document, a few at a time: memory does not grow with their number."""
    found = Verification()
    for document in IssuedDocument.objects.order_by("id").iterator(chunk_size=_AT_A_TIME):
        found.documents += 1
        for rule in _broken_rules(document):
            found.add(rule, f"{document.number} ({document.id})")
    for series in DocumentSeries.objects.order_by("issuer_id", "kind", "year"):
        found.series += 1
        _count_series(series, found)
    return found


def _broken_rules(document: IssuedDocument) -> Iterator[str]:
    if sha256(bytes(document.pdf)).hexdigest() != document.sha256:
        yield "PDF differs from its hash"
    # What was issued before contents had hashes is held by its PDF alone.
    if document.content_sha256 and content_hash(document.content) != document.content_sha256:
        yield "content differs from its hash"
    if document.content.get("number") != document.number:
        yield "number differs from the content's"
    if document.content.get("total_cents") != document.total_cents:
        yield "total differs from the content's"


def _count_series(series: DocumentSeries, found: Verification) -> None:
    """The numbers of a series are 1, 2, 3 … and end where its counter stands."""
    mark = f"-{KINDS[series.kind].prefix}-{series.year}-"
    documents = IssuedDocument.objects.filter(issuer_id=series.issuer_id, kind=series.kind, number__contains=mark)
    numbers = documents.order_by().values_list("number", flat=True).iterator(chunk_size=2000)
    counted = sorted(array("Q", (int(number.rsplit("-", 1)[1]) for number in numbers)))
    if counted != list(range(1, series.last_number + 1)):
        greatest = counted[-1] if counted else 0
        found.add(
            "series has a gap or a double",
            f"{series.issuer_id} {series.kind} {series.year}: counter {series.last_number}, "
            f"documents {len(counted)}, greatest {greatest}",
        )
