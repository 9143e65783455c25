"""The agency that supplies a job: what wants a person there now, and the job's thread."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, AgencyEndpoint, operation
from api.serializers.alerts import AlertOut
from api.serializers.threads import MessageIn, MessageOut
from api.views.threads import Thread
from marketplace import alerts
from marketplace.job_seats import Seat, agency_seat
from marketplace.looked_after import with_who_looks_after


class AgencyAlerts(AgencyEndpoint):
    @operation("agency_alerts_list", tag="agency", answers=AlertOut(many=True))
    def get(self, request: Request) -> Response:
        """What is open on jobs that the agency supplies: those that nobody looks after first. At most 500."""
        found = alerts.open_alerts(agency_id=self.agency.id)
        return self.answer(AlertOut, with_who_looks_after(found, reader=self.agency), many=True)


class AgencyAlertEndpoint(AgencyEndpoint):
    throttle_classes = WRITES

    def answer_alert(self, alert_id: UUID) -> Response:
        found = alerts.alert_for(alert_id=alert_id, agency_id=self.agency.id)
        (shown,) = with_who_looks_after([found], reader=self.agency)
        return self.answer(AlertOut, shown)


class AgencyAlert(AgencyAlertEndpoint):
    @operation("agency_alerts_read", tag="agency", answers=AlertOut)
    def get(self, request: Request, alert_id: UUID) -> Response:
        """One alert, open or over."""
        return self.answer_alert(alert_id)


class AgencyAlertAcknowledgement(AgencyAlertEndpoint):
    @operation("agency_alerts_acknowledge", tag="agency", answers=AlertOut)
    def post(self, request: Request, alert_id: UUID) -> Response:
        """Look after it: nobody else is told any more, the department neither."""
        alerts.acknowledge(alert_id=alert_id, agency_id=self.agency.id, actor=self.actor, at=self.at)
        return self.answer_alert(alert_id)


class AgencyJobMessages(Thread, AgencyEndpoint):
    def seat(self, job_id: UUID) -> Seat:
        return agency_seat(agency_id=self.agency.id, person=self.person, job_id=job_id, at=self.at)

    @operation("agency_jobs_messages", tag="agency", answers=MessageOut(many=True))
    def get(self, request: Request, job_id: UUID) -> Response:
        """What the parties of a job that the agency supplies wrote, the newest first. It counts as read now."""
        return self.answer_messages(self.seat(job_id))

    @operation(
        "agency_jobs_write", tag="agency", asks=MessageIn, answers=MessageOut, status=201, also={200: MessageOut}
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """Write to everybody on the job. The same `message_id` again answers 200 with what was stored."""
        return self.answer_written(self.seat(job_id))
