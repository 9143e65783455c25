from tests.billing.conftest import (
    _receiver,
    _sandbox,
    as_committing_worker,
    ontario,
    payment_settings,
    sandbox,
    texas,
)

__all__ = ["_receiver", "_sandbox", "as_committing_worker", "ontario", "payment_settings", "sandbox", "texas"]
