"""The outbox, with a real mail server at the other end: it takes mail, is away, or refuses."""

from __future__ import annotations

import asyncio
import io
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlmodel import col, select

from models.change import Change
from models.mail import Mail, MailKind
from models.notice.escalation import escalate
from models.notice.table import Notice, NoticeChannel, NoticeKind, NoticeRecipient
from models.partner import Partner
from models.partner.edit import update_partner
from server.mail import PrintingMailer, SmtpAddress, SmtpMailer
from server.notice.link import NoticeKey, NoticeLinks
from server.notice.outbox import Outbox
from tests.schema.notices import Case
from tests.seeded import NOW, Pool

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEXTS = {"en": "Do not use it.", "zh": "请勿使用。", "ru": "Не используйте.", "ar": "لا تستخدموه."}


@dataclass
class Post:
    """What a mail server gets; it answers DATA and RCPT as it is told."""

    taken: list[EmailMessage] = field(default_factory=list)
    refusal: str | None = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusal is not None:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 OK"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        number: int = bound.getsockname()[1]
        return number


@pytest.fixture
def smtp(post: Post, port: int) -> Iterator[Controller]:
    controller = Controller(post, hostname="127.0.0.1", port=port)
    yield controller
    if controller.loop.is_running():
        controller.stop()


def outbox(pool: Pool, port: int) -> Outbox:
    links = NoticeLinks(pool.database, "https://pool.example.org", 30 * DAY, clock=lambda: pool.now)
    mailer = SmtpMailer(SmtpAddress("127.0.0.1", port), timeout=5)
    return Outbox(pool.database, mailer, links, "notices@pool.example.org", chance=lambda: 0.5)


async def give_address(pool: Pool, key: str, address: str | None) -> Partner:
    async with pool.database.write() as session:
        partner = (await session.exec(select(Partner).where(Partner.key == key))).one()
        return await update_partner(session, partner.id, {"notice_email": address}, Change("desk", pool.now))


async def only(pool: Pool, *keys: str) -> None:
    """Leaves an address to these partners alone."""
    async with pool.database.read() as session:
        others = (await session.exec(select(Partner.key).where(col(Partner.key).not_in(keys)))).all()
    for key in others:
        await give_address(pool, key, None)
    for key in keys:
        await give_address(pool, key, f"{key}@example.org")


async def mails(pool: Pool) -> list[Mail]:
    async with pool.database.read() as session:
        return list(
            (await session.exec(select(Mail).order_by(col(Mail.created_at), col(Mail.kind).desc(), col(Mail.id)))).all()
        )


