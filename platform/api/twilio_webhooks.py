"""Where Twilio reports: replies from phones, and what became of messages that we sent."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kernel import clock
from messaging import inbound, sending
from tenants.context import acting_as

View = Callable[[HttpRequest], HttpResponse]
EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def signed_by_twilio(view: View) -> View:
    @wraps(view)
    def check_first(request: HttpRequest) -> HttpResponse:
        signature = request.headers.get("X-Twilio-Signature", "")
        parameters = {name: request.POST[name] for name in request.POST}
        if not inbound.signature_is_valid(path=request.get_full_path(), parameters=parameters, signature=signature):
            return HttpResponse("The signature does not fit.", status=403)
        # Nobody is signed in: the signature is what lets the provider reach protected rows.
        with acting_as(purpose="webhook"):
            return view(request)

    return csrf_exempt(require_POST(check_first))


@signed_by_twilio
def receive_message(request: HttpRequest) -> HttpResponse:
    inbound.receive_sms(
        reference=request.POST.get("MessageSid", ""),
        sender=request.POST.get("From", ""),
        recipient=request.POST.get("To", ""),
        text=request.POST.get("Body", ""),
        at=clock.now(),
    )
    return HttpResponse(EMPTY_ANSWER, content_type="text/xml")


@signed_by_twilio
def receive_status(request: HttpRequest) -> HttpResponse:
    sending.record_delivery_status(
        provider_reference=request.POST.get("MessageSid", ""),
        status=request.POST.get("MessageStatus", ""),
        error_code=request.POST.get("ErrorCode", ""),
        at=clock.now(),
    )
    return HttpResponse(status=204)
