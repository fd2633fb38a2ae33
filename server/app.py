"""The application: every part built from the settings and handed down by constructor."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import Route, WebSocketRoute

from models.actor import Actor
from models.agreement.moment import tell_agreements
from models.base import utc_now
from models.database import Database
from models.files import Files
from models.hook.outcome import forget_finished
from models.log import shorten
from models.migration import require_head, why_not_ready
from models.notice.escalation import escalate
from models.pickup import tell_missing
from models.polling import tell_silence
from models.release import tell_moments
from models.reprint.page import MOST_BYTES
from models.rollup.rebuild import keep_up
from models.token import ensure_signing_key
from models.trace.day import close_days
from models.upload.lifecycle import sweep_uploads
from models.url_key import ensure_url_key
from models.webmention.queue import forget_old
from schema.context import Context, Services
from schema.cost import QueryLimits
from schema.documents import LimitedSchema
from schema.schema import build_schema
from server.answer import AnswerWatch
from server.authentication import Authenticator
from server.checking import Checker
from server.delivery_metrics import DeliveryCollector
from server.feed import FeedEndpoint
from server.follower import Follower
from server.graphql import AnswerCache, GraphQLEndpoint
from server.health import Health
from server.hook import HookRunner
from server.limits import BodyLimit, CostBudget, FailureLimit
from server.logging import log_answer
from server.mail import Mailer, SmtpMailer, parse_smtp_url
from server.media import MediaEndpoint, SignedAddresses
from server.metrics import Metrics
from server.notice.link import NoticeLinks
from server.notice.outbox import Outbox
from server.notice.page import NoticePage
from server.oauth.endpoints import OAuthEndpoints
from server.oauth.keys import KeyRing
from server.outgoing import GuardedClient, check_given_url
from server.paths import GRAPHQL_PATH, UPLOADS_PATH
from server.persisted import RecentDocuments, StoredDocuments
from server.problem import EXCEPTION_HANDLERS
from server.report import ReportEndpoint
from server.request_id import RequestId, request_id_of
from server.sealing import sealing
from server.settings import Settings
from server.shared_report import SharedReports
from server.standing import Standings
from server.streams import Streams
from server.trace import TraceCounter, TraceEndpoint
from server.upload import UploadEndpoint, UploadLimits
from server.url_key import UrlKeyRing
from server.wakeup import Wakeups
from server.webmention import WebmentionEndpoint, WebmentionLink, WebmentionReader
from server.worker import Job, Worker

UPLOAD_SWEEP_SECONDS = 600.0
LOG_SWEEP_SECONDS = 600.0
POLLS_SECONDS = 30.0
MISSING_SECONDS = 60.0
CHECK_SECONDS = 5.0
ROLLUP_SECONDS = 1.0
TRACES_SECONDS = 60.0
logger = logging.getLogger(__name__)


def create_app(settings: Settings, mailer: Mailer | None = None) -> Starlette:
    """Builds the server's application. Nothing is opened or read before its lifespan begins.

    :param mailer: what mail is handed to; None hands it to the mail server of the settings, or lets it wait where they name none.

    `state.health` is its `Health`, for whoever runs it to say that it shuts down; `state.streams` and `state.hub` tell what is followed.

    :raises OperationalError: the settings cannot be served with, such as an issuer without https.
    """
    database = Database(settings.database)
    key_ring = KeyRing(database)
    standings = Standings(database)
    authenticator = Authenticator(settings.issuer, key_ring, standings)
    oauth = OAuthEndpoints(
        database,
        key_ring,
        _failures(settings),
        issuer=settings.issuer,
        token_seconds=settings.access_token_seconds,
    )
    files = Files.under(settings.data_dir)
    url_keys = UrlKeyRing(database)
    addresses = SignedAddresses(settings.issuer, url_keys, seconds=settings.media_url_seconds)
    services = Services.of(
        database,
        files,
        settings.issuer,
        deadlines=settings.notice_deadlines,
        desk=settings.desk,
        addresses=addresses,
        check_outgoing_url=partial(check_given_url, allow_private=settings.outgoing_private),
        report_zone=ZoneInfo(settings.report_zone),
    )
    schema = build_schema(limits=query_limits(settings), introspection=settings.introspection)
    hooks = HookRunner(services, schema, GuardedClient(allow_private=settings.outgoing_private))
    health = Health(lambda: why_not_ready(database))
    metrics = Metrics()
    media = MediaEndpoint(services, authenticator, standings, addresses)
    uploads = UploadEndpoint(
        database, files.uploads, authenticator, _upload_limits(settings), metrics, public_url=settings.issuer
    )
    streams = Streams(standings, per_client=settings.streams_per_client)
    follower = Follower(database, interval=settings.follower_poll_seconds)
    graphql = _graphql_endpoint(settings, schema, services, authenticator, streams, follower)
    health.on_drain(streams.stop)
    watched = DeliveryCollector(database, streams, services.hub, hooks)
    metrics.add(watched, watched.read)
    feeds = FeedEndpoint(services, authenticator, title=settings.feed_title, heard_at=lambda: follower.heard_at)
    database.listen(follower.nudge)
    wakeups = Wakeups(database.url, follower.nudge)
    follower.listen(key_ring.hear)
    follower.listen(standings.hear)
    follower.listen(url_keys.hear)
    follower.listen(services.news.hear)
    follower.listen(services.hub.hear)
    follower.listen(streams.hear)
    follower.listen(hooks.hear)
    links = NoticeLinks(database, settings.issuer, timedelta(days=settings.notice_link_days))
    page = NoticePage(database, links, _failures(settings))
    shared = SharedReports(services, settings.limits_storage, _failures(settings), title=settings.feed_title)
    counter = TraceCounter(database, services.report_zone)
    traces = TraceEndpoint(database, counter, public_url=settings.issuer, story_page_url=settings.story_page_url)
    worker = Worker([sealing(database), *_jobs(settings, services, links, mailer or _mailer(settings))])

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        try:
            await require_head(database)
            async with database.write() as session:
                await ensure_signing_key(session, utc_now())
                await ensure_url_key(session, utc_now())
            async with contextlib.AsyncExitStack() as parts:
                for part in (counter, follower, wakeups, services.hub, worker):
                    await parts.enter_async_context(part.running())
                if settings.deliver_here:
                    await parts.enter_async_context(hooks.running())
                yield
        finally:
            await database.close()

    app = Starlette(
        routes=[
            Route(GRAPHQL_PATH, graphql, name="graphql"),
            WebSocketRoute(GRAPHQL_PATH, graphql, name="graphql-socket"),
            *oauth.routes(),
            *media.routes(),
            *uploads.routes(),
            *feeds.routes(),
            *ReportEndpoint(services, authenticator).routes(),
            *shared.routes(),
            *_webmention_routes(settings, services),
            *health.routes(),
            *page.routes(),
            *traces.routes(),
            Route("/metrics", metrics.endpoint, name="metrics"),
        ],
        middleware=[
            Middleware(RequestId),
            Middleware(AnswerWatch, log_answer, metrics.observe),
            *([Middleware(WebmentionLink, settings.issuer)] if settings.webmentions else []),
            Middleware(BodyLimit, settings.max_body_bytes, exempt=(UPLOADS_PATH,)),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=lifespan,
    )
    app.state.health = health
    app.state.streams = streams
    app.state.hub = services.hub
    app.state.schema = schema
    return app


def _jobs(settings: Settings, services: Services, links: NoticeLinks, mailer: Mailer | None) -> list[Job]:
    """What every server process does beside answering."""
    database, files = services.database, services.files
    jobs = [
        Job("notice deadlines", 5, lambda now: escalate(database, now)),
        Job("missing pickups", MISSING_SECONDS, lambda now: tell_missing(database, now)),
        Job("moments", 1, lambda now: tell_moments(database, now)),
        Job("agreements", 1, lambda now: tell_agreements(database, now)),
        Job("log retention", LOG_SWEEP_SECONDS, lambda now: shorten(database, settings.retention, now)),
        Job("polls", POLLS_SECONDS, lambda now: services.polls.keep(database)),
        Job("silence", POLLS_SECONDS, lambda now: tell_silence(database, timedelta(hours=settings.silence_hours), now)),
        Job("old deliveries", LOG_SWEEP_SECONDS, lambda now: forget_old_deliveries(database, settings, now)),
        Job("rollups", ROLLUP_SECONDS, lambda now: keep_up(database, services.report_zone)),
        Job("traces", TRACES_SECONDS, lambda now: close_days(database, services.report_zone, now)),
        Job("uploads", UPLOAD_SWEEP_SECONDS, lambda now: sweep_uploads(database, files.uploads, now)),
    ]
    if settings.check_reprints:
        client = GuardedClient(allow_private=settings.outgoing_private, most_bytes=MOST_BYTES)
        jobs.append(Job("copies", CHECK_SECONDS, Checker(services, client).work))
    if settings.webmentions:
        client = GuardedClient(allow_private=settings.outgoing_private, most_bytes=MOST_BYTES)
        jobs.append(Job("webmentions", CHECK_SECONDS, WebmentionReader(services, client).work))
        jobs.append(Job("old webmentions", LOG_SWEEP_SECONDS, lambda now: forget_old_webmentions(database, now)))
    if mailer is not None:
        jobs.append(Job("mail", 2, Outbox(database, mailer, links, settings.mail_from).send))
    return jobs


async def forget_old_deliveries(database: Database, settings: Settings, now: datetime) -> int:
    """Deletes deliveries that ended long enough ago, a batch of them."""
    async with database.write() as session:
        return await forget_finished(session, now - timedelta(days=settings.delivery_days))


async def forget_old_webmentions(database: Database, now: datetime) -> int:
    """Deletes Webmentions of which nothing came, a batch of them."""
    async with database.write() as session:
        return await forget_old(session, now)


def _webmention_routes(settings: Settings, services: Services) -> list[Route]:
    if not settings.webmentions:
        return []
    return WebmentionEndpoint(services, allow_private=settings.outgoing_private).routes()


def _failures(settings: Settings) -> FailureLimit:
    return FailureLimit(settings.limits_storage, settings.failed_token_requests_per_minute)


def _mailer(settings: Settings) -> Mailer | None:
    if settings.smtp_url is None:
        logger.warning("STORYPOOL_SMTP_URL is not set: mail to partners waits in the outbox")
        return None
    return SmtpMailer(parse_smtp_url(settings.smtp_url))


def _upload_limits(settings: Settings) -> UploadLimits:
    return UploadLimits(
        most_bytes=settings.max_upload_bytes,
        most_open=settings.open_uploads_per_client,
        lifetime=timedelta(hours=settings.upload_hours),
    )


def query_limits(settings: Settings) -> QueryLimits:
    """What one operation may ask for."""
    return QueryLimits(
        max_tokens=settings.max_tokens,
        max_depth=settings.max_depth,
        max_aliases=settings.max_aliases,
        max_cost=settings.max_cost,
    )


def _graphql_endpoint(
    settings: Settings,
    schema: LimitedSchema,
    services: Services,
    authenticator: Authenticator,
    streams: Streams,
    follower: Follower,
) -> GraphQLEndpoint:
    async def context(request: HTTPConnection, actor: Actor) -> Context:
        return Context(actor, services, request_id_of(request.scope))

    return GraphQLEndpoint(
        schema,
        gate=authenticator,
        context_factory=context,
        budget=CostBudget(settings.limits_storage, settings.cost_per_minute),
        streams=streams,
        cache=AnswerCache(
            lambda: follower.position, lambda actor: services.polls.note(actor.partner_id, services.clock())
        ),
        stall_seconds=settings.stream_stall_seconds,
        persisted=RecentDocuments(
            StoredDocuments(services.database, per_client=settings.persisted_documents_per_client)
        ),
    )
