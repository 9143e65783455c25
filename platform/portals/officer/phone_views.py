"""Proving the phone: a number, the code that was texted to it, and the yes to texts about work."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import joining
from marketplace.models import Officer
from marketplace.officers import private_profile
from portals.officer.forms import PhoneCodeForm, PhoneForm
from portals.officer.pages import officer_page
from portals.officer.welcome_steps import frame_of_step
from portals.refusals import add_to_form

_SESSION_KEY = "officer-phone-to-prove"


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest, officer: Officer, in_welcome: bool = False) -> HttpResponse:
    known = private_profile(officer=officer, actor=actor_of(request))
    form = PhoneForm(request.POST or None, initial={"phone": known.phone})
    if request.method == "POST" and form.is_valid():
        try:
            number = joining.request_phone_code(officer=officer, phone=form.cleaned_data["phone"], at=clock.now())
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            request.session[_SESSION_KEY] = number
            return redirect("officer:welcome_phone_code" if in_welcome else "officer:phone_code")
    context = {"form": form, "known": known, **frame_of_step("phone", in_welcome=in_welcome)}
    return render(request, "officer/phone.html", context, status=422 if form.errors else 200)


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def phone_code(request: HttpRequest, officer: Officer, in_welcome: bool = False) -> HttpResponse:
    number = request.session.get(_SESSION_KEY)
    phone_page = "officer:welcome_phone" if in_welcome else "officer:phone"
    if not number:
        return redirect(phone_page)
    form = PhoneCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joining.confirm_phone(
                officer=officer,
                phone=number,
                code=form.cleaned_data["code"],
                consent=form.cleaned_data["consent"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            del request.session[_SESSION_KEY]
            messages.success(request, _("Your phone is verified."))
            return redirect("officer:welcome_home" if in_welcome else "officer:profile")
    context = {
        "form": form,
        "number": number,
        "phone_url": reverse(phone_page),
        **frame_of_step("phone", in_welcome=in_welcome),
    }
    return render(request, "officer/phone_code.html", context, status=422 if form.errors else 200)
