import smtplib
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from messaging.adapters import PermanentFailure, Report, TemporaryFailure
from messaging.models import OutboundMessage

# Mail servers say "not now" with 4xx and "never" with 5xx.
FOR_GOOD = 500


class SmtpAdapter:
    """One connection for all mails of a turn; after a failure the next mail opens a new one."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def send(self, message: OutboundMessage) -> str:
        # The same Message-ID on every attempt lets mailboxes drop the second copy of a mail that was sent twice.
        reference = f"<{message.id}@{settings.PUBLIC_HOST}>"
        mail = EmailMultiAlternatives(
            subject=message.subject,
            body=message.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[message.recipient],
            headers={"Message-ID": reference},
        )
        if message.html:
            mail.attach_alternative(message.html, "text/html")
        try:
            if self._connection is None:
                self._connection = get_connection()
                self._connection.open()
            self._connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            self.rest()
            codes = sorted({code for code, _ in error.recipients.values()})
            answered = ", ".join(map(str, codes))
            if all(code >= FOR_GOOD for code in codes):
                raise PermanentFailure(f"The mail server refused the address ({answered}).") from error
            raise TemporaryFailure(f"The mail server does not take the address now ({answered}).") from error
        except smtplib.SMTPResponseException as error:
            self.rest()
            raise TemporaryFailure(f"The mail server answered {error.smtp_code} ({type(error).__name__}).") from error
        except (OSError, smtplib.SMTPException) as error:
            self.rest()
            raise TemporaryFailure(f"The mail server could not be reached ({type(error).__name__}).") from error
        return reference

    def find_sent(self, message: OutboundMessage) -> str:
        return ""

    def report(self, message: OutboundMessage) -> Report | None:
        return None

    def rest(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                connection.close()
