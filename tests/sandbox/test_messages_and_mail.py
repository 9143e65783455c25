"""Text messages by the real SDK, the phone page, and the mailbox."""

import smtplib
from email.message import EmailMessage

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from tests.sandbox.running import ACCOUNT_SID, AUTH_TOKEN, SERVICE_SID, Receiver, Sandbox

OFFICER = "+14165550123"


def send(sandbox: Sandbox, body: str = "Shift 77 is open", to: str = OFFICER, **more: str) -> str:
    message = sandbox.twilio().messages.create(to=to, messaging_service_sid=SERVICE_SID, body=body, **more)
    return str(message.sid)


def forms(receiver: Receiver, path: str) -> list[dict[str, str]]:
    from urllib.parse import parse_qsl

    return [dict(parse_qsl(item.body)) for item in receiver.received if item.path == path]


def test_a_message_is_accepted_sent_delivered_and_told(sandbox: Sandbox) -> None:
    sid = send(sandbox, status_callback=f"{sandbox.receiver.base}/webhooks/twilio/status")
    assert sid.startswith("SM")
    assert len(sid) == 34
    sandbox.receiver.wait_for(lambda receiver: len(receiver.received) == 2)
    statuses = forms(sandbox.receiver, "/webhooks/twilio/status")
    assert [item["MessageStatus"] for item in statuses] == ["sent", "delivered"]
    validator = RequestValidator(AUTH_TOKEN)
    for item, form in zip(sandbox.receiver.received, statuses, strict=True):
        assert validator.validate(f"{sandbox.receiver.base}{item.path}", form, item.headers["x-twilio-signature"])
    message = sandbox.twilio().messages(sid).fetch()
    assert (message.status, message.account_sid, message.num_segments) == ("delivered", ACCOUNT_SID, "1")
    (listed,) = sandbox.twilio().messages.list(to=OFFICER, date_sent_after=message.date_sent.replace(year=2020))
    assert listed.sid == sid
    assert sandbox.twilio().messages.list(to="+14165550999") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "416-555"}, 21211),
        ({"to": ""}, 21604),
        ({"messaging_service_sid": ""}, 21603),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"to": "+15005550009"}, 21614),
    ],
)
def test_what_cannot_be_sent_is_refused_with_the_services_codes(
    sandbox: Sandbox, changes: dict[str, str], code: int
) -> None:
    parameters = {"to": OFFICER, "messaging_service_sid": SERVICE_SID, "body": "Hello", **changes}
    with pytest.raises(TwilioRestException) as refused:
        sandbox.twilio().messages.create(**parameters)  # type: ignore[arg-type]
    assert refused.value.code == code
    with pytest.raises(TwilioRestException) as refused:
        sandbox.twilio("wrong").messages.create(**parameters)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.status) == (20003, 401)


def test_a_phone_replies_and_stop_means_stop(sandbox: Sandbox) -> None:
    send(sandbox)
    assert "Shift 77 is open" in sandbox.page(f"/phones/{OFFICER}").text
    page = sandbox.page("/control/messages", {"from": OFFICER, "body": "YES 77", "return_to": f"/phones/{OFFICER}"})
    assert page.location == f"/phones/{OFFICER}"
    sandbox.receiver.wait_for(lambda receiver: len(forms(receiver, "/webhooks/twilio/inbound")) == 1)
    (inbound,) = forms(sandbox.receiver, "/webhooks/twilio/inbound")
    assert (inbound["From"], inbound["Body"], inbound["MessagingServiceSid"]) == (OFFICER, "YES 77", SERVICE_SID)
    (item,) = [item for item in sandbox.receiver.received if item.path == "/webhooks/twilio/inbound"]
    assert RequestValidator(AUTH_TOKEN).validate(
        f"{sandbox.receiver.base}/webhooks/twilio/inbound", inbound, item.headers["x-twilio-signature"]
    )
    sandbox.control("messages", {"from": OFFICER, "body": " stop "})
    with pytest.raises(TwilioRestException) as refused:
        send(sandbox)
    assert refused.value.code == 21610
    assert "opted out" in sandbox.page(f"/phones/{OFFICER}").text
    sandbox.control("messages", {"from": OFFICER, "body": "START"})
    send(sandbox, "Welcome back")
    bodies = [message["body"] for message in sandbox.control(f"messages.json?to=%2B{OFFICER[1:]}")["messages"]]
    assert bodies[0] == "Welcome back"
    assert "YES 77" in bodies
    kinds = [form.get("OptOutType") for form in forms(sandbox.receiver, "/webhooks/twilio/inbound")]
    assert kinds[:2] == [None, "STOP"]


