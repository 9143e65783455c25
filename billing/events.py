"""The facts that billing announces. Payload identifiers are text; amounts are integer cents with their currency."""

CONTRACT_OFFERED = "billing.contract_offered"
"""{contract_id, job_id, version}: the client is asked to accept a price."""

CONTRACT_ACCEPTED = "billing.contract_accepted"
"""{contract_id, job_id, version, due_cents, currency}: due_cents is what is still to be paid, 0 or more."""

CHARGE_SUCCEEDED = "billing.charge_succeeded"
"""{charge_id, job_id, amount_cents, currency}: the client's money arrived."""

PAYMENT_NEEDED = "billing.payment_needed"
"""{charge_id, job_id, amount_cents, currency, reason}: a charge failed; the client must pay on the hosted page."""

SHIFT_SETTLED = "billing.shift_settled"
"""{settlement_id, shift_id, job_id, billed_cents, refund_cents, extra_cents, currency}"""

SHIFT_DISTRIBUTED = "billing.shift_distributed"
"""{settlement_id, shift_id, job_id}: the money was there and its transfers are on their way."""

REFUND_DONE = "billing.refund_done"
"""{refund_id, charge_id, job_id, amount_cents, currency}"""

TRANSFER_DONE = "billing.transfer_done"
"""{transfer_id, job_id, owner_kind, owner_id, amount_cents, currency}"""

MOVE_FAILED = "billing.move_failed"
"""{kind, move_id, job_id, amount_cents, currency, reason}: a refund or transfer that Stripe refused for good."""

PAYEE_ACCOUNT_CHANGED = "billing.payee_account_changed"
"""{payee_account_id, owner_kind, owner_id, transfers_state}"""

PAYOUT_CHANGED = "billing.payout_changed"
"""{payout_id, owner_kind, owner_id, state, amount_cents, currency}"""

DOCUMENT_ISSUED = "billing.document_issued"
"""{document_id}"""

AGENCY_OFFER_MADE = "billing.agency_offer_made"
"""{offer_id, job_id, version}: an agency offers a price, or a new one."""

AGENCY_OFFER_ACCEPTED = "billing.agency_offer_accepted"
"""{offer_id, job_id, agency_id, contract_id}: the client chose this agency."""
