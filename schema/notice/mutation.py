"""What can be changed about notices."""

from __future__ import annotations

import strawberry

from models.scope import Scope
from schema.access import RequiresScope
from schema.notice.acknowledge import AcknowledgeNoticePayload, VerifyCopyPayload, acknowledge_notice, verify_copy
from schema.notice.issue import IssueNoticePayload, issue_kill_drill, issue_notice


@strawberry.type
class NoticeMutations:
    """The part of the root of mutations that is about notices."""

    acknowledge_notice: AcknowledgeNoticePayload | None = strawberry.mutation(
        resolver=acknowledge_notice,
        description="Acknowledges a notice, and says what became of your copies. The same again changes nothing.",
        extensions=[RequiresScope(Scope.NOTICE_WRITE)],
    )
    verify_copy: VerifyCopyPayload | None = strawberry.mutation(
        resolver=verify_copy,
        description="Says, for the centre, that a copy is as its partner says. Again changes nothing.",
        extensions=[RequiresScope(Scope.STORY_RELEASE)],
    )
    issue_notice: IssueNoticePayload | None = strawberry.mutation(
        resolver=issue_notice,
        description="Tells those who could read a story something. The same again, within an hour, is the same notice.",
        extensions=[RequiresScope(Scope.STORY_RELEASE)],
    )
    issue_kill_drill: IssueNoticePayload | None = strawberry.mutation(
        resolver=issue_kill_drill,
        description="Sends sandbox partners a kill that is an exercise, with the clock of a real one. The story stays as it is.",
        extensions=[RequiresScope(Scope.STORY_RELEASE)],
    )
