"""Notices through GraphQL: what partners are told, what they answer, and how far everyone is."""

from schema.notice.compliance import ComplianceConnection, ComplianceFilterInput, list_compliance, one_compliance
from schema.notice.copy import one_copy
from schema.notice.mutation import NoticeMutations
from schema.notice.notice import Notice, NoticeConnection, NoticeFilterInput, list_notices, one_notice

__all__ = [
    "ComplianceConnection",
    "ComplianceFilterInput",
    "Notice",
    "NoticeConnection",
    "NoticeFilterInput",
    "NoticeMutations",
    "list_compliance",
    "list_notices",
    "one_compliance",
    "one_copy",
    "one_notice",
]
