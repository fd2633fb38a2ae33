"""Notices through GraphQL: what partners are told, what they answer, and how far everyone is."""

from schema.notice.acknowledge import (
    AcknowledgeNoticeInput,
    AcknowledgeNoticePayload,
    VerifyCopyInput,
    VerifyCopyPayload,
    acknowledge_notice,
    verify_copy,
)
from schema.notice.copy import one_copy
from schema.notice.notice import Notice, NoticeConnection, NoticeFilterInput, list_notices, one_notice

__all__ = [
    "AcknowledgeNoticeInput",
    "AcknowledgeNoticePayload",
    "Notice",
    "NoticeConnection",
    "NoticeFilterInput",
    "VerifyCopyInput",
    "VerifyCopyPayload",
    "acknowledge_notice",
    "list_notices",
    "one_copy",
    "one_notice",
    "verify_copy",
]
