"""Who the client is on paper."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace.clients import change_client, create_client
from marketplace.models import Client
from portals.audience import audience_of
from portals.client.posted import posted
from portals.client.request_forms import ClientForm
from portals.refusals import add_to_form

_FIELDS = ("kind", "name", "billing_address", "billing_email", "phone")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The details of one client account; a switch where somebody acts for several."""
    clients = audience_of(request).clients
    client = _chosen(request, clients)
    initial = {name: getattr(client, name) for name in _FIELDS} if client else {"billing_email": request.user.email}  # type: ignore[union-attr]
    form = ClientForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        actor, at = actor_of(request), clock.now()
        try:
            if client is None:
                create_client(person=request.user, actor=actor, at=at, **form.cleaned_data)  # type: ignore[arg-type]
            else:
                change_client(client_id=client.id, actor=actor, at=at, **form.cleaned_data)
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, "Your details are saved. Documents that were issued stay as they are.")
            return redirect(request.get_full_path())
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "client/profile.html", {"form": form, "client": client, "clients": clients}, status=status)


def _chosen(request: HttpRequest, clients: list[Client]) -> Client | None:
    wanted = request.GET.get("client")
    if not wanted:
        return clients[0] if clients else None
    try:
        found = next((client for client in clients if client.id == UUID(wanted)), None)
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
