"""The desk and its requests: find, decide, enter for a caller, block; the money and the awards of a job."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, DeskMoneyEndpoint, Pages, operation
from api.filters import ShiftFilter
from api.jobs_in_full import in_full, ratings_of
from api.serializers.desk import DashboardOut, JobsQuery
from api.serializers.jobs import (
    AwardOut,
    AwardSnapshotOut,
    BlockOut,
    CallerJobIn,
    ContractOut,
    JobOut,
    MoneyOut,
    NoteIn,
    ReasonIn,
    ShiftOut,
)
from billing.agreeing import contracts
from billing.books import money
from marketplace import access, approving, clients, queries
from marketplace.awarding import replay_award
from marketplace.callers import submit_for_caller
from marketplace.models import Award, Job, Shift
from ratings.summaries import summary_of


class Dashboard(DeskEndpoint):
    @operation("desk_dashboard", tag="desk", answers=DashboardOut)
    def get(self, request: Request) -> Response:
        """The day in numbers, and the shifts of the next seven days."""
        return self.answer(DashboardOut, queries.coordinator_dashboard(self.department_id, self.at))


class DeskJobEndpoint(DeskEndpoint):
    throttle_classes = WRITES

    def job(self, job_id: UUID) -> Job:
        return access.job_for_department(department_id=self.department_id, job_id=job_id)

    def answer_job(self, job: Job, *, status: int = 200) -> Response:
        job = in_full(job)
        return Response(JobOut(job, context={"ratings": ratings_of(job)}).data, status=status)


class DeskJobs(DeskJobEndpoint, Pages):
    queryset = Job.objects.none()
    serializer_class = JobOut

    @operation("desk_jobs_list", tag="desk", query=JobsQuery, answers=JobOut(many=True))
    def get(self, request: Request) -> Response:
        """Search over all requests, the newest first."""
        return self.page(
            queries.with_shifts(queries.jobs_for_department(self.department_id, **self.asked(JobsQuery))), JobOut
        )

    @operation("desk_jobs_create", tag="desk", asks=CallerJobIn, answers=JobOut, status=201)
    def post(self, request: Request) -> Response:
        """Enter a request for a caller, who gets a letter to claim it."""
        asked = self.parsed(CallerJobIn)
        job = submit_for_caller(
            department_id=self.department_id,
            terms=asked["terms"]["job_terms"],
            actor=self.actor,
            at=self.at,
            **asked["caller"],
        )
        return self.answer_job(job, status=201)


class DeskJob(DeskJobEndpoint):
    @operation("desk_jobs_read", tag="desk", answers=JobOut)
    def get(self, request: Request, job_id: UUID) -> Response:
        return self.answer_job(self.job(job_id))


class DeskApproval(DeskJobEndpoint):
    # A rule of the policy can ask for a supervisor or a commander; the domain says whose word this request takes.
    roles = desk_roles.DECIDERS

    @operation("desk_jobs_approve", tag="desk", asks=NoteIn, answers=JobOut)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Approve; a contract goes to the client. Whoever decides second is told who decided first."""
        asked = self.parsed(NoteIn)
        job = approving.approve_job(
            job_id=job_id,
            department_id=self.department_id,
            note=asked["note"],
            roles=self.membership.roles if self.membership is not None else (),
            actor=self.actor,
            at=self.at,
        )
        return self.answer_job(job)


class DeskRejection(DeskJobEndpoint):
    @operation("desk_jobs_reject", tag="desk", asks=ReasonIn, answers=JobOut)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Reject with a reason, which the client reads."""
        asked = self.parsed(ReasonIn)
        job = approving.reject_job(
            job_id=job_id, department_id=self.department_id, reason=asked["reason"], actor=self.actor, at=self.at
        )
        return self.answer_job(job)


class DeskJobContracts(DeskJobEndpoint):
    @operation("desk_jobs_contracts", tag="desk", answers=ContractOut(many=True))
    def get(self, request: Request, job_id: UUID) -> Response:
        """All versions, the newest first."""
        return self.answer(ContractOut, contracts.contracts_of_job(job_id=self.job(job_id).id), many=True)


class DeskJobMoney(DeskMoneyEndpoint):
    @operation("desk_jobs_money", tag="desk", answers=MoneyOut)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Where the job's money is, from payments and ledger, and whether they agree."""
        return self.answer(
            MoneyOut, money.job_money(access.job_for_department(department_id=self.department_id, job_id=job_id).id)
        )


class DeskShifts(DeskEndpoint, Pages):
    queryset = Shift.objects.none()
    filterset_class = ShiftFilter
    serializer_class = ShiftOut

    @operation("desk_shifts_list", tag="desk", answers=ShiftOut(many=True))
    def get(self, request: Request) -> Response:
        return self.page(
            queries.with_people(Shift.objects.filter(governing_department_id=self.department_id)), ShiftOut
        )


class DeskShift(DeskEndpoint):
    @operation("desk_shifts_read", tag="desk", answers=ShiftOut)
    def get(self, request: Request, shift_id: UUID) -> Response:
        shift = access.shift_for_department(department_id=self.department_id, shift_id=shift_id)
        shift = queries.with_people(Shift.objects.filter(id=shift.id)).get()
        ratings = summary_of({assignment.officer_id for assignment in shift.live_assignments})  # type: ignore[attr-defined]
        return Response(ShiftOut(shift, context={"ratings": ratings}).data)


class DeskShiftAwards(DeskEndpoint):
    @operation("desk_shifts_awards", tag="desk", answers=AwardOut(many=True))
    def get(self, request: Request, shift_id: UUID) -> Response:
        """Decisions on the shift's bids, the newest first."""
        shift = access.shift_for_department(department_id=self.department_id, shift_id=shift_id)
        return self.answer(AwardOut, Award.objects.filter(shift=shift).defer("snapshot").order_by("-id"), many=True)


class DeskAward(DeskEndpoint):
    @operation("desk_awards_read", tag="desk", answers=AwardSnapshotOut)
    def get(self, request: Request, award_id: UUID) -> Response:
        """The facts, order, draw and outcome as they were, and whether they replay."""
        award = access.award_for_department(department_id=self.department_id, award_id=award_id)
        award.replays = replay_award(award=award)  # type: ignore[attr-defined]
        return self.answer(AwardSnapshotOut, award)


class Blocks(DeskEndpoint):
    @operation("desk_blocks_list", tag="desk", answers=BlockOut(many=True))
    def get(self, request: Request) -> Response:
        """Clients of whom the department takes no requests at the moment."""
        return self.answer(BlockOut, queries.blocks_of_department(self.department_id), many=True)


class ClientBlocking(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_clients_block", tag="desk", asks=ReasonIn, answers=BlockOut, status=201)
    def post(self, request: Request, client_id: UUID) -> Response:
        """Take no more requests from a client. What is agreed already goes on."""
        block = clients.block_client(
            client_id=client_id,
            department_id=self.department_id,
            reason=self.parsed(ReasonIn)["reason"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(BlockOut, block, status=201)

    @operation("desk_clients_unblock", tag="desk", answers=BlockOut)
    def delete(self, request: Request, client_id: UUID) -> Response:
        block = clients.lift_block(client_id=client_id, department_id=self.department_id, actor=self.actor, at=self.at)
        return self.answer(BlockOut, block)
