import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from messaging.adapters import PermanentFailure, TemporaryFailure
from messaging.models import OutboundMessage


class SmtpAdapter:
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
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise PermanentFailure(f"The mail server refused the address: {error}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
        return reference

    def find_sent(self, message: OutboundMessage) -> str:
        return ""
