"""The client's side: ask, change, take back, accept, pay, approve hours, rate."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, Endpoint, Pages, operation
from api.filters import JobFilter, TimesheetFilter
from api.jobs_in_full import in_full, ratings_of
from api.serializers.hours import TimesheetOut
from api.serializers.jobs import (
    ChangeIn,
    ChargeOut,
    CheckoutIn,
    ClientMoneyOut,
    ContractOut,
    JobIn,
    JobOut,
    OptionalReasonIn,
    ReasonIn,
    RevisionOut,
)
from api.serializers.ratings import RatingIn, RatingOut
from api.throttles import Payments
from billing.agreeing import contracts
from billing.books import money
from billing.receiving import checkout
from marketplace import access, drafts, posting, queries, timesheets
from marketplace.models import Job, Timesheet
from ratings.rating import rate_officer


class JobEndpoint(Endpoint):
    throttle_classes = WRITES

    def job(self, job_id: UUID) -> Job:
        return access.job_for_client(person=self.person, job_id=job_id)

    def answer_job(self, job: Job, *, status: int = 200) -> Response:
        job = in_full(job)
        return Response(JobOut(job, context={"ratings": ratings_of(job)}).data, status=status)


class Jobs(JobEndpoint, Pages):
    queryset = Job.objects.none()
    filterset_class = JobFilter
    serializer_class = JobOut

    @operation("jobs_list", tag="jobs", answers=JobOut(many=True))
    def get(self, request: Request) -> Response:
        """Requests of every client that the caller acts for, the newest first."""
        return self.page(queries.with_shifts(queries.jobs_for_client(self.person)), JobOut)

    @operation("jobs_create", tag="jobs", asks=JobIn, answers=JobOut, status=201)
    def post(self, request: Request) -> Response:
        """Ask the department that governs the venue for officers. The same draft sent twice is one job."""
        asked = self.parsed(JobIn)
        draft = drafts.draft_by_key(asked["draft_key"]) if "draft_key" in asked else None
        terms = asked["terms"]["job_terms"] if "terms" in asked else drafts.terms_from_answers(draft.answers)  # type: ignore[union-attr]
        job = posting.submit_job(
            client=access.client_for_person(person=self.person, client_id=asked.get("client_id")),
            terms=terms,
            draft_id=draft.id if draft is not None else None,
            department_id=self.portal_department_id,
            actor=self.actor,
            at=self.at,
        )
        return self.answer_job(self.job(job.id), status=201)


class JobById(JobEndpoint):
    @operation("jobs_read", tag="jobs", answers=JobOut)
    def get(self, request: Request, job_id: UUID) -> Response:
        return self.answer_job(self.job(job_id))


class JobChanges(JobEndpoint):
    @operation("jobs_change", tag="jobs", asks=ChangeIn, answers=RevisionOut, status=201)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Change a request: at once before approval, afterwards by a new contract version to accept."""
        job, asked = self.job(job_id), self.parsed(ChangeIn)
        revision = posting.propose_change(
            job=job, terms=asked["terms"]["job_terms"], reason=asked["reason"], actor=self.actor, at=self.at
        )
        return self.answer(RevisionOut, revision, status=201)


