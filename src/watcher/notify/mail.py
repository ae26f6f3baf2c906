"""E-mail: text and HTML in one letter, by the server that the channel names."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from watcher.errors import NotDelivered
from watcher.model import Email, Message, Security

_PATIENCE = 20.0
"""Seconds for each answer of the server."""


async def send_mail(to: Email, message: Message, password: str | None, at: datetime) -> str:
    """Send `message`; give a remark when the server refused some of the people, else an empty text.

    Raises NotDelivered when it took it for nobody. The letter's Message-ID is the message's id, so that the second of
    two tries can be told from another letter.
    """
    return await asyncio.to_thread(_send, to, letter(to, message, at), password)


def letter(to: Email, message: Message, at: datetime) -> EmailMessage:
    """Give `message` as a letter."""
    told = EmailMessage()
    told["Subject"] = message.subject
    told["From"] = to.sender
    told["To"] = ", ".join(to.to)
    told["Date"] = format_datetime(at)
    told["Message-ID"] = f"<{message.id}@watcher.invalid>"
    told["Auto-Submitted"] = "auto-generated"
    told.set_content(message.text)
    told.add_alternative(message.html, subtype="html")
    return told


def _send(to: Email, told: EmailMessage, password: str | None) -> str:
    try:
        with _connected(to) as server:
            if to.user and password:
                server.login(to.user, password)
            refused = server.send_message(told, to.sender, list(to.to))
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered(f"{to.server}:{to.port}: {_reason(error)}") from error
    return f"the server refused {', '.join(sorted(refused))}" if refused else ""


def _connected(to: Email) -> smtplib.SMTP:
    if to.security is Security.TLS:
        return smtplib.SMTP_SSL(
            to.server, to.port, timeout=_PATIENCE, context=ssl.create_default_context()
        )
    server = smtplib.SMTP(to.server, to.port, timeout=_PATIENCE)
    if to.security is Security.STARTTLS:
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"refused every one of {', '.join(sorted(error.recipients))}"
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"answered {error.smtp_code} {' '.join(words.split())[:200]}"
    return f"{type(error).__name__}: {error}"
