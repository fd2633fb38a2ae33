"""`importTerms`: terms taken over from ODRL, by the same door as those that editors compose."""

from __future__ import annotations

import asyncio
from typing import Annotated

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

from models.audit.subject import about
from models.errors import BadPolicy
from models.odrl.drafting import ImportedTerms, import_terms
from models.terms import save_terms
from schema.change import attempt, change_by
from schema.context import Context
from schema.identifier import global_id
from schema.terms import SaveTermsPayload, Terms, TermsWarning, read_id, shown
from schema.text import TextInput, texts_by_language


@strawberry.input(
    description="Terms to save, as an ODRL 2.2 policy in JSON-LD. What the policy says beyond what terms can say is refused, by its path."
)
class ImportTermsInput:
    odrl: JSON = strawberry.field(description="The policy: an odrl:Set, a Policy, or an Offer of the centre's own.")
    key: str | None = strawberry.field(
        default=None, description="Makes them a template: 1 to 64 of a-z, 0-9, colons, dots and hyphens."
    )
    replaces: strawberry.ID | None = strawberry.field(
        default=None, description="The terms that have the key now, as they were read; they lose it."
    )
    zone: str | None = strawberry.field(
        default=None,
        description="The IANA time zone in which a date alone is a whole day. Absent: the policy's own, if it names one, or Asia/Shanghai.",
    )
    names: list[TextInput] = strawberry.field(
        default_factory=list, description="What the terms are called. This and every other text replaces the policy's."
    )
    usage_terms: list[TextInput] = strawberry.field(default_factory=list, description="The terms in words.")
    copyright_holder: list[TextInput] = strawberry.field(default_factory=list, description="Who holds the copyright.")
    copyright_notice: list[TextInput] = strawberry.field(
        default_factory=list, description="The copyright notice to print."
    )
    credit_line: list[TextInput] = strawberry.field(default_factory=list, description="The credit line to print.")

    def imported(self, centre: str) -> ImportedTerms:
        """What is to be saved.

        :param centre: the centre's IRI.
        :raises BadPolicy: the policy is not understood; `field` is the path to it in the input.
        :raises BadInput: one language twice.
        :raises BadZone: the zone is none.
        """
        texts = {
            "names": texts_by_language(self.names, "names"),
            "usage_terms": texts_by_language(self.usage_terms, "usageTerms"),
            "copyright_holder": texts_by_language(self.copyright_holder, "copyrightHolder"),
            "copyright_notice": texts_by_language(self.copyright_notice, "copyrightNotice"),
            "credit_line": texts_by_language(self.credit_line, "creditLine"),
        }
        try:
            return import_terms(self.odrl, key=self.key, zone=self.zone, texts=texts, centre=centre)
        except BadPolicy as error:
            raise BadPolicy(error.message, field=["odrl", *(error.field or ())]) from None


async def import_odrl(
    info: Info[Context, None],
    input: Annotated[ImportTermsInput, strawberry.argument(description="What is saved.")],
) -> SaveTermsPayload | None:
    """Saves terms in one write transaction."""
    saved, refusals = await attempt(_import(info.context, input))
    terms, warnings = saved or (None, [])
    return SaveTermsPayload(terms=terms, warnings=warnings, user_errors=refusals)


async def _import(context: Context, given: ImportTermsInput) -> tuple[Terms, list[TermsWarning]]:
    # Expanding JSON-LD takes a while where the document is long, and others wait for the loop.
    imported = await asyncio.to_thread(given.imported, context.services.public_url)
    replaces = None if given.replaces is None else read_id(given.replaces, "Terms", "replaces")
    async with context.write("importTerms", given) as session:
        saved = await save_terms(session, imported.draft, change_by(context), replaces=replaces)
        about(session, global_id("Terms", saved.terms.id))
    warnings = [
        TermsWarning(
            code=finding.kind,
            field=["odrl", *imported.place(finding)],
            prohibition=None,
            message=finding.sentence,
        )
        for finding in saved.findings
    ]
    return shown(saved.terms), warnings
