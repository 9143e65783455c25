"""allauth's adapter: its mails go through our own message table, and people land where their work is."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string

from kernel import clock
from kernel.identifiers import uuid7
from messaging.sending import queue_email


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # There is no table of sites here, so the library would greet with an empty name.
        site = {"name": "Muster", "domain": settings.PUBLIC_HOST}
        context = {"request": self.request, "email": email, **context, "current_site": site}
        subject = render_to_string(f"{template_prefix}_subject.txt", context)
        text = render_to_string(f"{template_prefix}_message.txt", context)
        person = context.get("user")
        queue_email(
            business_key=f"sign-in:{uuid7()}",
            recipient=email,
            subject=subject,
            text=text.strip() + "\n",
            person_id=getattr(person, "pk", None),
            at=clock.now(),
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"
