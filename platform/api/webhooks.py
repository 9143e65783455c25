"""Where Stripe reports: verify, store once, answer 2xx, process later."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kernel import clock


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    from billing.listening import inbox
    from billing.refusals import SignatureInvalid

    try:
        inbox.receive_webhook(body=request.body, signature=request.headers.get("Stripe-Signature", ""), at=clock.now())
    except SignatureInvalid as refusal:
        return HttpResponse(refusal.message, status=400)
    return HttpResponse(status=204)
