"""Who listens to what. The one place that shows how the parts are wired together."""

from kernel.subscriptions import registry

SUBSCRIPTIONS: dict[str, list[str]] = {
    "departments.policy_published": ["marketplace.jurisdictions.on_policy_published"],
    "departments.roster_changed": ["marketplace.officers.on_roster_changed"],
    "departments.roster_import_started": ["departments.importing.roster_import.on_roster_import_started"],
    "departments.duty_import_started": ["marketplace.duty_importing.on_duty_import_started"],
    "marketplace.duty_conflict_opened": ["notifications.duty_conflicts.announce_conflict"],
    "marketplace.client_invited": ["notifications.joining.invite_to_claim_account"],
    "marketplace.job_submitted": [
        "notifications.client.confirm_request",
        "notifications.department.announce_request",
    ],
    "marketplace.job_approved": ["billing.contracts.on_job_approved"],
    "marketplace.job_rejected": ["notifications.client.tell_rejection", "billing.agency_acceptance.on_request_over"],
    "marketplace.job_withdrawn": [
        "notifications.department.announce_withdrawal",
        "billing.agency_acceptance.on_request_over",
    ],
    "marketplace.job_lapsed": ["notifications.client.tell_lapse", "billing.agency_acceptance.on_request_over"],
    "marketplace.job_change_proposed": ["billing.contracts.on_change_proposed"],
    "marketplace.document_uploaded": ["notifications.papers.announce_document"],
    "marketplace.document_rejected": ["notifications.papers.tell_document_rejection"],
    "marketplace.document_expired": ["notifications.papers.tell_document_expiry"],
    "marketplace.documents_due_soon": ["notifications.papers.remind_of_documents"],
    "agencies.engagement_invited": ["notifications.agencies.tell_invitation"],
    "marketplace.agencies_asked": ["notifications.agencies.announce_open_request"],
    "billing.agency_offer_made": ["notifications.agencies.tell_client_of_offer"],
    "billing.agency_offer_accepted": ["notifications.agencies.tell_acceptance"],
    "billing.contract_accepted": ["billing.agency_acceptance.on_contract_accepted"],
    "billing.contract_offered": ["notifications.client.offer_contract"],
    "billing.charge_succeeded": ["notifications.client.confirm_payment"],
    "marketplace.shift_opened": ["notifications.officer.invite_to_bid"],
    "marketplace.shift_awarded": ["notifications.client.report_short_award"],
    "marketplace.shift_staffed": ["notifications.client.report_staffing"],
    "marketplace.bid_decided": ["notifications.officer.tell_bid_decision"],
    "marketplace.shift_short_staffed": [
        "notifications.officer.invite_to_bid",
        "notifications.department.announce_short_staffing",
    ],
    "marketplace.assignment_released": [
        "notifications.officer.tell_release",
        "marketplace.fairness_entries.on_released",
    ],
    "marketplace.assignment_bumped": ["notifications.offers.tell_bump", "marketplace.fairness_entries.on_released"],
    "marketplace.assignment_given_up": [
        "notifications.offers.announce_give_up",
        "notifications.agencies.tell_vacancy",
        "marketplace.fairness_entries.on_given_up",
    ],
    "marketplace.assignment_confirmed": ["marketplace.fairness_entries.on_assignment_confirmed"],
    "marketplace.offer_made": ["notifications.offers.tell_offer", "marketplace.fairness_entries.on_offer_made"],
    "marketplace.offer_answered": [
        "notifications.offers.tell_lapsed_offer",
        "marketplace.fairness_entries.on_offer_answered",
    ],
    "marketplace.tier_opened": ["notifications.officer.invite_to_bid"],
    "marketplace.award_awaited": ["notifications.offers.announce_awaited_award"],
    "marketplace.shift_vacated": ["marketplace.leaving.on_shift_vacated"],
    "marketplace.timesheet_submitted": ["notifications.client.ask_for_approval"],
    "marketplace.timesheet_approved": [
        "notifications.officer.tell_timesheet_decision",
        "marketplace.fairness_entries.on_hours_final",
    ],
    "marketplace.timesheet_resolved": [
        "notifications.officer.tell_timesheet_decision",
        "marketplace.fairness_entries.on_hours_final",
    ],
    "marketplace.clock_review_opened": ["notifications.department.announce_review"],
    "marketplace.assignment_no_show": [
        "notifications.department.announce_no_show",
        "marketplace.fairness_entries.on_no_show",
    ],
    "marketplace.timesheet_disputed": [
        "notifications.officer.tell_timesheet_decision",
        "notifications.department.announce_dispute",
    ],
    "marketplace.shift_finished": ["billing.settling.on_shift_finished"],
    "billing.payment_needed": ["notifications.client.ask_for_missing_payment"],
    "billing.move_failed": ["notifications.operator.announce_failed_move"],
    "billing.shift_settled": ["billing.documents.issuing.on_shift_settled"],
    "billing.document_issued": [
        "notifications.client.send_invoice",
        "notifications.officer.send_statement",
    ],
    "marketplace.award_contested": ["notifications.contests.announce_contest"],
    "marketplace.contest_withdrawn": ["notifications.contests.tell_contest_withdrawal"],
    "marketplace.contest_decided": ["notifications.contests.tell_contest_decision"],
    "departments.exception_requested": ["notifications.approvals.tell_deciders_of_exception"],
    "departments.exception_decided": ["notifications.approvals.tell_exception_decision"],
    "departments.employment_declared": ["notifications.approvals.tell_deciders_of_employment"],
    "departments.employment_decided": ["notifications.approvals.tell_employment_decision"],
}


def connect() -> None:
    for event, handlers in SUBSCRIPTIONS.items():
        registry.subscribe(event=event, handlers=handlers)
