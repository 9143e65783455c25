"""What a document says, as values: stored as JSON beside the PDF, and all that the PDF is made from.

Every kind has the same shape. What differs is which lines, totals and sentences stand in it, and that the modules named
after the kinds decide. Figures are whole cents and minutes; words are written in the document's language already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from json import dumps
from typing import Any


@dataclass(frozen=True, slots=True)
class Party:
    """Who issues a document, or to whom it is addressed. `tax_numbers` begin with the tax: “HST 12345 6789 RT0001”."""

    name: str
    address: str = ""
    email: str = ""
    phone: str = ""
    tax_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled statement above the lines. `term` is a key of the wording."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """`charged_minutes` are billed to a client or paid to an officer, as the kind's heading says.

    Where nothing was measured minutes are None. `gross_cents` is what the last column shows and the lines' sum.
    """

    description: str
    gross_cents: int
    details: tuple[str, ...] = ()
    code: str = ""
    worked_minutes: int | None = None
    charged_minutes: int | None = None
    rate_cents_per_hour: int = 0
    net_cents: int = 0
    tax_cents: int = 0


@dataclass(frozen=True, slots=True)
class Tax:
    """One rate under one registration."""

    name: str
    rate_basis_points: float
    registration_number: str
    cents: int


@dataclass(frozen=True, slots=True)
class Total:
    """A sum under the lines and the taxes. `term` is a key of the wording."""

    term: str
    cents: int
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading of their own, with their sums. `term` is a key of the wording, `columns` of `COLUMNS`."""

    term: str
    columns: str
    lines: tuple[Line, ...] = ()
    totals: tuple[Total, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """`issued_on` is the issuer's local date, ISO. `net_cents` is shown, with the taxes, where it is not None.

    `sections` follow the lines. `title` is a key of the wording where it is not the kind's own. `logo_sha256` names
    the picture that was the issuer's then.
    """

    kind: str
    number: str
    language: str
    issued_on: str
    currency: str
    issuer: Party
    recipient: Party
    recipient_term: str
    total_cents: int
    title: str = ""
    facts: tuple[Fact, ...] = ()
    lines: tuple[Line, ...] = ()
    sections: tuple[Section, ...] = ()
    net_cents: int | None = None
    taxes: tuple[Tax, ...] = ()
    totals: tuple[Total, ...] = ()
    notes: tuple[str, ...] = ()
    logo_sha256: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DocumentContent:
        """Read what `to_json` wrote. Raises KeyError and TypeError for anything else."""
        values = dict(data)
        return cls(
            **{
                **values,
                "issuer": _party(values["issuer"]),
                "recipient": _party(values["recipient"]),
                "facts": tuple(Fact(**one) for one in values["facts"]),
                "lines": _lines(values["lines"]),
                # Documents from before there were sections are read as well.
                "sections": tuple(
                    Section(
                        **{
                            **one,
                            "lines": _lines(one["lines"]),
                            "totals": tuple(Total(**total) for total in one["totals"]),
                        }
                    )
                    for one in values.get("sections", ())
                ),
                "taxes": tuple(Tax(**one) for one in values["taxes"]),
                "totals": tuple(Total(**one) for one in values["totals"]),
                "notes": tuple(values["notes"]),
            }
        )


def _lines(data: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(**{**one, "details": tuple(one["details"])}) for one in data)


def _party(data: Mapping[str, Any]) -> Party:
    return Party(**{**data, "tax_numbers": tuple(data["tax_numbers"])})


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the JSON with sorted keys: PostgreSQL keeps the values of a JSON column and not their order."""
    return sha256(dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
