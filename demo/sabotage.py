"""Ways to do harm, each of which the checker must find: a ledger's leg, an outbox row, a refund, a total on paper."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import psycopg2
from pypdf import PdfWriter
from pypdf.generic import NameObject, StreamObject

from demo.play import Interruption, superuser_url
from demo.stage import Stage
from embedded.errors import ServerDidNotStart
from embedded.stack import Stack

BID_DECISION = "notifications.officer.tell_bid_decision"
TOTAL = re.compile(rb"\(Total\) Tj.*?\d(\d)\) Tj", re.DOTALL)


def _nothing(_: object) -> None:
    return None


@dataclass(frozen=True)
class Harm:
    """What is done when."""

    before: Interruption | None = None
    after_play: Callable[[Stack], None] = _nothing
    after_collection: Callable[[Path], None] = _nothing


def chosen(kind: str | None) -> Harm:
    return KINDS[kind] if kind else Harm()


def alter_ledger_leg(running: Stack, *, by_cents: int = -1) -> None:
    """One cent less on a transfer's leg, past every guard, as only the owner of the server can."""
    _as_superuser(
        running,
        f"""
        UPDATE billing_ledgerentry SET amount_cents = amount_cents + {by_cents} WHERE id = (
            SELECT e.id FROM billing_ledgerentry e JOIN billing_ledgertransaction t ON t.id = e.transaction_id
            WHERE t.kind = 'transfer' AND e.direction = 'debit' ORDER BY t.happened_at, e.id LIMIT 1)
        """,
    )


def lose_outbox_row(act: str, _: Stage, running: Stack) -> None:
    """The next delivery that would tell a bidder is lost: its row vanishes in the moment that it is written."""
    if act != "look_and_bid":
        return
    _as_superuser(
        running,
        f"""
        CREATE FUNCTION public.lose_one() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = public AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM pg_class WHERE relname = 'lost_one') THEN RETURN NEW; END IF;
            CREATE TABLE public.lost_one ();
            RETURN NULL;
        END $$;
        CREATE TRIGGER lose_one BEFORE INSERT ON public.kernel_outboxdelivery FOR EACH ROW
            WHEN (NEW.handler = '{BID_DECISION}') EXECUTE FUNCTION public.lose_one();
        """,
    )


def delete_outbox_row(running: Stack) -> None:
    """A delivery's row is gone after the fact, as a clumsy clean-up would leave it."""
    _as_superuser(
        running,
        """
        DELETE FROM kernel_outboxdelivery WHERE id = (
            SELECT id FROM kernel_outboxdelivery WHERE handler = 'billing.bills.settling.on_shift_finished' LIMIT 1)
        """,
    )


def change_pdf_total(folder: Path) -> None:
    """The last amount of the first invoice becomes another, inside the compressed page."""
    file = sorted((folder / "documents").glob("*INV*"))[0]
    file.write_bytes(with_another_total(file.read_bytes()))


def with_another_total(pdf: bytes) -> bytes:
    """The same page with another last digit in the amount beside "Total"."""
    writer = PdfWriter(clone_from=BytesIO(pdf))
    page = writer.pages[-1]
    contents = page.get_contents()
    if contents is None:
        raise ValueError("The PDF's last page is empty.")
    found = TOTAL.search(contents.get_data())
    if found is None:
        raise ValueError("The PDF's last page shows no total.")
    data = bytearray(contents.get_data())
    data[found.start(1)] = ord(b"0") + (data[found.start(1)] - ord(b"0") + 1) % 10
    stream = StreamObject()
    stream.set_data(bytes(data))
    page[NameObject("/Contents")] = stream
    changed = BytesIO()
    writer.write(changed)
    return changed.getvalue()


def change_cancellation_refund(folder: Path) -> None:
    """The provider gave a cent less back for the cancelled job than the policy leaves to the client."""
    bookings = json.loads((folder / "asked.json").read_text())["bookings"]
    job_id = next(job["job"]["id"] for job in bookings if job["turn"] == "cancelled late")
    lines = []
    for text in (folder / "requests.jsonl").read_text().splitlines():
        line = json.loads(text)
        if line["path"] == "/v1/refunds" and line["method"] == "POST":
            line["response"]["amount"] -= line["response"]["metadata"]["job_id"] == job_id
        lines.append(json.dumps(line))
    (folder / "requests.jsonl").write_text("\n".join(lines) + "\n")


def verified_ledger(running: Stack) -> list[str]:
    """What the application's own check of the ledger says."""
    try:
        running.manage("verify_ledger")
    except ServerDidNotStart as problem:
        return [f"manage.py verify_ledger: {problem}"]
    return []


def _as_superuser(running: Stack, statement: str) -> None:
    with closing(psycopg2.connect(superuser_url(running))) as connection, connection.cursor() as cursor:
        # No trigger sees it, the append-only ones included.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        connection.commit()


KINDS = {
    "ledger": Harm(after_play=alter_ledger_leg),
    "outbox": Harm(before=lose_outbox_row),
    "refund": Harm(after_collection=change_cancellation_refund),
    "pdf": Harm(after_collection=change_pdf_total),
}
