import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import kernel.identifiers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("marketplace", "0170_agency_route"),
    ]

    operations = [
        migrations.CreateModel(
            name="IssuerLogo",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("content", models.BinaryField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ReconciliationDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("date", models.DateField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("clean", "Clean"), ("differences", "Differences")],
                        default="running",
                        max_length=12,
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("verify", "the books against their own entries"),
                            ("mirror", "fetch Stripe's balance transactions and payouts"),
                            ("match", "compare by source"),
                            ("done", "Done"),
                        ],
                        default="verify",
                        max_length=8,
                    ),
                ),
                (
                    "mirrored_until",
                    models.DateTimeField(blank=True, help_text="All of Stripe's until then is mirrored.", null=True),
                ),
                ("mirror_to", models.DateTimeField(blank=True, null=True)),
                ("mirror_cursor", models.CharField(blank=True, max_length=120)),
                (
                    "entries_until",
                    models.JSONField(
                        default=dict,
                        help_text="Per currency the version of the stripe_balance account up to which was compared.",
                    ),
                ),
                (
                    "matched",
                    models.PositiveIntegerField(default=0, help_text="Movements whose source agreed with the books."),
                ),
                ("opened", models.PositiveIntegerField(default=0)),
                ("healed", models.PositiveIntegerField(default=0)),
                ("open_items", models.PositiveIntegerField(default=0, help_text="Unresolved ones when it ended.")),
                (
                    "totals",
                    models.JSONField(default=list, help_text="One billing.reconciliation.totals.Totals per currency."),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="StatementSchedule",
            fields=[
                ("tenant_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "length",
                    models.CharField(
                        choices=[("week", "Every week, Monday to Sunday"), ("month", "Every calendar month")],
                        default="month",
                        max_length=5,
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                ("changed_by_person_id", models.UUIDField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BalanceMovement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=120, unique=True)),
                ("type", models.CharField(max_length=60)),
                (
                    "source",
                    models.CharField(
                        help_text="The object that caused it; its own reference where Stripe names none.",
                        max_length=120,
                    ),
                ),
                ("amount_cents", models.BigIntegerField(help_text="Signed: below zero leaves the balance.")),
                ("fee_cents", models.BigIntegerField()),
                ("net_cents", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("description", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
                ("available_at", models.DateTimeField()),
                ("mirrored_at", models.DateTimeField()),
                (
                    "matched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When its source agreed with the books; empty ones are looked at every night.",
                        null=True,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["source"], name="movement_by_source"),
                    models.Index(fields=["created_at"], name="movement_by_time"),
                    models.Index(
                        condition=models.Q(("matched_at__isnull", True)), fields=["source"], name="movement_unmatched"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "net_cents",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("amount_cents"), "-", models.F("fee_cents")
                                ),
                            )
                        ),
                        name="movement_net_is_amount_less_fee",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("revision_number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("superseded", "Superseded"),
                            ("declined", "Declined"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("terms", models.JSONField()),
                ("prices", models.JSONField()),
                ("policy", models.JSONField()),
                ("policy_version", models.PositiveIntegerField()),
                ("policy_sha256", models.CharField(max_length=64)),
                ("payee_mode", models.CharField(max_length=10)),
                (
                    "agency_id",
                    models.UUIDField(blank=True, help_text="The supplier, where an agency staffs the job.", null=True),
                ),
                (
                    "supplier_terms",
                    models.JSONField(
                        default=dict,
                        help_text="An agency's tax_numbers by the code of the tax; empty where the department supplies.",
                    ),
                ),
                ("service_fee_basis_points", models.PositiveIntegerField()),
                ("service_fee_tax", models.JSONField(default=dict)),
                (
                    "requested_at",
                    models.DateTimeField(help_text="From when notice counts: short notice may cost more."),
                ),
                ("non_profit", models.BooleanField(default=False)),
                (
                    "facts",
                    models.JSONField(
                        default=dict, help_text="What the rate card's conditions were told; the bill is told the same."
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("prepaid", "paid by the policy's own terms, on the payment page"),
                            ("card_on_file", "held on a saved card shortly before each shift"),
                            ("invoice", "by an invoice after each shift"),
                        ],
                        default="prepaid",
                        max_length=12,
                    ),
                ),
                (
                    "payment_terms",
                    models.JSONField(
                        default=dict,
                        help_text="When the policy wants it paid: billing.agreeing.agreed_terms.AgreedTerms as JSON.",
                    ),
                ),
                ("net_cents", models.PositiveBigIntegerField()),
                ("tax_cents", models.PositiveBigIntegerField()),
                ("total_cents", models.PositiveBigIntegerField()),
                ("offered_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_by_person_id", models.UUIDField(blank=True, null=True)),
                ("accepted_from_address", models.CharField(blank=True, max_length=64)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contracts", to="marketplace.job"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("job", "version"), name="contract_version_once"),
                    models.UniqueConstraint(
                        fields=("job", "revision_number", "agency_id"),
                        name="one_contract_per_revision_and_supplier",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agency_id__isnull", False), ("payee_mode", "agency")),
                            models.Q(models.Q(("payee_mode", "agency"), _negated=True), ("agency_id", None)),
                            _connector="OR",
                        ),
                        name="agency_contract_names_its_agency",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "accepted")), fields=("job",), name="one_accepted_contract"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "offered")), fields=("job",), name="one_offered_contract"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total_cents",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net_cents"), "+", models.F("tax_cents")
                                ),
                            )
                        ),
                        name="contract_adds_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("checkout", "Checkout"),
                            ("off_session", "Off Session"),
                            ("hold", "authorised on a saved card, captured later"),
                            ("debit", "bank debit, final after days"),
                            ("invoice", "collected by an invoice with terms"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("intended", "Intended"),
                            ("unknown", "Unknown"),
                            ("open", "Open"),
                            ("authorised", "held on the card, not taken yet"),
                            ("processing", "on its way from the client's bank"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="intended",
                        max_length=10,
                    ),
                ),
                ("amount_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("refunded_cents", models.PositiveBigIntegerField(default=0)),
                ("transferred_cents", models.PositiveBigIntegerField(default=0)),
                (
                    "covered_cents",
                    models.BigIntegerField(
                        default=0,
                        help_text="Of what was drawn from it, the part that other payments of the job stand for; "
                        "negative where this one stands for them. Over a job the sum is zero.",
                    ),
                ),
                (
                    "authorised_cents",
                    models.PositiveBigIntegerField(
                        blank=True, help_text="What a hold may take; amount_cents becomes what it took.", null=True
                    ),
                ),
                (
                    "capture_before",
                    models.DateTimeField(blank=True, help_text="When the bank gives a hold up.", null=True),
                ),
                ("alarmed_at", models.DateTimeField(blank=True, null=True)),
                ("invoice_reference", models.CharField(blank=True, max_length=120)),
                ("written_off_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recovered_cents",
                    models.PositiveBigIntegerField(default=0, help_text="Paid after all, of what was written off."),
                ),
                (
                    "payable_before",
                    models.DateTimeField(blank=True, help_text="An invoice is overdue from then on.", null=True),
                ),
                (
                    "late_after_days",
                    models.PositiveSmallIntegerField(blank=True, help_text="Which of the late terms.", null=True),
                ),
                (
                    "passed_on_at",
                    models.DateTimeField(blank=True, help_text="When a late charge went on to its payee.", null=True),
                ),
                (
                    "processing_fee_cents",
                    models.PositiveBigIntegerField(
                        blank=True, help_text="What Stripe kept of it; empty until Stripe has said.", null=True
                    ),
                ),
                ("idempotency_key", models.CharField(max_length=80, unique=True)),
                ("request_body", models.JSONField(default=dict)),
                ("session_reference", models.CharField(blank=True, max_length=120)),
                ("intent_reference", models.CharField(blank=True, max_length=120)),
                ("charge_reference", models.CharField(blank=True, max_length=120)),
                ("payment_method_reference", models.CharField(blank=True, max_length=120)),
                ("pay_url", models.TextField(blank=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("first_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("last_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("succeeded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="marketplace.job"
                    ),
                ),
                (
                    "late_of",
                    models.ForeignKey(
                        blank=True,
                        help_text="The overdue invoice that this one charges the lateness of, by the policy's late terms.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_charges",
                        to="billing.charge",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        blank=True,
                        help_text="What a hold is for.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="marketplace.shift",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="billing.contract"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AgencyOffer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency_id", models.UUIDField()),
                ("department_id", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("withdrawn", "Withdrawn"),
                            ("accepted", "Accepted"),
                            ("not_chosen", "Not Chosen"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, help_text="The newest version's number.")),
                ("created_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agency_offers", to="marketplace.job"
                    ),
                ),
                (
                    "contract",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agency_offer",
                        to="billing.contract",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency_id", "created_at"], name="offer_by_agency")],
                "constraints": [
                    models.UniqueConstraint(fields=("job", "agency_id"), name="one_offer_per_agency"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "accepted")), fields=("job",), name="one_accepted_offer"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentSeries",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("issuer_id", models.UUIDField()),
                ("kind", models.CharField(max_length=24)),
                ("year", models.PositiveSmallIntegerField()),
                ("last_number", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "document series",
                "constraints": [
                    models.UniqueConstraint(fields=("issuer_id", "kind", "year"), name="one_series_per_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="HoldEnding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("intended", "Intended"),
                            ("unknown", "Unknown"),
                            ("sent", "accepted by Stripe, not final"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("held", "Held"),
                            ("cancelled", "taken back before it was sent"),
                        ],
                        default="intended",
                        max_length=10,
                    ),
                ),
                ("business_key", models.CharField(max_length=200, unique=True)),
                ("idempotency_key", models.CharField(max_length=80, unique=True)),
                ("request_body", models.JSONField(default=dict)),
                ("provider_reference", models.CharField(blank=True, max_length=120)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("first_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("last_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("kind", models.CharField(choices=[("capture", "Capture"), ("cancel", "Cancel")], max_length=8)),
                (
                    "refused_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When Stripe first refused it; it is asked again until the hold is over.",
                        null=True,
                    ),
                ),
                (
                    "charge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ending", to="billing.charge"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["intended", "unknown"])),
                        fields=["due_at"],
                        name="hold_ending_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_cents__gt", 0)), name="hold_ending_is_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuerProfile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(unique=True)),
                ("legal_name", models.CharField(blank=True, max_length=160)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("tax_number", models.CharField(blank=True, max_length=40)),
                ("regional_tax_number", models.CharField(blank=True, max_length=40)),
                (
                    "language",
                    models.CharField(blank=True, help_text="Of documents to the tenant itself.", max_length=8),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "logo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.issuerlogo",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("stripe_balance", "Stripe Balance"),
                            ("client_receivable", "Client Receivable"),
                            ("prepaid_job", "Prepaid Job"),
                            ("payable_officer", "Payable Officer"),
                            ("payable_department", "Payable Department"),
                            ("payable_agency", "Payable Agency"),
                            ("service_fee_revenue", "Service Fee Revenue"),
                            ("service_fee_tax", "Service Fee Tax"),
                            ("processing_expense", "Processing Expense"),
                            ("receivable_officer", "Receivable Officer"),
                            ("receivable_department", "Receivable Department"),
                            ("receivable_agency", "Receivable Agency"),
                            ("disputed_job", "Disputed Job"),
                            ("dispute_loss", "Dispute Loss"),
                            ("bad_debt_expense", "Bad Debt Expense"),
                            ("platform_bank", "Platform Bank"),
                        ],
                        max_length=24,
                    ),
                ),
                ("owner_id", models.UUIDField(blank=True, null=True)),
                ("currency", models.CharField(max_length=3)),
                ("is_debit_normal", models.BooleanField()),
                ("may_be_negative", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "owner_id", "currency"),
                        name="one_ledger_account_per_owner",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("is_debit_normal", True),
                                (
                                    "kind__in",
                                    (
                                        "stripe_balance",
                                        "client_receivable",
                                        "processing_expense",
                                        "receivable_officer",
                                        "receivable_department",
                                        "receivable_agency",
                                        "disputed_job",
                                        "dispute_loss",
                                        "bad_debt_expense",
                                        "platform_bank",
                                    ),
                                ),
                            ),
                            models.Q(
                                ("is_debit_normal", False),
                                models.Q(
                                    (
                                        "kind__in",
                                        (
                                            "stripe_balance",
                                            "client_receivable",
                                            "processing_expense",
                                            "receivable_officer",
                                            "receivable_department",
                                            "receivable_agency",
                                            "disputed_job",
                                            "dispute_loss",
                                            "bad_debt_expense",
                                            "platform_bank",
                                        ),
                                    ),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_account_grows_on_its_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("may_be_negative", False),
                            ("kind__in", ("stripe_balance", "platform_bank")),
                            _connector="OR",
                        ),
                        name="ledger_account_has_the_floor_of_its_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerTransaction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("business_key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("description", models.CharField(max_length=200)),
                ("job_id", models.UUIDField(blank=True, null=True)),
                (
                    "leg_count",
                    models.PositiveSmallIntegerField(
                        help_text="How many entries belong to it: at commit PostgreSQL counts them, so none can be added later."
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Stripe's object that moved the money (ch_…, re_…, tr_…): nightly it is matched by this.",
                        max_length=120,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="billing.ledgertransaction",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["job_id"], name="ledger_by_job"),
                    models.Index(
                        condition=models.Q(("source", ""), _negated=True), fields=["source"], name="ledger_by_source"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("direction", models.CharField(choices=[("debit", "Debit"), ("credit", "Credit")], max_length=6)),
                ("amount_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "account_version",
                    models.PositiveBigIntegerField(default=0, help_text="1, 2, 3 … per account, without gaps."),
                ),
                (
                    "balance_after_cents",
                    models.BigIntegerField(default=0, help_text="In the account's normal direction."),
                ),
                ("happened_at", models.DateTimeField(help_text="The transaction's.")),
                (
                    "latest_happened_at",
                    models.DateTimeField(
                        help_text="The latest of the account's entries up to this one: later than happened_at when it was posted late."
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="billing.ledgeraccount"
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="billing.ledgertransaction",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "ledger entries",
                "indexes": [
                    models.Index(fields=["account", "latest_happened_at", "account_version"], name="ledger_as_of")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_cents__gt", 0)), name="leg_is_positive"),
                    models.UniqueConstraint(
                        fields=("account", "account_version"), name="account_versions_have_no_doubles"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficerPeriod",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("officer_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("currency", models.CharField(max_length=3)),
                ("first_date", models.DateField()),
                ("until_date", models.DateField(help_text="Half-open: the first day of the next period.")),
                ("payable_version", models.PositiveBigIntegerField(default=0)),
                ("receivable_version", models.PositiveBigIntegerField(default=0)),
                (
                    "positions",
                    models.JSONField(
                        default=dict, help_text="Cents still owed to the officer at its end, by payer's id."
                    ),
                ),
                ("issued_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("officer_id", "currency", "first_date"), name="one_period_per_officer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_date__gt", models.F("first_date"))), name="officer_period_has_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayeeAccount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "owner_kind",
                    models.CharField(
                        choices=[("officer", "Officer"), ("department", "Department"), ("agency", "Agency")],
                        max_length=10,
                    ),
                ),
                ("owner_id", models.UUIDField()),
                ("person_id", models.UUIDField(blank=True, null=True)),
                ("tenant_id", models.UUIDField(blank=True, null=True)),
                ("display_name", models.CharField(max_length=160)),
                ("country", models.CharField(max_length=2)),
                ("currency", models.CharField(max_length=3)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
                ("account_reference", models.CharField(blank=True, max_length=120)),
                ("idempotency_key", models.CharField(max_length=80, unique=True)),
                (
                    "transfers_state",
                    models.CharField(default="none", help_text="Stripe's own word, or none.", max_length=20),
                ),
                ("requirements", models.JSONField(default=list)),
                (
                    "connect_api",
                    models.CharField(
                        blank=True,
                        choices=[("v1", "First Version"), ("v2", "Second Version")],
                        help_text="What opened it, saved before the first call.",
                        max_length=2,
                    ),
                ),
                ("opening_attempts", models.PositiveIntegerField(default=0)),
                ("opening_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "asked",
                    models.JSONField(
                        default=list, help_text="billing.connect.port.Asked as JSON, the most pressing first."
                    ),
                ),
                ("asked_deadline_at", models.DateTimeField(blank=True, null=True)),
                ("remind_at", models.DateTimeField(blank=True, null=True)),
                (
                    "onboarded_at",
                    models.DateTimeField(blank=True, help_text="When transfers first became possible.", null=True),
                ),
                ("created_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("remind_at__isnull", False)),
                        fields=["remind_at"],
                        name="payee_reminder_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner_kind", "owner_id", "currency"), name="one_payee_account_per_currency"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("account_reference", ""), _negated=True),
                        fields=("account_reference",),
                        name="account_reference_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentDemand",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "nobody is assigned yet"),
                            ("asked", "Asked"),
                            ("paid", "Paid"),
                            ("missed", "Missed"),
                            ("withdrawn", "nothing is due any more"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("amount_cents", models.PositiveBigIntegerField(default=0, help_text="What was asked for.")),
                ("currency", models.CharField(max_length=3)),
                ("deadline_at", models.DateTimeField()),
                (
                    "remind_at",
                    models.DateTimeField(blank=True, help_text="Empty once it was sent, or was not needed.", null=True),
                ),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_demands",
                        to="billing.contract",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_demands",
                        to="marketplace.job",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_demands",
                        to="marketplace.shift",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "asked"])),
                        fields=["deadline_at"],
                        name="demand_due",
                    ),
                    models.Index(condition=models.Q(("state", "asked")), fields=["remind_at"], name="demand_to_remind"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("shift", None), ("state__in", ["waiting", "asked"])),
                        fields=("job",),
                        name="one_open_demand_per_job",
                    ),
                    models.UniqueConstraint(fields=("shift",), name="one_demand_per_shift"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("provider_reference", models.CharField(max_length=120, unique=True)),
                ("amount_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("state", models.CharField(max_length=20)),
                ("arrives_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "payee_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="billing.payeeaccount"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PayoutTerms",
            fields=[
                ("department_id", models.UUIDField(primary_key=True, serialize=False)),
                ("delay_days", models.PositiveSmallIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "payout terms",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("delay_days__lte", 30)), name="payout_delay_is_at_most_a_month"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PayPromise",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("officer_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                (
                    "department_id",
                    models.UUIDField(help_text="The governing department, by whose policy it was promised."),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[("direct", "in the officer's bank"), ("payroll", "with the department's payroll")],
                        max_length=8,
                    ),
                ),
                ("shift_ends_at", models.DateTimeField()),
                ("steps", models.JSONField(help_text="departments.policy.pay_dates.PayDate.steps, as ISO dates.")),
                ("promised_by", models.DateField()),
                ("time_zone", models.CharField(max_length=64)),
                ("promised_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "not due yet"),
                            ("overdue", "due, and not paid yet"),
                            ("kept", "paid by the promised day"),
                            ("late", "paid after the promised day"),
                            ("void", "nothing was earned"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "paid_at",
                    models.DateTimeField(blank=True, help_text="In the bank; by payroll: sent to payroll.", null=True),
                ),
                ("days_late", models.PositiveSmallIntegerField(default=0)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("hours_disputed", "The client disputed the hours"),
                            ("hours_late", "The hours were approved late"),
                            ("client_unpaid", "The client had not paid for all hours"),
                            ("account_not_ready", "The officer's payment account could not receive money"),
                            ("transfer_late", "The transfer was made late"),
                            ("transfer_failed", "The payment service refused the transfer"),
                            ("payout_failed", "The officer's bank refused the deposit"),
                            ("bank_late", "The payment service or the bank took longer"),
                            ("payroll_late", "The hours reached payroll late"),
                        ],
                        max_length=20,
                    ),
                ),
                ("measured_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pay_promise",
                        to="marketplace.assignment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["officer_id", "promised_by"], name="promise_by_officer"),
                    models.Index(fields=["department_id", "promised_by"], name="promise_by_department"),
                    models.Index(
                        condition=models.Q(("state__in", ["open", "overdue"])),
                        fields=["shift_ends_at"],
                        name="promise_unmeasured",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_at__isnull", False), ("state__in", ["kept", "late"])),
                            models.Q(("paid_at__isnull", True), ("state__in", ["open", "overdue", "void"])),
                            _connector="OR",
                        ),
                        name="pay_promise_kept_is_paid",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlatformPayout",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=120, unique=True)),
                ("amount_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("state", models.CharField(help_text="Stripe's own word.", max_length=20)),
                ("failure", models.CharField(blank=True, max_length=200)),
                ("arrives_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "in_transit"])),
                        fields=["arrives_at"],
                        name="payout_under_way",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Quote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("department_id", models.UUIDField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "prices",
                    models.JSONField(
                        help_text="One departments.policy.pricing.ShiftPrice as JSON per shift, in order."
                    ),
                ),
                ("policy", models.JSONField()),
                ("policy_version", models.PositiveIntegerField()),
                ("policy_sha256", models.CharField(max_length=64)),
                ("terms", models.JSONField()),
                ("non_profit", models.BooleanField(default=False)),
                ("net_cents", models.PositiveBigIntegerField()),
                ("tax_cents", models.PositiveBigIntegerField()),
                ("total_cents", models.PositiveBigIntegerField()),
                ("quoted_at", models.DateTimeField()),
                (
                    "draft",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotes",
                        to="marketplace.jobdraft",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotes",
                        to="marketplace.job",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "progress",
                    models.JSONField(
                        help_text="Of billing.books.ledger_verification: where a check that died goes on."
                    ),
                ),
                ("accounts", models.PositiveBigIntegerField(default=0)),
                ("transactions", models.PositiveBigIntegerField(default=0)),
                ("entries", models.PositiveBigIntegerField(default=0)),
                ("differences", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "day",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_check",
                        to="billing.reconciliationday",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("intended", "Intended"),
                            ("unknown", "Unknown"),
                            ("sent", "accepted by Stripe, not final"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("held", "Held"),
                            ("cancelled", "taken back before it was sent"),
                        ],
                        default="intended",
                        max_length=10,
                    ),
                ),
                ("business_key", models.CharField(max_length=200, unique=True)),
                ("idempotency_key", models.CharField(max_length=80, unique=True)),
                ("request_body", models.JSONField(default=dict)),
                ("provider_reference", models.CharField(blank=True, max_length=120)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("first_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("last_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(max_length=200)),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="billing.charge"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["intended", "unknown", "sent", "held"])),
                        fields=["due_at"],
                        name="refund_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_cents__gt", 0)), name="refund_is_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundCase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("decision", "decided by the desk or the operator"),
                            ("dispute", "a dispute that was lost"),
                        ],
                        default="decision",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "money is on its way back"), ("done", "Done")], default="open", max_length=6
                    ),
                ),
                ("amount_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("reason", models.TextField()),
                ("request_id", models.UUIDField(help_text="The form's own: sent twice, it is one case.", unique=True)),
                ("person_id", models.UUIDField(blank=True, null=True)),
                ("opened_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refund_cases", to="marketplace.job"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["opened_at"], name="refund_case_open")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_cents__gt", 0)), name="refund_case_is_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("provider_reference", models.CharField(max_length=120, unique=True)),
                ("state", models.CharField(max_length=40)),
                ("stripe_reason", models.CharField(blank=True, max_length=60)),
                ("amount_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("withdrawn_cents", models.PositiveBigIntegerField(default=0, help_text="Taken by Stripe, as booked.")),
                (
                    "reinstated_cents",
                    models.PositiveBigIntegerField(default=0, help_text="Given back by Stripe, as booked."),
                ),
                (
                    "prepaid_cents",
                    models.PositiveBigIntegerField(
                        default=0, help_text="Of a lost one: what the client had prepaid and has back from their bank."
                    ),
                ),
                (
                    "loss_cents",
                    models.PositiveBigIntegerField(default=0, help_text="Of a lost one: what the platform bears."),
                ),
                ("fee_cents", models.IntegerField(default=0)),
                ("evidence_due_at", models.DateTimeField(blank=True, null=True)),
                ("evidence", models.JSONField(default=dict, help_text="What was submitted, as sent.")),
                (
                    "evidence_leased_until",
                    models.DateTimeField(blank=True, help_text="While it is being sent.", null=True),
                ),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_by_person_id", models.UUIDField(blank=True, null=True)),
                (
                    "borne_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("payees", "those who were paid, and the platform its fee"),
                            ("platform", "the platform alone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, help_text="When the operator said who bears the loss.", null=True),
                ),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="billing.charge"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="marketplace.job"
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispute",
                        to="billing.refundcase",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["job"], name="dispute_by_job")],
            },
        ),
        migrations.CreateModel(
            name="RefundShare",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "owner_kind",
                    models.CharField(
                        choices=[
                            ("officer", "Officer"),
                            ("department", "Department"),
                            ("agency", "Agency"),
                            ("service_fee", "Service Fee"),
                            ("service_fee_tax", "Service Fee Tax"),
                        ],
                        max_length=16,
                    ),
                ),
                ("owner_id", models.UUIDField(blank=True, help_text="Empty for the platform's own parts.", null=True)),
                ("assignment_id", models.UUIDField(blank=True, null=True)),
                ("amount_cents", models.PositiveBigIntegerField()),
                (
                    "unsent_cents",
                    models.PositiveBigIntegerField(
                        default=0,
                        help_text="The part that had not left the platform: taken off what the payee is owed.",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="billing.refundcase"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PayeeDebt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "owner_kind",
                    models.CharField(
                        choices=[("officer", "Officer"), ("department", "Department"), ("agency", "Agency")],
                        max_length=10,
                    ),
                ),
                ("owner_id", models.UUIDField()),
                ("currency", models.CharField(max_length=3)),
                ("amount_cents", models.PositiveBigIntegerField()),
                (
                    "reversing_cents",
                    models.PositiveBigIntegerField(default=0, help_text="Asked back from Stripe, not answered yet."),
                ),
                ("reversed_cents", models.PositiveBigIntegerField(default=0)),
                ("netted_cents", models.PositiveBigIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payee_debts", to="marketplace.job"
                    ),
                ),
                (
                    "share",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="debt", to="billing.refundshare"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            (
                                "amount_cents__gt",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("reversed_cents"), "+", models.F("netted_cents")
                                ),
                            )
                        ),
                        fields=["owner_kind", "owner_id", "currency"],
                        name="payee_debt_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_cents__gt", 0),
                            (
                                "amount_cents__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("reversing_cents"), "+", models.F("reversed_cents")
                                    ),
                                    "+",
                                    models.F("netted_cents"),
                                ),
                            ),
                        ),
                        name="payee_debt_is_paid_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedCard",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("intended", "Intended"),
                            ("open", "Open"),
                            ("saved", "Saved"),
                            ("replaced", "Replaced"),
                            ("expired", "the page was closed without a card"),
                            ("failed", "Failed"),
                        ],
                        default="intended",
                        max_length=10,
                    ),
                ),
                ("idempotency_key", models.CharField(max_length=80, unique=True)),
                ("request_body", models.JSONField(default=dict)),
                ("session_reference", models.CharField(blank=True, max_length=120)),
                ("page_url", models.TextField(blank=True)),
                ("payment_method_reference", models.CharField(blank=True, max_length=120)),
                ("brand", models.CharField(blank=True, max_length=20)),
                ("last_four", models.CharField(blank=True, max_length=4)),
                ("expiry", models.CharField(blank=True, help_text="MM/YYYY", max_length=7)),
                ("last_error", models.TextField(blank=True)),
                ("expires_at", models.DateTimeField(help_text="When the page ends.")),
                ("created_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="saved_cards", to="marketplace.client"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["expires_at"], name="card_page_due")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "saved")),
                        fields=("client", "currency"),
                        name="one_saved_card_per_currency",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("price", models.JSONField(help_text="departments.policy.pricing.ShiftPrice as JSON.")),
                ("split", models.JSONField(help_text="departments.policy.settlement.Split as JSON.")),
                ("quoted_cents", models.PositiveBigIntegerField()),
                ("billed_cents", models.PositiveBigIntegerField()),
                ("supplier_cents", models.PositiveBigIntegerField()),
                ("service_fee_cents", models.PositiveBigIntegerField()),
                ("service_fee_tax_cents", models.PositiveBigIntegerField()),
                ("drawn_cents", models.PositiveBigIntegerField(help_text="The part of the bill that was prepaid.")),
                (
                    "credited_cents",
                    models.PositiveBigIntegerField(default=0, help_text="Given back after the bill, by refund cases."),
                ),
                (
                    "credited_fee_cents",
                    models.PositiveBigIntegerField(default=0, help_text="The service fee's part of that."),
                ),
                ("credited_fee_tax_cents", models.PositiveBigIntegerField(default=0, help_text="And its tax's.")),
                ("settled_at", models.DateTimeField()),
                (
                    "distributed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the captured money covered it and its transfers were intended.",
                        null=True,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="settlements", to="billing.contract"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="settlements", to="marketplace.job"
                    ),
                ),
                (
                    "shift",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="settlement", to="marketplace.shift"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("distributed_at", None)), fields=["job"], name="settlement_undistributed"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "billed_cents",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("supplier_cents"), "+", models.F("service_fee_cents")
                                    ),
                                    "+",
                                    models.F("service_fee_tax_cents"),
                                ),
                            )
                        ),
                        name="settlement_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credited_cents__lte", models.F("billed_cents")),
                            ("credited_fee_cents__lte", models.F("service_fee_cents")),
                            ("credited_fee_tax_cents__lte", models.F("service_fee_tax_cents")),
                        ),
                        name="settlement_credits_at_most_its_bill",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("drawn_cents__lte", models.F("billed_cents"))),
                        name="settlement_draws_at_most_its_bill",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="refundshare",
            name="settlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="refund_shares", to="billing.settlement"
            ),
        ),
        migrations.CreateModel(
            name="PayrollLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("department_id", models.UUIDField()),
                ("officer_id", models.UUIDField()),
                ("assignment_id", models.UUIDField()),
                ("payable_minutes", models.PositiveIntegerField()),
                ("pay_rate_cents_per_hour", models.PositiveIntegerField()),
                ("pay_code", models.CharField(blank=True, max_length=40)),
                ("pay_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("created_at", models.DateTimeField()),
                (
                    "officer_period",
                    models.ForeignKey(
                        blank=True,
                        help_text="The period on whose statement it stands.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payroll_lines",
                        to="billing.officerperiod",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payroll_lines",
                        to="billing.settlement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["officer_id", "created_at"], name="payroll_by_officer"),
                    models.Index(fields=["department_id", "created_at"], name="payroll_by_department"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("assignment_id", "pay_code"), name="one_payroll_line_per_pay_code")
                ],
            },
        ),
        migrations.CreateModel(
            name="Netting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("assignment_id", models.UUIDField(blank=True, null=True)),
                ("amount_cents", models.PositiveBigIntegerField()),
                (
                    "taken_back_cents",
                    models.PositiveBigIntegerField(default=0, help_text="Owed again, after another refund."),
                ),
                ("currency", models.CharField(max_length=3)),
                ("netted_at", models.DateTimeField()),
                (
                    "charge",
                    models.ForeignKey(
                        help_text="It draws on this.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nettings",
                        to="billing.charge",
                    ),
                ),
                (
                    "debt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="nettings", to="billing.payeedebt"
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        help_text="Where it was earned.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nettings",
                        to="billing.settlement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_cents__gt", 0), ("taken_back_cents__lte", models.F("amount_cents"))
                        ),
                        name="netting_is_positive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuedDocument",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("business_key", models.CharField(max_length=200, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "Invoice"),
                            ("statement", "Statement"),
                            ("credit_note", "Credit Note"),
                            ("receipt", "Receipt"),
                            ("period_statement", "Period Statement"),
                            ("self_billed_invoice", "Self Billed Invoice"),
                            ("agency_invoice", "Agency Invoice"),
                            ("remittance", "Remittance"),
                        ],
                        max_length=24,
                    ),
                ),
                ("number", models.CharField(max_length=40)),
                ("issuer_id", models.UUIDField()),
                ("issuer_name", models.CharField(max_length=160)),
                ("department_id", models.UUIDField(blank=True, null=True)),
                (
                    "agency_id",
                    models.UUIDField(
                        blank=True, help_text="An agency that issued it or to which it is addressed.", null=True
                    ),
                ),
                ("client_id", models.UUIDField(blank=True, null=True)),
                ("officer_id", models.UUIDField(blank=True, null=True)),
                ("job_id", models.UUIDField(blank=True, null=True)),
                ("currency", models.CharField(max_length=3)),
                ("total_cents", models.BigIntegerField()),
                ("content", models.JSONField()),
                ("pdf", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "content_sha256",
                    models.CharField(
                        blank=True, help_text="Empty for documents from before contents were hashed.", max_length=64
                    ),
                ),
                ("issued_at", models.DateTimeField()),
                (
                    "settlement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="billing.settlement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["client_id", "issued_at"], name="document_by_client"),
                    models.Index(fields=["officer_id", "issued_at"], name="document_by_officer"),
                    models.Index(fields=["department_id", "issued_at"], name="document_by_department"),
                    models.Index(fields=["agency_id", "issued_at"], name="document_by_agency"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("issuer_id", "kind", "number"), name="document_number_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="charge",
            name="settlement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extra_charges",
                to="billing.settlement",
            ),
        ),
        migrations.CreateModel(
            name="Cancellation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "cancelled_by",
                    models.CharField(
                        choices=[
                            ("client", "the client"),
                            ("department", "the department"),
                            ("weather", "the weather"),
                            ("police_necessity", "police necessity"),
                        ],
                        max_length=20,
                    ),
                ),
                ("cancelled_at", models.DateTimeField()),
                ("person_id", models.UUIDField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "rule",
                    models.JSONField(
                        blank=True, help_text="The row as the policy had it; empty when none fits.", null=True
                    ),
                ),
                (
                    "shift",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cancellation", to="marketplace.shift"
                    ),
                ),
                (
                    "settlement",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancellation",
                        to="billing.settlement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cancelled_by__in", ("client", "department", "weather", "police_necessity"))
                        ),
                        name="cancelled_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgencyPayLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency_id", models.UUIDField()),
                ("officer_id", models.UUIDField()),
                ("person_id", models.UUIDField(help_text="The officer's own: what the database lets them read.")),
                ("assignment_id", models.UUIDField()),
                ("payable_minutes", models.PositiveIntegerField()),
                ("pay_rate_cents_per_hour", models.PositiveIntegerField()),
                ("pay_code", models.CharField(blank=True, max_length=40)),
                ("pay_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("created_at", models.DateTimeField()),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agency_pay_lines",
                        to="billing.settlement",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency_id", "created_at"], name="pay_line_by_agency")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assignment_id", "pay_code"), name="one_agency_pay_line_per_pay_code"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("intended", "Intended"),
                            ("unknown", "Unknown"),
                            ("sent", "accepted by Stripe, not final"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("held", "Held"),
                            ("cancelled", "taken back before it was sent"),
                        ],
                        default="intended",
                        max_length=10,
                    ),
                ),
                ("business_key", models.CharField(max_length=200, unique=True)),
                ("idempotency_key", models.CharField(max_length=80, unique=True)),
                ("request_body", models.JSONField(default=dict)),
                ("provider_reference", models.CharField(blank=True, max_length=120)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("first_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("last_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("assignment_id", models.UUIDField(blank=True, null=True)),
                (
                    "reversed_cents",
                    models.PositiveBigIntegerField(default=0, help_text="Taken back by refund cases, done or asked."),
                ),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="billing.charge"
                    ),
                ),
                (
                    "late_charge",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where it is no part of the settlement's bill, but of a charge for paying that late.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed_on",
                        to="billing.charge",
                    ),
                ),
                (
                    "payee_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="billing.payeeaccount"
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="billing.settlement"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["intended", "unknown", "sent", "held"])),
                        fields=["due_at"],
                        name="transfer_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_cents__gt", 0)), name="transfer_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("reversed_cents__lte", models.F("amount_cents"))),
                        name="transfer_reverses_at_most_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferReversal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount_cents", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("intended", "Intended"),
                            ("unknown", "Unknown"),
                            ("sent", "accepted by Stripe, not final"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("held", "Held"),
                            ("cancelled", "taken back before it was sent"),
                        ],
                        default="intended",
                        max_length=10,
                    ),
                ),
                ("business_key", models.CharField(max_length=200, unique=True)),
                ("idempotency_key", models.CharField(max_length=80, unique=True)),
                ("request_body", models.JSONField(default=dict)),
                ("provider_reference", models.CharField(blank=True, max_length=120)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("first_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("last_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "debt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reversals", to="billing.payeedebt"
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reversals", to="billing.transfer"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["intended", "unknown", "sent", "held"])),
                        fields=["due_at"],
                        name="reversal_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_cents__gt", 0)), name="reversal_is_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("not_booked", "at Stripe, not in the books"),
                            ("not_at_stripe", "in the books, not at Stripe"),
                            ("booked_twice", "booked more than once"),
                            ("amount_differs", "another amount"),
                            ("fee_differs", "another fee"),
                            ("stripe_fee", "a fee of Stripe's own"),
                            ("adjustment", "an adjustment by Stripe"),
                            ("unknown_movement", "a movement of an unknown kind"),
                            ("no_source", "a posting that names nothing at Stripe"),
                            ("payout_failed", "a payout that the bank returned"),
                            ("payout_late", "a payout that has not arrived"),
                            ("mirror_incomplete", "Stripe's balance is another"),
                            ("unexplained", "a rest that no item explains"),
                            ("move_refused", "money that Stripe refuses to move"),
                            ("ledger_broken", "the books contradict their entries"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("explained", "Explained"), ("resolved", "Resolved")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("source", models.CharField(max_length=220)),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "compares",
                    models.BooleanField(
                        default=False, help_text="Found by comparing a source; else by a check of its own."
                    ),
                ),
                ("amount_cents", models.BigIntegerField()),
                ("stripe_cents", models.BigIntegerField(default=0)),
                ("books_cents", models.BigIntegerField(default=0)),
                ("cause", models.CharField(help_text="What probably happened, in a sentence.", max_length=400)),
                ("remedy", models.CharField(help_text="What to do about it, in a sentence.", max_length=400)),
                ("job_id", models.UUIDField(blank=True, null=True)),
                (
                    "happened_at",
                    models.DateTimeField(help_text="When the money moved or was booked: its age counts from here."),
                ),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(help_text="When it was last found to differ still.")),
                ("explanation", models.TextField(blank=True)),
                ("explained_by_person_id", models.UUIDField(blank=True, null=True)),
                ("explained_at", models.DateTimeField(blank=True, null=True)),
                ("resolution", models.CharField(blank=True, max_length=200)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "opened_on",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opened_work",
                        to="billing.reconciliationday",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "happened_at"], name="work_items_by_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "resolved"), _negated=True),
                        fields=("source", "currency"),
                        name="one_open_work_item_per_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "explained"), _negated=True),
                            models.Q(("explanation", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="explained_work_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "Proposed"), ("posted", "Posted"), ("rejected", "Rejected")],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("account_kind", models.CharField(help_text="The other side of stripe_balance.", max_length=24)),
                ("owner_id", models.UUIDField(blank=True, null=True)),
                ("amount_cents", models.BigIntegerField(help_text="Signed: above zero raises stripe_balance.")),
                ("currency", models.CharField(max_length=3)),
                ("reason", models.CharField(max_length=400)),
                ("proposed_by_person_id", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by_person_id", models.UUIDField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "work_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="billing.workitem"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents", 0), _negated=True), name="correction_is_not_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "posted"), _negated=True),
                            models.Q(
                                ("decided_by_person_id__isnull", False),
                                models.Q(("decided_by_person_id", models.F("proposed_by_person_id")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="correction_takes_two_people",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("work_item",),
                        name="one_proposed_correction_per_work_item",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceBook",
            fields=[
                ("tenant_id", models.UUIDField(primary_key=True, serialize=False)),
                ("minute_tolerance", models.PositiveSmallIntegerField(default=5)),
                ("cents_tolerance", models.PositiveIntegerField(default=0)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cents_tolerance__lte", 100000), ("minute_tolerance__lte", 120)),
                        name="tolerances_are_sane",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                (
                    "source",
                    models.CharField(
                        choices=[("agency", "the agency's own invoices"), ("officer", "officers' self-made invoices")],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("previewed", "Previewed"), ("applied", "Applied"), ("cancelled", "Cancelled")],
                        default="previewed",
                        max_length=10,
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("encoding", models.CharField(max_length=20)),
                ("sha256", models.CharField(max_length=64)),
                ("table", models.JSONField(help_text="{header, rows}: what was read, as text.")),
                ("mistakes", models.JSONField(default=list)),
                ("counts", models.JSONField(default=dict)),
                ("uploaded_at", models.DateTimeField()),
                ("uploaded_by", models.CharField(max_length=200)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "uploaded_at"], name="workspace_import_by_tenant")],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceInvoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                (
                    "source",
                    models.CharField(
                        choices=[("agency", "the agency's own invoices"), ("officer", "officers' self-made invoices")],
                        max_length=8,
                    ),
                ),
                (
                    "officer_id",
                    models.UUIDField(blank=True, help_text="Who wrote it, for an officer's own.", null=True),
                ),
                ("number", models.CharField(max_length=40)),
                ("issued_on", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("total_cents", models.PositiveBigIntegerField()),
                (
                    "imported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="billing.workspaceimport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "source", "officer_id", "number"),
                        name="workspace_invoice_number_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("officer_id", None), ("source", "agency")),
                            models.Q(("officer_id__isnull", False), ("source", "officer")),
                            _connector="OR",
                        ),
                        name="workspace_invoice_has_its_writer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceMonth",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("first_date", models.DateField()),
                (
                    "state",
                    models.CharField(choices=[("open", "Open"), ("closed", "Closed")], default="open", max_length=6),
                ),
                ("closings", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "first_date"), name="one_workspace_month"),
                    models.CheckConstraint(
                        condition=models.Q(("first_date__day", 1)), name="workspace_month_begins_on_the_first"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceClosing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("kind", models.CharField(choices=[("closed", "Closed"), ("reopened", "Reopened")], max_length=8)),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        help_text="1 for the month's first closing; a reopening has its own."
                    ),
                ),
                ("figures", models.JSONField(default=dict)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("reason", models.TextField(blank=True)),
                ("happened_at", models.DateTimeField()),
                ("person_id", models.UUIDField(blank=True, null=True)),
                ("person_name", models.CharField(blank=True, max_length=200)),
                (
                    "month",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="history", to="billing.workspacemonth"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("month", "kind", "number"), name="one_workspace_closing")
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("sequence", models.PositiveSmallIntegerField(default=0)),
                ("reference", models.CharField(max_length=24)),
                ("job_id", models.UUIDField()),
                ("job_reference", models.CharField(max_length=12)),
                ("job_title", models.CharField(max_length=120)),
                ("client_name", models.CharField(max_length=160)),
                ("shift_id", models.UUIDField()),
                ("officer_id", models.UUIDField()),
                ("officer_name", models.CharField(max_length=160)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=64)),
                ("work_date", models.DateField(help_text="The local day on which the shift begins.")),
                ("currency", models.CharField(max_length=3)),
                ("payee_mode", models.CharField(blank=True, max_length=10)),
                ("assignment_state", models.CharField(max_length=12)),
                ("awarded_at", models.DateTimeField()),
                ("awarded_by", models.CharField(max_length=80)),
                ("scheduled_minutes", models.IntegerField()),
                (
                    "clock_minutes",
                    models.IntegerField(blank=True, help_text="Between the punches, within the shift.", null=True),
                ),
                (
                    "clock_verdict",
                    models.CharField(blank=True, help_text="The worse of the two punches.", max_length=8),
                ),
                ("timesheet_state", models.CharField(blank=True, max_length=10)),
                ("timesheet_decided_by", models.CharField(blank=True, max_length=20)),
                ("worked_minutes", models.IntegerField(blank=True, null=True)),
                (
                    "billable_minutes",
                    models.IntegerField(blank=True, help_text="Of the approved timesheet.", null=True),
                ),
                ("billed_minutes", models.IntegerField(blank=True, help_text="Of the invoice's line.", null=True)),
                (
                    "invoice_cents",
                    models.BigIntegerField(blank=True, help_text="This officer's lines, tax included.", null=True),
                ),
                (
                    "shared_cents",
                    models.BigIntegerField(
                        blank=True,
                        help_text="This assignment's part of vehicles, fees and the service fee, tax included.",
                        null=True,
                    ),
                ),
                ("invoice_number", models.CharField(blank=True, max_length=40)),
                ("pay_cents", models.BigIntegerField(blank=True, help_text="What the officer earned.", null=True)),
                (
                    "due_cents",
                    models.BigIntegerField(
                        blank=True, help_text="What the payee is to get through the platform.", null=True
                    ),
                ),
                ("paid_cents", models.BigIntegerField(blank=True, help_text="Of that, what has arrived.", null=True)),
                ("payout_state", models.CharField(blank=True, max_length=12)),
                ("own_minutes", models.IntegerField(blank=True, help_text="Of the agency's own invoice.", null=True)),
                ("own_cents", models.BigIntegerField(blank=True, null=True)),
                ("own_numbers", models.CharField(blank=True, max_length=200)),
                (
                    "claimed_minutes",
                    models.IntegerField(blank=True, help_text="Of the officer's self-made invoice.", null=True),
                ),
                ("claimed_cents", models.BigIntegerField(blank=True, null=True)),
                ("claimed_numbers", models.CharField(blank=True, max_length=200)),
                (
                    "automatic_state",
                    models.CharField(
                        choices=[
                            ("matched", "Matched"),
                            ("differs", "Differs"),
                            ("open", "Open"),
                            ("explained", "Explained"),
                            ("split", "Split"),
                            ("disputed", "Disputed"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("matched", "Matched"),
                            ("differs", "Differs"),
                            ("open", "Open"),
                            ("explained", "Explained"),
                            ("split", "Split"),
                            ("disputed", "Disputed"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "difference_kind",
                    models.CharField(blank=True, help_text="The first of them, or what is missing.", max_length=24),
                ),
                ("difference_minutes", models.IntegerField(default=0)),
                ("difference_cents", models.BigIntegerField(default=0)),
                ("differences", models.JSONField(default=list)),
                ("reason", models.CharField(max_length=600)),
                ("facts_sha256", models.CharField(max_length=64)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "nobody has decided"),
                            ("accepted", "Accepted"),
                            ("explained", "Explained"),
                            ("split", "Split"),
                            ("disputed", "Disputed"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by_person_id", models.UUIDField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                ("decision_note", models.CharField(blank=True, max_length=1000)),
                ("updated_at", models.DateTimeField()),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workspace_rows",
                        to="marketplace.assignment",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="billing.workspacerow",
                    ),
                ),
                (
                    "month",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="billing.workspacemonth"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["month", "starts_at", "id"], name="workspace_by_day"),
                    models.Index(fields=["month", "state", "starts_at", "id"], name="workspace_by_state"),
                    models.Index(fields=["tenant_id", "shift_id"], name="workspace_by_shift"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "assignment", "sequence"), name="one_workspace_row"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects", None), ("sequence", 0)),
                            models.Q(("corrects__isnull", False), ("sequence__gt", 0)),
                            _connector="OR",
                        ),
                        name="corrections_say_what_they_correct",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkspacePart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("number", models.PositiveSmallIntegerField()),
                ("minutes", models.IntegerField()),
                ("cents", models.BigIntegerField()),
                ("note", models.CharField(max_length=300)),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="billing.workspacerow"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("row", "number"), name="workspace_part_once")],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("text", models.CharField(max_length=2000)),
                ("written_at", models.DateTimeField()),
                ("person_id", models.UUIDField(blank=True, null=True)),
                ("person_name", models.CharField(max_length=200)),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="billing.workspacerow"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["row", "written_at"], name="workspace_note_by_row")],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceInvoiceLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("file_row", models.PositiveIntegerField()),
                ("minutes", models.PositiveIntegerField(blank=True, null=True)),
                ("cents", models.PositiveBigIntegerField()),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="marketplace.assignment"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="billing.workspaceinvoice"
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="billing.workspacerow",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "assignment"], name="workspace_line_by_work")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("invoice", "assignment"), name="one_line_of_an_invoice_per_assignment"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="YearFiling",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "tenant_id",
                    models.UUIDField(blank=True, help_text="The department; empty for the platform's own.", null=True),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("country", models.CharField(max_length=2)),
                ("rows", models.JSONField(help_text="billing.years.totals.YearTotal as JSON.")),
                ("filed_at", models.DateTimeField()),
                ("filed_by_person_id", models.UUIDField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "country", "year"], name="filing_by_tenant")],
            },
        ),
        migrations.CreateModel(
            name="AgencyOfferVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("agency_id", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("revision_number", models.PositiveIntegerField(help_text="Of the request that it prices.")),
                (
                    "terms",
                    models.JSONField(
                        help_text="billing.agencies.pricing.OfferTerms as JSON: bill and pay rates, extras, tax."
                    ),
                ),
                ("policy", models.JSONField(help_text="The department's rules with the agency's rate card in them.")),
                ("policy_version", models.PositiveIntegerField()),
                ("policy_sha256", models.CharField(max_length=64)),
                ("prices", models.JSONField()),
                ("currency", models.CharField(max_length=3)),
                ("net_cents", models.PositiveBigIntegerField()),
                ("tax_cents", models.PositiveBigIntegerField()),
                ("total_cents", models.PositiveBigIntegerField()),
                ("valid_until", models.DateTimeField()),
                ("message", models.TextField(blank=True)),
                ("made_by_person_id", models.UUIDField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="billing.agencyoffer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("offer", "number"), name="offer_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total_cents",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net_cents"), "+", models.F("tax_cents")
                                ),
                            )
                        ),
                        name="offer_adds_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientCredit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kernel.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("department_id", models.UUIDField()),
                ("currency", models.CharField(max_length=3)),
                ("limit_cents", models.PositiveBigIntegerField(default=0)),
                ("days_until_due", models.PositiveSmallIntegerField(default=30)),
                ("card_on_file", models.BooleanField(default=False)),
                ("reason", models.TextField()),
                ("granted_by_person_id", models.UUIDField()),
                ("granted_at", models.DateTimeField()),
                ("suspended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credits", to="marketplace.client"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("department_id"),
                        models.OrderBy(models.F("granted_at"), descending=True),
                        name="credit_by_department",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("client", "department_id"), name="one_credit_per_department"),
                    models.CheckConstraint(
                        condition=models.Q(("days_until_due__gte", 1), ("days_until_due__lte", 90)),
                        name="credit_days_sane",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="refundshare",
            constraint=models.UniqueConstraint(
                fields=("case", "settlement", "owner_kind", "owner_id", "assignment_id"),
                name="one_refund_share_per_part",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="refundshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gt", 0), ("unsent_cents__lte", models.F("amount_cents"))),
                name="refund_share_adds_up",
            ),
        ),
        migrations.AddIndex(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("state__in", ["intended", "unknown", "open"])), fields=["due_at"], name="charge_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(condition=models.Q(("amount_cents__gt", 0)), name="charge_is_positive"),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_cents__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("refunded_cents"), "+", models.F("transferred_cents")
                            ),
                            "-",
                            models.F("covered_cents"),
                        ),
                    ),
                    ("refunded_cents__gte", models.F("covered_cents")),
                ),
                name="charge_is_never_overdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_cents__gte", models.F("refunded_cents")),
                    ("amount_cents__gte", models.F("transferred_cents")),
                ),
                name="charge_gives_at_most_what_it_is",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "checkout"), ("state__in", ["intended", "open"])),
                fields=("contract",),
                name="one_open_checkout_per_contract",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(fields=("late_of", "late_after_days"), name="late_once_per_term"),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("late_after_days", None), ("late_of", None), ("passed_on_at", None)),
                    models.Q(
                        ("kind", "invoice"),
                        ("late_after_days__isnull", False),
                        ("late_of__isnull", False),
                        ("settlement", None),
                    ),
                    _connector="OR",
                ),
                name="late_charge_says_for_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settlement__isnull", False)),
                fields=("settlement", "kind"),
                name="one_charge_of_a_kind_per_settlement",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("shift__isnull", False)), fields=("shift",), name="one_hold_per_shift"
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recovered_cents", 0),
                    models.Q(("recovered_cents__lte", models.F("amount_cents")), ("written_off_at__isnull", False)),
                    _connector="OR",
                ),
                name="charge_recovers_what_was_written_off",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("authorised_cents", None), ("amount_cents__lte", models.F("authorised_cents")), _connector="OR"
                ),
                name="hold_takes_at_most_what_is_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("intent_reference", ""), _negated=True),
                fields=("intent_reference",),
                name="one_charge_per_payment_intent",
            ),
        ),
    ]