def test_a_timeout_after_the_message_was_accepted_leaves_it_findable(sandbox: Sandbox) -> None:
    sandbox.control("faults", {"service": "twilio", "kind": "drop_after_commit"})
    with pytest.raises(Exception, match=r"(?i)connection|remote"):
        send(sandbox, "only once")
    assert [message.body for message in sandbox.twilio().messages.list(to=OFFICER)] == ["only once"]


def test_status_callbacks_doubled_and_shuffled(sandbox: Sandbox) -> None:
    sandbox.control("faults", {"service": "twilio", "kind": "webhook_delay", "event": "status:sent", "seconds": 1})
    sandbox.control("faults", {"service": "twilio", "kind": "webhook_duplicate", "event": "status:delivered"})
    sid = send(sandbox, status_callback=f"{sandbox.receiver.base}/status")
    sandbox.receiver.wait_for(lambda receiver: len(receiver.received) == 3)
    assert [form["MessageStatus"] for form in forms(sandbox.receiver, "/status")] == ["delivered", "delivered", "sent"]
    assert sandbox.twilio().messages(sid).fetch().status == "delivered"


def test_the_mailbox_keeps_text_html_links_and_attachments(sandbox: Sandbox) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "muster@example.com", "client@example.com", "Contract – version 2"
    mail.set_content("Read http://localhost:8000/contracts/2 please. Prix : 12,50 €")
    mail.add_alternative('<p>Read <a href="http://localhost:8000/contracts/2?a=1&amp;b=2">it</a></p>', subtype="html")
    mail.add_attachment(b"%PDF-1.7 \xff\x00", maintype="application", subtype="pdf", filename="contract.pdf")
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as server:
        server.send_message(mail)
    (kept,) = sandbox.control("mailbox.json?to=Client@example.com")["mails"]
    assert kept["subject"] == "Contract – version 2"
    assert "12,50 €" in kept["text"]
    assert kept["links"] == ["http://localhost:8000/contracts/2?a=1&b=2", "http://localhost:8000/contracts/2"]
    assert kept["attachments"] == [{"name": "contract.pdf", "type": "application/pdf", "bytes": 11}]
    assert sandbox.control("mailbox.json?to=other@example.com")["mails"] == []
    page = sandbox.page(f"/mailbox/{kept['id']}").text
    assert "srcdoc=" in page
    assert "Contract – version 2" in page
    assert sandbox.page(f"/mailbox/{kept['id']}/attachments/0").status == 200


@pytest.mark.parametrize(
    "path", ["/", "/phones", "/phones/+14165550123", "/mailbox", "/payments", "/requests", "/deliveries"]
)
def test_every_page_shows_itself_empty(sandbox: Sandbox, path: str) -> None:
    assert sandbox.page(path).status == 200


def test_the_clock_is_a_file_that_others_read(sandbox: Sandbox) -> None:
    import json

    sandbox.advance(hours=3)
    clock = sandbox.data.parent / "clock.json"
    assert json.loads(clock.read_text()) == {"offset_seconds": 10_800}
    clock.write_text('{"offset_seconds": 60}')
    assert sandbox.control("clock")["offset_seconds"] == 60
