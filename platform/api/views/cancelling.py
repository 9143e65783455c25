"""Cancelling dates or jobs that are agreed: the offer first, then the word that takes it."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import operation
from api.serializers.cancelling import (
    CancellationIn,
    CancellationOut,
    CancellationQuery,
    DeskCancellationIn,
    DeskCancellationQuery,
)
from api.views.desk_jobs import DeskJobEndpoint
from api.views.jobs import JobEndpoint
from billing.giving_back import cancelling


class JobCancellation(JobEndpoint):
    @operation("jobs_cancellation_read", tag="jobs", query=CancellationQuery, answers=CancellationOut)
    def get(self, request: Request, job_id: UUID) -> Response:
        """What it would cost now, by the row of the contract's policy that fits."""
        asked = self.asked(CancellationQuery)
        offer = cancelling.quote_cancellation(
            job=self.job(job_id), shift_ids=_dates(asked), cancelled_by=cancelling.CLIENT, at=self.at
        )
        return self.answer(CancellationOut, offer)

    @operation("jobs_cancel", tag="jobs", asks=CancellationIn, answers=CancellationOut)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Cancel for what the offer said; what was paid beyond it is refunded."""
        job, asked = self.job(job_id), self.parsed(CancellationIn)
        offer = cancelling.cancel(
            job=job,
            shift_ids=_dates(asked),
            cancelled_by=cancelling.CLIENT,
            reason=asked["reason"],
            expected_cents=asked["expected_cents"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(CancellationOut, offer)


class DeskCancellation(DeskJobEndpoint):
    @operation("desk_jobs_cancellation_read", tag="desk", query=DeskCancellationQuery, answers=CancellationOut)
    def get(self, request: Request, job_id: UUID) -> Response:
        """What it would cost the client now, by who decides it."""
        asked = self.asked(DeskCancellationQuery)
        offer = cancelling.quote_cancellation(
            job=self.job(job_id), shift_ids=_dates(asked), cancelled_by=asked["cancelled_by"], at=self.at
        )
        return self.answer(CancellationOut, offer)

    @operation("desk_jobs_cancel", tag="desk", asks=DeskCancellationIn, answers=CancellationOut)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Cancel with a reason, which the client and the officers read."""
        job, asked = self.job(job_id), self.parsed(DeskCancellationIn)
        offer = cancelling.cancel(
            job=job,
            shift_ids=_dates(asked),
            cancelled_by=asked["cancelled_by"],
            reason=asked["reason"],
            expected_cents=asked["expected_cents"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(CancellationOut, offer)


def _dates(asked: dict[str, Any]) -> list[UUID] | None:
    return [asked["shift_id"]] if "shift_id" in asked else None
