"""Which generation of Stripe's accounts API an account goes by: the one that opened it."""

from typing import Final

from django.conf import settings

from billing.connect.first_version import FirstVersion
from billing.connect.port import ConnectApi
from billing.connect.second_version import SecondVersion
from billing.models import PayeeAccount

_APIS: Final[dict[str, ConnectApi]] = {
    PayeeAccount.ConnectApi.FIRST_VERSION: FirstVersion(),
    PayeeAccount.ConnectApi.SECOND_VERSION: SecondVersion(),
}


def api_for_new_accounts() -> str:
    """`STRIPE_CONNECT_API`: v2, or v1 where the platform's Stripe account has no v2 yet."""
    return str(settings.STRIPE_CONNECT_API)


def connect_api_of(account: PayeeAccount) -> ConnectApi:
    # Accounts from before there was a choice are v2.
    return _APIS[account.connect_api or PayeeAccount.ConnectApi.SECOND_VERSION]
