"""In which language a person is written to, and reads the pages that are translated."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import actor_of
from accounts.people import set_language
from kernel import clock
from kernel.languages import LANGUAGES, gettext_code, language_of
from portals.audience import audience_of
from tenants.access import open_to_visitors


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Your language"),
        choices=list(LANGUAGES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language."), "invalid_choice": _("Choose one of the languages.")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    audience = audience_of(request)
    person = audience.person
    if person is None:
        raise Http404
    form = LanguageForm(
        request.POST if request.method == "POST" else None, initial={"language": language_of(person.language)}
    )
    form.fields["language"].help_text = (
        _("Pages, texts and e-mails at once; statements and invoices to come. Those that were issued stay as they are.")
        if audience.is_officer
        else _("Invoices, receipts and statements to come. Those that were issued stay as they are.")
    )
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        set_language(person_id=person.id, language=chosen, actor=actor_of(request), at=clock.now())
        with translation.override(gettext_code(chosen)):
            said = gettext("Saved: from now on you read %(language)s.") % {"language": LANGUAGES[chosen]}
        messages.success(request, said)
        return redirect("language")
    return render(request, "account/language.html", {"form": form}, status=422 if form.is_bound else 200)


@open_to_visitors
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """From the foot of a page, before or after sign-in: the language of the pages from now on, and back to the page."""
    chosen = request.POST.get("language", "")
    if chosen not in LANGUAGES:
        raise Http404
    person = audience_of(request).person
    if person is not None:
        set_language(person_id=person.id, language=chosen, actor=actor_of(request), at=clock.now())
    response = redirect(_back(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        gettext_code(chosen),
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


def _back(request: HttpRequest) -> str:
    """A page of this host alone: the address comes from a form, and anybody can write one."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=request.is_secure())
    return asked if is_ours else "/"
