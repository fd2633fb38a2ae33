"""Agreements: the dated contracts under which partners are supplied."""

from schema.agreement.edit import (
    AgreementPayload,
    create_agreement,
    end_agreement,
    resume_agreement,
    suspend_agreement,
    update_agreement,
)
from schema.agreement.listing import AgreementConnection, list_agreements, one_agreement
from schema.agreement.record import Agreement

__all__ = [
    "Agreement",
    "AgreementConnection",
    "AgreementPayload",
    "create_agreement",
    "end_agreement",
    "list_agreements",
    "one_agreement",
    "resume_agreement",
    "suspend_agreement",
    "update_agreement",
]