class JobWithdrawal(JobEndpoint):
    @operation("jobs_withdraw", tag="jobs", asks=OptionalReasonIn, answers=JobOut)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Take back a request that nobody has paid for."""
        job, asked = self.job(job_id), self.parsed(OptionalReasonIn)
        return self.answer_job(posting.withdraw_job(job=job, reason=asked["reason"], actor=self.actor, at=self.at))


class JobContracts(JobEndpoint):
    @operation("jobs_contracts", tag="contracts", answers=ContractOut(many=True))
    def get(self, request: Request, job_id: UUID) -> Response:
        """All versions, the newest first."""
        return self.answer(ContractOut, contracts.contracts_of_job(job_id=self.job(job_id).id), many=True)


class JobMoney(JobEndpoint):
    @operation("jobs_money", tag="contracts", answers=ClientMoneyOut)
    def get(self, request: Request, job_id: UUID) -> Response:
        """What was paid, refunded, and is still due."""
        job = self.job(job_id)
        held = money.job_money(job.id)
        return self.answer(
            ClientMoneyOut,
            {
                **{name: getattr(held, name) for name in ("currency", "captured_cents", "refunded_cents")},
                **{name: getattr(held, name) for name in ("unbilled_cents", "receivable_cents")},
                "due_cents": money.due_of_job(job.id),
            },
        )


class ContractById(Endpoint):
    @operation("contracts_read", tag="contracts", answers=ContractOut)
    def get(self, request: Request, contract_id: UUID) -> Response:
        contract = contracts.contract_for_client(person=self.person, contract_id=contract_id)
        return self.answer(ContractOut, contract)


class ContractAcceptance(Endpoint):
    throttle_classes = WRITES

    @operation("contracts_accept", tag="contracts", answers=ContractOut)
    def post(self, request: Request, contract_id: UUID) -> Response:
        """Agree to the terms and the price. The version before is superseded."""
        contract = contracts.accept_contract(
            contract_id=contract_id,
            person=self.person,
            actor=self.actor,
            at=self.at,
        )
        return self.answer(ContractOut, contract)


class ContractCheckout(Endpoint):
    throttle_classes = [Payments]

    @operation("contracts_checkout", tag="contracts", asks=CheckoutIn, answers=ChargeOut)
    def post(self, request: Request, contract_id: UUID) -> Response:
        """The payment page for what the accepted contract still needs. Asked again, the open page is answered."""
        asked = self.parsed(CheckoutIn)
        contract = contracts.contract_for_client(person=self.person, contract_id=contract_id)
        charge = checkout.start_checkout(contract_id=contract.id, actor=self.actor, at=self.at, **asked)
        return self.answer(ChargeOut, charge)


class Timesheets(Endpoint, Pages):
    queryset = Timesheet.objects.none()
    filterset_class = TimesheetFilter
    serializer_class = TimesheetOut

    @operation("timesheets_list", tag="hours", answers=TimesheetOut(many=True))
    def get(self, request: Request) -> Response:
        """Hours worked for the caller's clients, the newest first."""
        return self.page(queries.timesheets_for_client(self.person), TimesheetOut)


class TimesheetEndpoint(Endpoint):
    throttle_classes = WRITES

    def answer_timesheet(self, timesheet_id: UUID) -> Response:
        found = access.timesheet_for_client(person=self.person, timesheet_id=timesheet_id)
        return self.answer(TimesheetOut, found)


class TimesheetById(TimesheetEndpoint):
    @operation("timesheets_read", tag="hours", answers=TimesheetOut)
    def get(self, request: Request, timesheet_id: UUID) -> Response:
        return self.answer_timesheet(timesheet_id)


class TimesheetApproval(TimesheetEndpoint):
    @operation("timesheets_approve", tag="hours", answers=TimesheetOut)
    def post(self, request: Request, timesheet_id: UUID) -> Response:
        found = access.timesheet_for_client(person=self.person, timesheet_id=timesheet_id)
        timesheets.approve_timesheet(timesheet_id=found.id, by=timesheets.CLIENT, actor=self.actor, at=self.at)
        return self.answer_timesheet(timesheet_id)


class TimesheetDispute(TimesheetEndpoint):
    @operation("timesheets_dispute", tag="hours", asks=ReasonIn, answers=TimesheetOut)
    def post(self, request: Request, timesheet_id: UUID) -> Response:
        """Say what is wrong. The timer stops; the coordinator resolves it."""
        found = access.timesheet_for_client(person=self.person, timesheet_id=timesheet_id)
        timesheets.dispute_timesheet(
            timesheet_id=found.id, reason=self.parsed(ReasonIn)["reason"], actor=self.actor, at=self.at
        )
        return self.answer_timesheet(timesheet_id)


class AssignmentRating(Endpoint):
    throttle_classes = WRITES

    @operation("assignments_rate", tag="ratings", asks=RatingIn, answers=RatingOut, status=201)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Rate an officer's finished work, once, for the client."""
        assignment = access.assignment_for_client(person=self.person, assignment_id=assignment_id)
        rating = rate_officer(
            assignment_id=assignment.id,
            rater_kind="client",
            client_id=assignment.shift.job.client_id,
            actor=self.actor,
            at=self.at,
            **self.parsed(RatingIn),
        )
        return self.answer(RatingOut, rating, status=201)
