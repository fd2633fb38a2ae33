"""What every resolver is given: who asks, and the services that answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from models.actor import Actor
from models.base import DEFAULT_ZONE, Clock, utc_now
from models.database import Database
from models.desk.rules import DeskRules, prefix_of
from models.files import Files
from models.log.hub import Hub
from models.log.news import News
from models.notice.deadline import Deadlines, keep_deadlines
from models.polling import PollBook
from models.pool.rights import RightsBook
from models.terms import PolicyCache
from models.viewer import Viewer, load_viewer
from schema.media import MediaAddress, MediaAddresses, PlainAddresses
from schema.recording import record_mutation

_DESK = DeskRules(prefix_of(""))


@dataclass(frozen=True)
class Services:
    """What lives as long as the process.

    :param desk: what the installation lays down for its desk.
    :param files: of assets and uploads.
    :param public_url: the address, without a trailing slash, under which clients reach the server; it names the centre in exports.
    :param addresses: makes those of files; None where they need an access token.
    :param polls: who asked what is new.
    :param check_outgoing_url: refuses an address that this server would not call (`BadUrl`).
    :param news: of the change log, for whoever waits for it.
    :param deadlines: by when notices must be acknowledged.
    :param report_zone: whose days reports go by.
    """

    database: Database
    book: RightsBook
    files: Files
    public_url: str
    clock: Clock = utc_now
    deadlines: Deadlines = field(default_factory=Deadlines)
    desk: DeskRules = _DESK
    addresses: MediaAddresses | None = None
    check_outgoing_url: Callable[[str], str] = field(default=str)
    news: News = field(default_factory=News)
    polls: PollBook = field(default_factory=PollBook)
    report_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(DEFAULT_ZONE))
    hub: Hub = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hub", Hub(self.database, self.book.policies, clock=self.clock))

    @classmethod
    def of(
        cls,
        database: Database,
        files: Files,
        public_url: str,
        clock: Clock = utc_now,
        deadlines: Deadlines | None = None,
        desk: DeskRules | None = None,
        addresses: MediaAddresses | None = None,
        check_outgoing_url: Callable[[str], str] = str,
        report_zone: ZoneInfo | None = None,
    ) -> Services:
        """The services over a database."""
        rules, book = desk or DeskRules(prefix_of(public_url)), RightsBook(PolicyCache())
        return cls(
            database,
            book,
            files,
            public_url,
            clock,
            deadlines or Deadlines(),
            rules,
            addresses,
            check_outgoing_url,
            report_zone=report_zone or ZoneInfo(DEFAULT_ZONE),
        )


@dataclass
class Context:
    """One request. Its viewer is read when first needed, so that every field sees the same moment and the same rights."""

    actor: Actor
    services: Services
    request_id: str
    cursor: str | None = None
    """Of a stream: the place in the change log that it has come to."""
    is_lagging: bool = False
    """Of a stream: whether it fell behind, and catches up."""
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)
    _viewer: Viewer | None = field(default=None, repr=False)
    _loading: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        """What is made once a request, such as a loader, under a name of its own."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def renew(self, viewer: Viewer | None = None) -> None:
        """Forgets what was read, so that what comes next of a long answer goes by the moment and the rights that hold then.

        :param viewer: those rights, where they are known.
        """
        self._viewer = viewer
        self._kept.clear()

    @property
    def database(self) -> Database:
        """Where reads and writes open their sessions."""
        return self.services.database

    @property
    def book(self) -> RightsBook:
        """The rights in the pool, with what was decided about them."""
        return self.services.book

    @asynccontextmanager
    async def write(self, action: str, given: object) -> AsyncIterator[AsyncSession]:
        """The one write transaction of a mutation, committed at the end of the block, with its entry in the audit trail.

        What the entry is about is read off the input's ids and off the events; `models.audit.subject.about` says it where those do not,
        as for what is made new.

        :param action: the mutation's name in GraphQL, such as `acknowledgePickup`.
        :param given: its input.
        """
        async with self.database.write() as session:
            keep_deadlines(session, self.services.deadlines)
            yield session
            await record_mutation(session, self.actor, self.request_id, self.services.clock(), action, given)

    async def media_address(self) -> MediaAddress:
        """Gives the addresses of files, for whoever asks."""
        addresses = self.services.addresses or PlainAddresses(self.services.public_url)
        return await addresses.of(self.actor, self.services.clock())

    async def viewer(self) -> Viewer:
        """The actor with its standing."""
        async with self._loading:
            if self._viewer is None:
                async with self.database.read() as session:
                    self._viewer = await load_viewer(session, self.actor, self.book.policies, self.services.clock())
            return self._viewer
