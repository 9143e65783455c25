"""Which wall stands around each public table. A table that is not listed here fails a test.

Global      every signed-in part of the app may read and write it; views decide
RowLevel    PostgreSQL shows and accepts a row only when a column matches the session's person or tenant, or when the
            session's purpose is one of those named; a session that says nothing sees nothing
Awaiting    holds personal or tenant rows, is guarded by views only so far, and says why
Narrow      for matching alone, under its own role: row-level security would stop its index from being used
OwnerOnly   the app does not touch it
"""

from dataclasses import dataclass

_READ_AND_WRITE = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True)
class Global:
    append_only: bool = False
    read_by_matching: bool = False
    rights: str = _READ_AND_WRITE


@dataclass(frozen=True)
class Awaiting:
    reason: str
    append_only: bool = False
    read_by_matching: bool = False
    rights: str = _READ_AND_WRITE


@dataclass(frozen=True)
class RowLevel:
    """`person_columns` are compared with app.person, `tenant_columns` with app.tenant; `purposes` see every row.

    `insert_purposes` may add any row without seeing it afterwards.
    """

    person_columns: tuple[str, ...] = ()
    tenant_columns: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    insert_purposes: tuple[str, ...] = ()
    append_only: bool = False
    read_by_matching: bool = False
    rights: str = _READ_AND_WRITE

    def row_expression(self) -> str:
        """Which rows are seen and changed. Settings are read in sub-selects: once per statement, not once per row."""
        person = "(SELECT nullif(current_setting('app.person', true), '')::uuid)"
        tenant = "(SELECT nullif(current_setting('app.tenant', true), '')::uuid)"
        terms = [f'"{column}" = {person}' for column in self.person_columns]
        terms += [f'"{column}" = {tenant}' for column in self.tenant_columns]
        return " OR ".join([*terms, purpose_expression(self.purposes)])

    def insert_expression(self) -> str:
        return purpose_expression(self.insert_purposes)


def purpose_expression(purposes: tuple[str, ...]) -> str:
    """True when the session says that it works for one of these purposes."""
    known = ", ".join(f"'{purpose}'" for purpose in purposes)
    return f"(SELECT current_setting('app.purpose', true)) IN ({known})" if known else "false"


@dataclass(frozen=True)
class Narrow:
    append_only: bool = False


@dataclass(frozen=True)
class OwnerOnly:
    append_only: bool = False


Wall = Global | Awaiting | RowLevel | Narrow | OwnerOnly

_BY_VIEWS = "read by its client, its department and its officers: needs their ids on every row first"
_SIGN_IN = "sign-in must find the row before it knows who is asking"
_MATCHED = "read by matching and by every party of a shift"

_OF_ITS_TENANT = RowLevel(tenant_columns=("tenant_id",), purposes=("worker",))
_ONLY_GROWS_FOR_ITS_TENANT = RowLevel(tenant_columns=("tenant_id",), purposes=("worker",), append_only=True)

