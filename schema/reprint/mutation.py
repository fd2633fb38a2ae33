"""What can be changed about reprints, their chains and their figures."""

from __future__ import annotations

import strawberry

from models.scope import Scope
from schema.access import RequiresScope
from schema.metric.group import MetricGroupPayload, save_metric_group
from schema.reprint.edit import MergeOutletsPayload, check_reprint, merge_outlets, update_reprint
from schema.reprint.report import (
    RecordMetricsPayload,
    ReprintPayload,
    move_reprint,
    record_metrics,
    report_reprint,
    withdraw_reprint,
)


@strawberry.type
class ReprintMutations:
    """The part of the root of mutations that is about reprints."""

    report_reprint: ReprintPayload | None = strawberry.mutation(
        resolver=report_reprint,
        description="Says that a copy ran. The same copy, whoever reports it, is one reprint with several sources.",
        extensions=[RequiresScope(Scope.REPRINT_WRITE)],
    )
    withdraw_reprint: ReprintPayload | None = strawberry.mutation(
        resolver=withdraw_reprint,
        description="Takes back that a copy ran. It stays in the records, and in no report. Again changes nothing.",
        extensions=[RequiresScope(Scope.REPRINT_WRITE)],
    )
    record_metrics: RecordMetricsPayload | None = strawberry.mutation(
        resolver=record_metrics,
        description="Gives figures of a copy, a group or an outlet. The same figure again is the same one.",
        extensions=[RequiresScope(Scope.REPRINT_WRITE)],
    )
    move_reprint: ReprintPayload | None = strawberry.mutation(
        resolver=move_reprint,
        description="Says, for the centre, which copy another came from; a circle is refused.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    update_reprint: ReprintPayload | None = strawberry.mutation(
        resolver=update_reprint,
        description="Says, for the centre, what a copy is: what is left out stays as it is.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    check_reprint: ReprintPayload | None = strawberry.mutation(
        resolver=check_reprint,
        description="Has, for the centre, the address of a copy looked at as soon as may be; `checks` tells what came of it.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    save_metric_group: MetricGroupPayload | None = strawberry.mutation(
        resolver=save_metric_group,
        description="Says for which copies or outlets one figure was given together.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    merge_outlets: MergeOutletsPayload | None = strawberry.mutation(
        resolver=merge_outlets,
        description="Makes an outlet that nobody has claimed a part of one that is known, with its copies and addresses.",
        extensions=[RequiresScope(Scope.PARTNER_WRITE)],
    )