def words(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


async def test_a_kill_reaches_a_partner_by_mail_though_the_server_was_down(
    pool: Pool, smtp: Controller, post: Post, port: int
) -> None:
    case = await Case.of(pool)
    await only(pool, "embassy-russia", "arabic-news-demo")
    box = outbox(pool, port)
    notice = await case.issue(NoticeKind.KILL, texts=TEXTS, reason="libel")
    [mail] = await mails(pool)
    assert mail.address == "embassy-russia@example.org"
    assert await box.send(NOW) == 1
    [mail] = await mails(pool)
    assert (mail.attempts, mail.sent_at, mail.next_attempt_at) == (1, None, NOW + timedelta(minutes=1))
    assert "cannot be reached" in (mail.last_error or "")
    assert await box.send(NOW + timedelta(seconds=59)) == 0
    await asyncio.to_thread(smtp.start)
    pool.now = NOW + timedelta(minutes=1)
    counts = await asyncio.gather(box.send(pool.now), box.send(pool.now))
    assert sorted(counts) == [0, 1]
    assert await box.send(pool.now + DAY) == 0
    [message] = post.taken

    assert message["To"] == "embassy-russia@example.org"
    assert message["From"] == "notices@pool.example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{mail.id}@pool.example.org>"
    assert message["Date"].datetime == pool.now
    assert message["Subject"] == "撤稿：禁止使用，请删除全部副本 / Kill: do not use, remove every copy"
    text, html = words(message, "plain"), words(message, "html")
    for part in (text, html):
        assert "Не используйте." in part
        assert case.story.uri in part
        assert "libel" not in part
        assert "Please acknowledge it by" not in part
    async with pool.database.read() as session:
        recipient = await session.get_one(NoticeRecipient, (notice.id, mail.partner_id))
    assert (recipient.delivered_at, recipient.delivered_via) == (pool.now, NoticeChannel.MAIL)
    [link] = set(re.findall(r"https://pool\.example\.org/notices/(\S+)", text))
    assert await box.links.read(link) == NoticeKey(notice.id, mail.partner_id)
    changed = "A" if link[-5] != "A" else "B"  # the last character has bits that say nothing
    assert await box.links.read(link[:-5] + changed + link[-4:]) is None
    pool.now += 31 * DAY
    assert await box.links.read(link) is None


async def test_what_is_refused_for_good_or_for_a_day_is_given_up(
    pool: Pool, smtp: Controller, post: Post, port: int
) -> None:
    case = await Case.of(pool)
    await only(pool, "embassy-russia")
    await asyncio.to_thread(smtp.start)
    box = outbox(pool, port)
    post.refusal = "550 no such user"
    await case.issue(NoticeKind.KILL)
    await box.send(NOW)
    [mail] = await mails(pool)
    assert mail.gave_up_at == NOW
    assert "550" in (mail.last_error or "")
    post.refusal = "450 mailbox busy"
    await case.issue(NoticeKind.WITHHOLD)
    attempts, now = 0, NOW
    while (mail := (await mails(pool))[1]).gave_up_at is None:
        now = max(now, mail.next_attempt_at)
        attempts += await box.send(now)
    assert NOW + 16 * HOUR < now <= NOW + DAY
    assert attempts == mail.attempts == 13
    assert await box.send(now + DAY) == 0
    assert post.taken == []


async def test_partner_and_liaison_are_reminded_unless_it_was_acknowledged_meanwhile(pool: Pool, port: int) -> None:
    case = await Case.of(pool)
    await only(pool, "china-daily", "cuhk-shenzhen")
    taker = await pool.client("china-daily")
    await case.take(taker)
    notice = await case.issue(NoticeKind.KILL, drill=True, partner_ids=[taker.partner_id])
    output = io.StringIO()
    real = outbox(pool, port)
    box = Outbox(pool.database, PrintingMailer(output), real.links, real.sender)
    await box.send(NOW)
    assert "To: china-daily@example.org" in output.getvalue()
    assert "Subject: [演练] 撤稿" in output.getvalue()
    assert "[EXERCISE] Kill" in output.getvalue()
    assert "Please acknowledge it by 2026-11-20 17:00 (UTC+08:00)." in output.getvalue()
    assert await escalate(pool.database, NOW + HOUR) == 1
    assert [mail.kind for mail in await mails(pool)] == [MailKind.NOTICE, MailKind.REMINDER, MailKind.ESCALATION]
    async with pool.database.write() as session:
        recipient = await session.get_one(NoticeRecipient, (notice.id, taker.partner_id))
        assert (recipient.delivered_at, recipient.delivered_via) == (None, None)
        recipient.acknowledged_at = NOW
        session.add(recipient)
    await box.send(NOW + HOUR)
    assert [mail.gave_up_at is not None for mail in await mails(pool)] == [False, True, True]
    async with pool.database.write() as session:
        row = await session.get_one(Notice, notice.id)
        escalation = (await mails(pool))[2]
        recipient = await session.get_one(NoticeRecipient, (notice.id, taker.partner_id))
        recipient.acknowledged_at = None
        escalation.gave_up_at, escalation.next_attempt_at = None, NOW
        await session.merge(escalation)
        session.add(recipient)
    assert row.drill
    await box.send(NOW + 2 * HOUR)
    said = output.getvalue().rpartition("--- mail")[2]
    assert "逾期" in said
    assert "China Daily" in said
    assert "/notices/" not in said
