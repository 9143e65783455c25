from django import forms
from django.http import HttpRequest

from accounts.actors import actor_of
from accounts.models import Person
from accounts.terms import accept_terms
from kernel import clock


class TermsForm(forms.Form):
    """What allauth's sign-up form asks beside e-mail and password."""

    given_name = forms.CharField(
        label="Given name", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label="Family name", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    accept_terms = forms.BooleanField(
        label="I accept the terms of service",
        error_messages={"required": "Accept the terms of service to open an account."},
    )
    field_order = ["given_name", "family_name", "email", "password1", "accept_terms"]

    def signup(self, request: HttpRequest, user: Person) -> None:
        user.given_name = self.cleaned_data["given_name"].strip()
        user.family_name = self.cleaned_data["family_name"].strip()
        user.save(update_fields=["given_name", "family_name"])
        actor = actor_of(request)
        accept_terms(person=user, actor=actor, at=clock.now())
