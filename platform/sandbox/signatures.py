"""The signatures of the two services, and their planned defects."""

import base64
import hashlib
import hmac
import time
from urllib.parse import parse_qsl

_STALE_SECONDS = 3600


def stripe_signature(payload: str, secret: str, mangle: str = "") -> str:
    """The `Stripe-Signature` header: `t=...,v1=...`."""
    at = int(time.time()) - (_STALE_SECONDS if mangle == "stale" else 0)
    if mangle == "bad_signature":
        secret = f"not-{secret}"
    digest = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def twilio_signature(url: str, form: str, auth_token: str, mangle: str = "") -> str:
    """The `X-Twilio-Signature` header: the address and every parameter, sorted by name."""
    if mangle == "bad_signature":
        auth_token = f"not-{auth_token}"
    signed = url + "".join(name + value for name, value in sorted(parse_qsl(form, keep_blank_values=True)))
    return base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
