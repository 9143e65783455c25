"""How pages translate the domain's refusals: not-found becomes 404, the rest a sentence beside the field or on top."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest

from kernel.errors import NotFound, Refusal
from messaging.spoken import spoken


def add_to_form(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put the sentence where the person looks: at the field it names, else on top of the form."""
    if isinstance(refusal, NotFound):
        raise Http404 from refusal
    form.add_error(refusal.field if refusal.field in form.fields else None, spoken(refusal.message))


def show(request: HttpRequest, refusal: Refusal) -> None:
    """For buttons without a form: a message on the next page."""
    if isinstance(refusal, NotFound):
        raise Http404 from refusal
    messages.error(request, spoken(refusal.message))
