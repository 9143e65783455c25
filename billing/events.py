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

SHIFTS_CANCELLED = "billing.shifts_cancelled"
"""{job_id, shift_ids, cancelled_by, charged_cents, currency}: by the row of the contract's policy that fits."""

REFUND_DONE = "billing.refund_done"
"""{refund_id, charge_id, job_id, amount_cents, currency}"""

REFUND_CASE_OPENED = "billing.refund_case_opened"
"""{case_id, job_id, amount_cents, currency}: a part of a bill is given back; the case's shares say by whom."""

REVERSAL_DONE = "billing.reversal_done"
"""{reversal_id, job_id, owner_kind, owner_id, amount_cents, currency}: taken back from a payee's balance."""

REVERSAL_REFUSED = "billing.reversal_refused"
"""{reversal_id, job_id, owner_kind, owner_id, amount_cents, currency}: the payee owes it from now on."""

DEBT_NETTED = "billing.debt_netted"
"""{netting_id, owner_kind, owner_id, amount_cents, currency}: kept from what the payee earned."""

DISPUTE_OPENED = "billing.dispute_opened"
"""{dispute_id, job_id, amount_cents, currency, evidence_due_at}: the client's bank has taken a payment back for now."""

DISPUTE_CLOSED = "billing.dispute_closed"
"""{dispute_id, job_id, outcome, amount_cents, currency}: outcome is Stripe's word, such as won or lost."""

TRANSFER_DONE = "billing.transfer_done"
"""{transfer_id, job_id, owner_kind, owner_id, amount_cents, currency}"""

MOVE_FAILED = "billing.move_failed"
"""{kind, move_id, job_id, amount_cents, currency, reason}: Stripe refused a refund, a transfer, an invoice or the
end of a hold. Only the last (kind `capture` or `cancel`) is asked again."""

PAYEE_ACCOUNT_CHANGED = "billing.payee_account_changed"
"""{payee_account_id, owner_kind, owner_id, transfers_state}"""

PAYEE_REQUIREMENTS_DUE = "billing.payee_requirements_due"
"""{payee_account_id, owner_kind, owner_id, deadline_at}: Stripe asks an onboarded payee, again or still."""

PAYOUT_CHANGED = "billing.payout_changed"
"""{payout_id, owner_kind, owner_id, state, amount_cents, currency}"""

DOCUMENT_ISSUED = "billing.document_issued"
"""{document_id, kind}"""

PAYMENT_DUE = "billing.payment_due"
"""{demand_id, job_id, amount_cents, currency, deadline_at}: officers are found, or a card was refused: please pay."""

PAYMENT_REMINDED = "billing.payment_reminded"
"""{demand_id, job_id, amount_cents, currency, deadline_at}"""

PAYMENT_MISSED = "billing.payment_missed"
"""{demand_id, job_id, amount_cents, currency, deadline_at}: the officers are released, nothing was charged."""

DEBIT_FAILED = "billing.debit_failed"
"""{charge_id, job_id, amount_cents, currency, reason}: the client's bank did not pay, days later."""

HOLD_LAPSING = "billing.hold_lapsing"
"""{charge_id, job_id, shift_id, amount_cents, currency, capture_before}: the hours are not approved yet."""

INVOICE_SENT = "billing.invoice_sent"
"""{charge_id, job_id, amount_cents, currency, payable_before}"""

LATE_CHARGED = "billing.late_charged"
"""{charge_id, job_id, amount_cents, currency}: an overdue invoice has reached one of the policy's late terms."""

CREDIT_SUSPENDED = "billing.credit_suspended"
"""{credit_id, client_id, department_id, overdue_cents, currency}"""

CREDIT_LIFTED = "billing.credit_lifted"
"""{credit_id, client_id, department_id}: everything overdue is paid."""
AGENCY_OFFER_MADE = "billing.agency_offer_made"
"""{offer_id, job_id, version}: an agency offers a price, or a new one."""

AGENCY_OFFER_ACCEPTED = "billing.agency_offer_accepted"
"""{offer_id, job_id, agency_id, contract_id}: the client chose this agency."""
