"""Sends what lies in the outbox, wherever the mail server has been in between."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from models.database import Database
from models.language import wording
from models.mail import Mail, MailKind, claim_mails, keep_failed, keep_needless, keep_sent
from models.notice.standing import record_delivery
from models.notice.table import Notice, NoticeChannel, NoticeRecipient
from models.partner.table import Partner
from models.story import Story
from server.mail import Mailer, MailRefused, MailWaits
from server.notice.link import NoticeKey, NoticeLinks
from server.notice.message import Letter, compose, is_for_partner

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outbox:
    """The job that sends mail. A mail is sent at least once: who dies between sending and saying so sends it again.

    :param sender: the address that mail comes from.
    :param chance: a number from 0 to 1, for when to try again.
    """

    database: Database
    mailer: Mailer
    links: NoticeLinks
    sender: str
    chance: Callable[[], float] = random.random

    async def send(self, now: datetime) -> int:
        """Sends the mails that are due.

        :returns: how many were dealt with.
        """
        async with self.database.write() as session:
            mails = await claim_mails(session, now)
        for mail in mails:
            await self._deal_with(mail, now)
        return len(mails)

    async def _deal_with(self, mail: Mail, now: datetime) -> None:
        letter = await self._letter(mail)
        if letter is None:
            async with self.database.write() as session:
                await keep_needless(session, mail.id, "acknowledged meanwhile", now)
            return
        try:
            await self.mailer.send(compose(letter, self.sender, now))
        except MailWaits as problem:
            async with self.database.write() as session:
                given_up = await keep_failed(session, mail, str(problem), now, self.chance())
            log = logger.error if given_up else logger.warning
            log("mail %s %s: %s", mail.id, "is given up" if given_up else "has to wait", problem)
        except (MailRefused, ValueError) as problem:
            async with self.database.write() as session:
                await keep_needless(session, mail.id, str(problem), now)
            logger.error("mail %s is given up: %s", mail.id, problem)
        else:
            await self._keep_sent(mail, now)

    async def _keep_sent(self, mail: Mail, now: datetime) -> None:
        async with self.database.write() as session:
            await keep_sent(session, mail.id, now)
            if self.mailer.delivers and is_for_partner(mail.kind):
                await record_delivery(session, mail.partner_id, [mail.notice_id], NoticeChannel.MAIL, now)

    async def _letter(self, mail: Mail) -> Letter | None:
        """What the mail says; None where there is nothing to say any more."""
        async with self.database.read() as session:
            notice = await session.get_one(Notice, mail.notice_id)
            recipient = await session.get_one(NoticeRecipient, (mail.notice_id, mail.partner_id))
            partner = await session.get_one(Partner, mail.partner_id)
            uri = (await session.exec(select(Story.uri).where(Story.id == notice.story_id))).first()
        if mail.kind is not MailKind.NOTICE and recipient.acknowledged_at is not None:
            return None
        if not is_for_partner(mail.kind):
            name = f"{wording(partner.names, 'en')} / {wording(partner.names, 'zh')}"
            return Letter(mail, notice, uri or "", ("zh", "en"), recipient.respond_by, partner=name)
        link = await self.links.link(NoticeKey(mail.notice_id, mail.partner_id))
        return Letter(mail, notice, uri or "", partner.languages or ("en",), recipient.respond_by, link)