TABLES: dict[str, Wall] = {
    # Django and sign-in
    "django_migrations": OwnerOnly(),
    "django_content_type": Global(),
    "django_session": Global(),
    "django_admin_log": Global(),
    "auth_group": Global(),
    "auth_group_permissions": Global(),
    "auth_permission": Global(),
    "account_emailaddress": Awaiting(_SIGN_IN),
    "account_emailconfirmation": Awaiting(_SIGN_IN),
    "mfa_authenticator": Awaiting(_SIGN_IN),
    # tenants and kernel
    "tenants_tenant": Global(read_by_matching=True, rights="SELECT, INSERT, UPDATE"),
    "tenants_domain": Global(),
    "tenants_appliedmigration": Global(rights="SELECT"),
    "kernel_auditevent": Awaiting("histories are read by subject, by operator, staff and client", append_only=True),
    "kernel_outboxevent": Global(append_only=True),
    "kernel_outboxdelivery": Global(),
    "kernel_inboxevent": Global(),
    # people
    "accounts_person": Awaiting(_SIGN_IN),
    "accounts_person_groups": Awaiting(_SIGN_IN),
    "accounts_person_user_permissions": Awaiting(_SIGN_IN),
    "accounts_membership": Awaiting(_SIGN_IN),
    "accounts_onetimecode": Awaiting(_SIGN_IN),
    "accounts_signinhandoff": Awaiting(_SIGN_IN),
    "accounts_termsacceptance": Awaiting(_SIGN_IN, append_only=True),
    # messages: anybody may have one written; only sender, receiver and staff of its tenant see it again
    "messaging_outboundmessage": RowLevel(
        person_columns=("person_id",),
        tenant_columns=("tenant_id",),
        purposes=("worker", "webhook", "messaging"),
        insert_purposes=("request", "matching"),
    ),
    "messaging_inboundmessage": RowLevel(
        person_columns=("person_id",),
        tenant_columns=("tenant_id",),
        purposes=("worker", "webhook", "messaging"),
        insert_purposes=("request",),
    ),
    "messaging_messagestep": RowLevel(
        person_columns=("person_id",),
        tenant_columns=("tenant_id",),
        purposes=("worker", "webhook", "messaging"),
        append_only=True,
    ),
    "messaging_smsconsent": Awaiting("consent is asked for before a person is signed in"),
    "messaging_offerwishes": RowLevel(person_columns=("person_id",), purposes=("worker", "messaging")),
    "messaging_smsbudget": RowLevel(tenant_columns=("tenant_id",), purposes=("worker", "messaging")),
    "messaging_sendingpace": Global(),
    "messaging_shortlink": Global(rights="SELECT, INSERT"),
    "messaging_optout": Awaiting("a number that said STOP belongs to nobody here"),
    # marketplace
    "marketplace_officer": Awaiting(_MATCHED, read_by_matching=True),
    "marketplace_officerprivate": RowLevel(person_columns=("person_id",), purposes=("matching", "messaging")),
    "marketplace_officerreach": Narrow(),
    "marketplace_standing": Awaiting(_MATCHED, read_by_matching=True),
    "marketplace_client": Awaiting(_BY_VIEWS),
    "marketplace_clientmember": Awaiting(_BY_VIEWS),
    "marketplace_clientblock": Awaiting(_BY_VIEWS),
    "marketplace_venue": Awaiting(_MATCHED, read_by_matching=True),
    "marketplace_jobdraft": Awaiting("written before there is an account: its key is the permission"),
    "marketplace_job": Awaiting(_BY_VIEWS, read_by_matching=True),
    "marketplace_jobrevision": Awaiting(_BY_VIEWS),
    "marketplace_jobmessage": Awaiting(_BY_VIEWS, append_only=True),
    "marketplace_jobreader": RowLevel(person_columns=("person_id",), purposes=("worker",)),
    "marketplace_documentdemand": Awaiting(_BY_VIEWS),
    "marketplace_jobdocument": Awaiting(_BY_VIEWS),
    "marketplace_unserveddemand": Global(),
    "marketplace_shift": Awaiting(_MATCHED, read_by_matching=True),
    "marketplace_position": Awaiting(_MATCHED, read_by_matching=True),
    "marketplace_bid": Awaiting(_MATCHED, read_by_matching=True),
    "marketplace_award": Awaiting(_BY_VIEWS),
    "marketplace_awardcontest": Awaiting(_BY_VIEWS),
    "marketplace_whatifrun": RowLevel(tenant_columns=("department_id",), purposes=("worker",)),
    "marketplace_assignment": Awaiting(_MATCHED, read_by_matching=True),
    # Whoever knows a telephone's numbers could answer in its owner's name.
    "marketplace_shortcode": RowLevel(purposes=("worker", "messaging")),
    "marketplace_offer": Awaiting(_MATCHED, read_by_matching=True),
    "marketplace_invitationround": Awaiting(_BY_VIEWS),
    "marketplace_invitation": Awaiting(_BY_VIEWS),
    "marketplace_officeravailability": Awaiting(_MATCHED, read_by_matching=True),
    # A trigger lets nothing change in a punch but its old positions, and those only to rougher ones.
    "marketplace_clockevent": Awaiting(_BY_VIEWS, rights="SELECT, INSERT, UPDATE"),
    "marketplace_clockreview": Awaiting(_BY_VIEWS),
    "marketplace_dutyevent": Awaiting(_BY_VIEWS, append_only=True),
    "marketplace_uncountedpunch": Awaiting(_BY_VIEWS, rights="SELECT, INSERT, UPDATE"),
    "marketplace_evidencehold": Awaiting(_BY_VIEWS),
    "marketplace_relief": Awaiting(_BY_VIEWS),
    "marketplace_jurisdiction": Global(read_by_matching=True),
    "marketplace_timesheet": Awaiting(_BY_VIEWS),
    "marketplace_dispatchentry": Awaiting(_BY_VIEWS),
    "marketplace_calendarfeed": Awaiting("found by the hash of its token before anybody is known"),
    "marketplace_dispatchfeed": Awaiting("found by the hash of its token before anybody is known"),
    "marketplace_disposition": Awaiting(_BY_VIEWS, append_only=True),
    "marketplace_dutyconflict": Awaiting(_BY_VIEWS),
    "marketplace_presenceprompt": Awaiting(_BY_VIEWS),
    "marketplace_presenceanswer": Awaiting(_BY_VIEWS, rights="SELECT, INSERT, UPDATE"),
    "marketplace_alert": Awaiting(_BY_VIEWS),
    "marketplace_reliefsearch": Awaiting(_BY_VIEWS),
    "marketplace_attendancereason": Awaiting(_BY_VIEWS, append_only=True),
    "marketplace_jobreportwish": RowLevel(person_columns=("person_id",), purposes=("worker",)),
    "marketplace_agencyadmission": RowLevel(
        tenant_columns=("department_id", "agency_id"), purposes=("worker",), append_only=True
    ),
    "marketplace_agencyprofile": Global(),
    "marketplace_officerengagement": RowLevel(
        person_columns=("person_id",), tenant_columns=("agency_id",), purposes=("worker",)
    ),
    # money
    "billing_quote": Awaiting(_BY_VIEWS),
    "billing_contract": Awaiting(_BY_VIEWS),
    "billing_documentseries": Global(),
    "billing_issueddocument": Awaiting(_BY_VIEWS),
    "billing_issuerlogo": Global(rights="SELECT, INSERT"),
    "billing_issuerprofile": Global(rights="SELECT, INSERT, UPDATE"),
    "billing_ledgeraccount": Awaiting(_BY_VIEWS),
    "billing_ledgertransaction": Awaiting(_BY_VIEWS, append_only=True),
    "billing_ledgerentry": Awaiting(_BY_VIEWS, append_only=True),
    "billing_charge": Awaiting(_BY_VIEWS),
    "billing_payeeaccount": RowLevel(
        person_columns=("person_id",), tenant_columns=("tenant_id",), purposes=("worker", "webhook")
    ),
    "billing_officerperiod": RowLevel(person_columns=("person_id",), purposes=("worker",)),
    "billing_statementschedule": RowLevel(tenant_columns=("tenant_id",), purposes=("worker",)),
    "billing_yearfiling": RowLevel(tenant_columns=("tenant_id",), purposes=("worker",), append_only=True),
    "billing_paypromise": RowLevel(
        person_columns=("person_id",), tenant_columns=("department_id",), purposes=("worker", "webhook")
    ),
    "billing_refund": Awaiting(_BY_VIEWS),
    "billing_transfer": Awaiting(_BY_VIEWS),
    "billing_payout": Awaiting(_BY_VIEWS),
    "billing_settlement": Awaiting(_BY_VIEWS),
    "billing_payrollline": Awaiting(_BY_VIEWS),
    "billing_clientcredit": Awaiting(_BY_VIEWS),
    "billing_paymentdemand": Awaiting(_BY_VIEWS),
    "billing_savedcard": Awaiting(_BY_VIEWS),
    "billing_holdending": Awaiting(_BY_VIEWS),
    # the reconciliation workspace: each row of one tenant's
    "billing_workspacebook": _OF_ITS_TENANT,
    "billing_workspacemonth": _OF_ITS_TENANT,
    "billing_workspaceclosing": _ONLY_GROWS_FOR_ITS_TENANT,
    "billing_workspacerow": _OF_ITS_TENANT,
    "billing_workspacepart": _OF_ITS_TENANT,
    "billing_workspacenote": _ONLY_GROWS_FOR_ITS_TENANT,
    "billing_workspaceimport": _OF_ITS_TENANT,
    "billing_workspaceinvoice": _ONLY_GROWS_FOR_ITS_TENANT,
    "billing_workspaceinvoiceline": _ONLY_GROWS_FOR_ITS_TENANT,
    # the platform's own: nobody but the operator's pages reads them
    "billing_balancemovement": Global(rights="SELECT, INSERT, UPDATE"),
    "billing_platformpayout": Global(rights="SELECT, INSERT, UPDATE"),
    "billing_reconciliationday": Global(rights="SELECT, INSERT, UPDATE"),
    "billing_ledgercheck": Global(rights="SELECT, INSERT, UPDATE"),
    "ratings_ratingcheck": Global(rights="SELECT, INSERT"),
    "billing_workitem": Global(rights="SELECT, INSERT, UPDATE"),
    "billing_correction": Global(rights="SELECT, INSERT, UPDATE"),
    "billing_cancellation": Awaiting(_BY_VIEWS),
    "billing_refundcase": Awaiting(_BY_VIEWS),
    "billing_refundshare": Awaiting(_BY_VIEWS),
    "billing_payeedebt": Awaiting(_BY_VIEWS),
    "billing_netting": Awaiting(_BY_VIEWS),
    "billing_transferreversal": Awaiting(_BY_VIEWS),
    "billing_dispute": Awaiting(_BY_VIEWS),
    "billing_payoutterms": Global(),
    # An agency's prices and margins: its own staff's alone. The client's functions ask as the platform's worker.
    "billing_agencyoffer": RowLevel(tenant_columns=("agency_id",), purposes=("worker",)),
    "billing_agencyofferversion": RowLevel(tenant_columns=("agency_id",), purposes=("worker",), append_only=True),
    "billing_agencypayline": RowLevel(
        person_columns=("person_id",), tenant_columns=("agency_id",), purposes=("worker",), append_only=True
    ),
    # ratings
    "ratings_rating": Awaiting(_BY_VIEWS),
    "ratings_ratingsummary": Global(),
    "ratings_sitesummary": Global(),
    "ratings_ratingreport": Awaiting(_BY_VIEWS),
}
