"""In which language a person gets documents."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from accounts.people import set_language
from billing.documents.wording import LANGUAGES, language_of
from kernel import clock
from portals.audience import audience_of


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language of your documents"),
        help_text=_("Invoices, receipts and statements to come. Those that were issued stay as they are."),
        choices=list(LANGUAGES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language."), "invalid_choice": _("Choose one of the languages.")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    person = audience_of(request).person
    if person is None:
        raise Http404
    form = LanguageForm(
        request.POST if request.method == "POST" else None, initial={"language": language_of(person.language)}
    )
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        set_language(person_id=person.id, language=chosen, actor=actor_of(request), at=clock.now())
        messages.success(request, _("Your documents to come are in %(language)s.") % {"language": LANGUAGES[chosen]})
        return redirect("language")
    return render(request, "account/language.html", {"form": form}, status=422 if form.is_bound else 200)
