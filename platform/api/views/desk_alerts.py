"""Alerts at the desk: what is open, who looks after it, and the word that somebody did not come."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, operation
from api.serializers.alerts import AlertOut
from api.serializers.jobs import ReasonIn
from marketplace import alerts, no_shows
from marketplace.looked_after import with_who_looks_after


class Alerts(DeskEndpoint):
    @operation("desk_alerts_list", tag="desk hours", answers=AlertOut(many=True))
    def get(self, request: Request) -> Response:
        """What is open: those that nobody looks after first, then the newest. At most 500."""
        found = alerts.open_alerts(department_id=self.department_id)
        return self.answer(AlertOut, with_who_looks_after(found, reader=self.department), many=True)


class AlertEndpoint(DeskEndpoint):
    throttle_classes = WRITES
    roles = desk_roles.DECIDERS

    def answer_alert(self, alert_id: UUID) -> Response:
        found = alerts.alert_for(alert_id=alert_id, department_id=self.department_id)
        (shown,) = with_who_looks_after([found], reader=self.department)
        return self.answer(AlertOut, shown)


class AlertById(AlertEndpoint):
    @operation("desk_alerts_read", tag="desk hours", answers=AlertOut)
    def get(self, request: Request, alert_id: UUID) -> Response:
        """One alert, open or over."""
        return self.answer_alert(alert_id)


class AlertAcknowledgement(AlertEndpoint):
    @operation("desk_alerts_acknowledge", tag="desk hours", answers=AlertOut)
    def post(self, request: Request, alert_id: UUID) -> Response:
        """Look after it: nobody else is told any more. A second person's word changes nothing."""
        alerts.acknowledge(alert_id=alert_id, department_id=self.department_id, actor=self.actor, at=self.at)
        return self.answer_alert(alert_id)


class AlertNoShow(AlertEndpoint):
    roles = desk_roles.ON_THE_DAY

    @operation("desk_alerts_no_show", tag="desk hours", asks=ReasonIn, answers=AlertOut)
    def post(self, request: Request, alert_id: UUID) -> Response:
        """Say that the officer did not come, from the policy's minutes on. They read the reason."""
        found = alerts.alert_for(alert_id=alert_id, department_id=self.department_id)
        no_shows.declare_no_show(
            department_id=self.department_id,
            assignment_id=alerts.expected_in(found).id,
            reason=self.parsed(ReasonIn)["reason"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer_alert(alert_id)
