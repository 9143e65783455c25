"""Who is on site now, to each side what its page shows: the client's job, the agency's job, the desk's job and day."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import AgencyEndpoint, DeskEndpoint, Endpoint, operation
from api.serializers.boards import DayOut, DeskShiftOnSiteOut, NearLimitOut, ShiftOnSiteOut, SuppliedShiftOnSiteOut
from marketplace import access, oversight
from marketplace.agency_jobs import job_of_agency
from marketplace.boards import board_of_job
from marketplace.job_boards import seen_by_agency, seen_by_client


class JobOnSite(Endpoint):
    @operation("jobs_on_site", tag="jobs", answers=ShiftOnSiteOut(many=True))
    def get(self, request: Request, job_id: UUID) -> Response:
        """Who is on site, from two hours before a shift on. Nobody who was only offered a place is named."""
        job, at = access.job_for_client(person=self.person, job_id=job_id), self.at
        return self.answer(ShiftOnSiteOut, seen_by_client(board_of_job(job_id=job.id, at=at), at=at), many=True)


class AgencyJobOnSite(AgencyEndpoint):
    @operation("agency_jobs_on_site", tag="agency", answers=SuppliedShiftOnSiteOut(many=True))
    def get(self, request: Request, job_id: UUID) -> Response:
        """Who is on site of a job that the agency supplies, from two hours before a shift on."""
        job, at = job_of_agency(agency_id=self.agency.id, job_id=job_id), self.at
        return self.answer(SuppliedShiftOnSiteOut, seen_by_agency(board_of_job(job_id=job.id, at=at), at=at), many=True)


class DeskJobOnSite(DeskEndpoint):
    @operation("desk_jobs_on_site", tag="desk", answers=DeskShiftOnSiteOut(many=True))
    def get(self, request: Request, job_id: UUID) -> Response:
        """Who is on site of one job: its shifts from a day before until half a day after, at most twelve."""
        job = access.job_for_department(department_id=self.department_id, job_id=job_id)
        return self.answer(DeskShiftOnSiteOut, board_of_job(job_id=job.id, at=self.at), many=True)


class DeskOnSite(DeskEndpoint):
    @operation("desk_on_site", tag="desk", answers=DayOut)
    def get(self, request: Request) -> Response:
        """The console's day: every shift that runs at some time of it, and where everybody stands."""
        day = oversight.today(department_id=self.department_id, time_zone=self.department.time_zone, at=self.at)
        return self.answer(DayOut, day)


class NearLimits(DeskEndpoint):
    @operation("desk_near_limits", tag="desk", answers=NearLimitOut(many=True))
    def get(self, request: Request) -> Response:
        """Own officers who work today or tomorrow and have at most four hours left afterwards, the nearest first."""
        found = oversight.near_limits(department_id=self.department_id, time_zone=self.department.time_zone, at=self.at)
        return self.answer(NearLimitOut, found, many=True)
