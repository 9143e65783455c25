"""The way to a job's thread, with how much is new there for whoever looks."""

from typing import Any

from django import template

from marketplace.job_threads import unread_of
from marketplace.models import Job, JobMessage

register = template.Library()


@register.inclusion_tag("components/messages_link.html", takes_context=True)
def messages_link(context: dict[str, Any], job: Job, side: str, url: str) -> dict[str, Any]:
    """`side` is whose page it is: client, department, agency or officer. A page that counts every query has read the
    count with the job, as `unread_messages`."""
    unread = getattr(job, "unread_messages", None)
    if unread is None:
        person_id = context["request"].user.id
        unread = unread_of(person_id=person_id, side=JobMessage.Side(side), job_id=job.id)
    return {"url": url, "unread": unread}
