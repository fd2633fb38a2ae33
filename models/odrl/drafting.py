"""Terms to save, from what was read of an ODRL document and what was said beside it."""

from __future__ import annotations

from dataclasses import dataclass

from models.odrl.export import Texts
from models.odrl.profile import TEXTS
from models.odrl.reading import ReadTerms, read_terms
from models.policy.contradiction import Finding, Period
from models.policy.refusal import Path, refuse
from models.terms import TermsDraft


@dataclass(frozen=True)
class ImportedTerms:
    """Terms to save, with where their rules stand in the document."""

    draft: TermsDraft
    read: ReadTerms

    def place(self, finding: Finding) -> Path:
        """Where the rule stands that cannot be meant."""
        return self.read.places.get((finding.path[0], finding.rule), ())


def import_terms(
    document: object,
    *,
    key: str | None = None,
    zone: str | None = None,
    texts: Texts | None = None,
    centre: str | None = None,
) -> ImportedTerms:
    """The terms that a document describes, to be saved by `models.terms.save_terms`.

    :param key: makes them a template. The document's own identifier is only a description.
    :param zone: the IANA zone in which a date alone is a whole day; None takes the document's, or else the default.
    :param texts: stand, language by language, in the place of the document's.
    :param centre: the centre's IRI.
    :raises BadPolicy: anything in it is not supported, or a rule ends before it begins; `field` is the path to it in the document.
    :raises BadZone: the zone is none.
    """
    read = read_terms(document, zone=zone, centre=centre)
    for (_, rule), place in read.places.items():
        if Period.of(rule).is_empty:
            refuse((*place, "constraint"), "ends before it begins, or at the same moment")
    given: Texts = texts or {}
    worded = {name: {**read.texts[name], **given.get(name, {})} for name in TEXTS}
    draft = TermsDraft(
        policy=read.policy,
        key=key,
        zone=read.zone,
        names=worded["names"],
        usage_terms=worded["usage_terms"],
        copyright_holder=worded["copyright_holder"],
        copyright_notice=worded["copyright_notice"],
        credit_line=worded["credit_line"],
    )
    return ImportedTerms(draft, read)
