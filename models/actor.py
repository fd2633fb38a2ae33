"""Who is asking: the identity that every decision about access goes by, cut loose from tables and tokens."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from models.scope import Scope
from models.story import PubStatus


@dataclass(frozen=True, slots=True)
class Actor:
    """An authenticated client.

    :param client_id: the OAuth client id, as tokens and logs show it.
    :param client_uuid: the key of the client's row.
    :param partner_id: for whom the client acts; None for the centre's own staff.
    :param scopes: what the token permits.
    """

    client_id: str
    client_uuid: uuid.UUID
    partner_id: uuid.UUID | None
    scopes: frozenset[Scope]

    @property
    def is_staff(self) -> bool:
        """Whether the client is one of the centre's own."""
        return self.partner_id is None

    def has(self, scope: Scope) -> bool:
        """Whether the token carries this scope."""
        return scope in self.scopes

    @property
    def content_statuses(self) -> frozenset[PubStatus]:
        """The content of what has these statuses is shown to this actor; of anything else that is there, only that it is taken back."""
        if self.partner_id is not None:
            return frozenset({PubStatus.USABLE})
        audits = self.has(Scope.AUDIT_READ)
        return frozenset(PubStatus) if audits else frozenset({PubStatus.USABLE, PubStatus.WITHHELD})
