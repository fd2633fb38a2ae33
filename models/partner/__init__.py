"""Partners: who is supplied, and through which officer."""

from models.partner.table import Liaison, Partner, PartnerKind, PartnerStatus

__all__ = ["Liaison", "Partner", "PartnerKind", "PartnerStatus"]
