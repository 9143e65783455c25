"""One letter, two renderings: every e-mail of the platform has a heading, sentences, facts and at most one button."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import css_inline
from django.template.loader import render_to_string

from messaging.sending import queue_email


@dataclass(frozen=True, kw_only=True)
class Letter:
    """`facts` are label and value; `action` is the button's label and address; `sender` is whose letter it is."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    action: tuple[str, str] | None = None
    footnote: str = ""
    sender: str = "Muster"

    def html(self) -> str:
        return css_inline.inline(render_to_string("email/letter.html", {"letter": self}))

    def text(self) -> str:
        lines = [self.heading, "", *(line for paragraph in self.paragraphs for line in (paragraph, ""))]
        lines += [f"{label}: {value}" for label, value in self.facts]
        if self.action:
            lines += ["", f"{self.action[0]}: {self.action[1]}"]
        if self.footnote:
            lines += ["", self.footnote]
        return "\n".join([*lines, "", f"-- {self.sender}"]) + "\n"


def send_letter(
    letter: Letter,
    *,
    business_key: str,
    recipient: str,
    at: datetime,
    person_id: UUID | None = None,
    tenant_id: UUID | None = None,
) -> None:
    """Queue it, once per business key, in the caller's transaction."""
    queue_email(
        business_key=business_key,
        recipient=recipient,
        subject=letter.subject,
        text=letter.text(),
        html=letter.html(),
        person_id=person_id,
        tenant_id=tenant_id,
        at=at,
    )
