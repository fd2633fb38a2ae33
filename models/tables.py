"""Every table class, imported, so that the metadata is whole."""

from models import (
    account,
    agreement,
    alliance,
    approval,
    asset,
    client,
    concept,
    contributor,
    delivered,
    draft,
    duty,
    event,
    mail,
    moment,
    outlet,
    partner,
    persisted_document,
    pickup,
    polling,
    series,
    story,
    terms,
    token,
    topic,
    upload,
    url_key,
    variant,
)
from models.audit import table as audit
from models.base import metadata
from models.feed import key as feed
from models.hook import table as hook
from models.importing import table as importing
from models.metric import table as metric
from models.notice import table as notice
from models.pool import tables as pool
from models.report import link as report_link
from models.reprint import table as reprint
from models.rollup import table as rollup
from models.trace import table as trace
from models.webmention import table as webmention

__all__ = [
    "account",
    "agreement",
    "alliance",
    "approval",
    "asset",
    "audit",
    "client",
    "concept",
    "contributor",
    "delivered",
    "draft",
    "duty",
    "event",
    "feed",
    "hook",
    "importing",
    "mail",
    "metadata",
    "metric",
    "moment",
    "notice",
    "outlet",
    "partner",
    "persisted_document",
    "pickup",
    "polling",
    "pool",
    "report_link",
    "reprint",
    "rollup",
    "series",
    "story",
    "terms",
    "token",
    "topic",
    "trace",
    "upload",
    "url_key",
    "variant",
    "webmention",
]
