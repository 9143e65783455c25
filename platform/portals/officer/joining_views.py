"""An officer joins: the code from the mail opens the account here, a hand-off carries it to the marketplace."""

from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts import hand_off
from accounts.actors import actor_of
from accounts.models import Person
from accounts.people import set_language
from accounts.refusals import EmailTaken
from departments.invitations import OpenInvitation, open_invitation
from departments.refusals import AlreadyJoined, InvitationExpired
from kernel import clock
from kernel.errors import NotFound, Refusal
from kernel.languages import language_of
from marketplace import joining, officers
from messaging.spoken import spoken
from portals.officer.forms import JoiningForm, JoiningSignedInForm
from portals.refusals import add_to_form
from tenants.access import open_to_visitors

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to_visitors
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """The code, and a password unless the reader is signed in already."""
    department_id = request.tenant.id  # type: ignore[attr-defined]
    try:
        found = open_invitation(department_id=department_id, invitation_id=invitation_id, at=clock.now())
    except NotFound as refusal:
        raise Http404 from refusal
    except (AlreadyJoined, InvitationExpired) as refusal:
        return render(
            request,
            "officer/joining/closed.html",
            {"refusal": refusal, "joined": isinstance(refusal, AlreadyJoined)},
            status=410,
        )
    form_class = JoiningSignedInForm if request.user.is_authenticated else JoiningForm
    form = form_class(request.POST or None)
    account_exists = False
    if request.method == "POST" and form.is_valid():
        try:
            _join(request, found, form)
        except EmailTaken as refusal:
            account_exists = True
            form.add_error(None, spoken(refusal.message))
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            return redirect("joining:joined")
    context = {
        "form": form,
        "invitation": found,
        "account_exists": account_exists,
        "sign_in_url": _sign_in_url(request),
    }
    return render(request, "officer/joining/invitation.html", context, status=422 if form.errors else 200)


@open_to_visitors
@never_cache
@login_required
@require_GET
def joined(request: HttpRequest) -> HttpResponse:
    """A page between: browsers refuse a form's answer that leads to another host."""
    return render(request, "officer/joining/joined.html", {"onward_url": reverse("joining:onward")})


@open_to_visitors
@never_cache
@login_required
@require_GET
def onward(request: HttpRequest) -> HttpResponse:
    """To the marketplace's own host, still signed in."""
    person: Person = request.user  # type: ignore[assignment]
    token = hand_off.issue_hand_off(person=person, target_host=settings.PUBLIC_HOST, at=clock.now())
    onward_path = reverse("officer:welcome", urlconf="config.urls_public")
    hand_off_path = reverse("hand_off", urlconf="config.urls_public")
    return redirect(f"{settings.PUBLIC_BASE_URL}{hand_off_path}?{urlencode({'token': token, 'next': onward_path})}")


def _join(request: HttpRequest, found: OpenInvitation, form: forms.Form) -> None:
    code, actor, at = form.cleaned_data["code"], actor_of(request), clock.now()
    if request.user.is_authenticated:
        officers.join_by_invitation(
            person=request.user,
            department_id=found.department_id,
            invitation_id=found.invitation_id,
            code=code,
            actor=actor,
            at=at,
        )
        return
    officer = joining.join_by_invitation(
        department_id=found.department_id,
        invitation_id=found.invitation_id,
        code=code,
        password=form.cleaned_data["password"],
        accepts_terms=form.cleaned_data["accept_terms"],
        actor=actor,
        at=at,
    )
    # In the language in which they read the invitation, everything goes on.
    language = language_of(translation.get_language() or "")
    person = set_language(person_id=officer.person_id, language=language, actor=actor, at=at)
    login(request, person, backend=_BACKEND)


def _sign_in_url(request: HttpRequest) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': request.path})}"
