"""Agreements: the dated contracts under which partners are supplied, with their quotas and exclusivities."""

from models.agreement.table import Agreement, AgreementVersion, Exclusivity, QuotaUse, agreements_of

__all__ = ["Agreement", "AgreementVersion", "Exclusivity", "QuotaUse", "agreements_of"]
