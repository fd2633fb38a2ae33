"""`storypool rights export` and `storypool rights import`: terms and agreements to ODRL, and from it."""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import orjson
import typer
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement import Agreement
from models.agreement.reading import read_agreements
from models.audit.subject import about
from models.base import JsonObject, utc_now
from models.change import Change
from models.database import Database
from models.errors import BadInput, NotFound
from models.odrl.agreement_import import import_agreement
from models.odrl.agreement_reading import describes_agreement, read_agreement
from models.odrl.drafting import ImportedTerms, import_terms
from models.odrl.export import export_agreement, export_terms
from models.partner import Partner
from models.terms import SavedTerms, Terms, find_template, find_terms, load_policies, save_terms
from schema.identifier import global_id, uuid_of
from server.cli.installation import run
from server.cli.output import AsJson, print_json
from server.cli.writing import written
from server.settings import load_settings


def export(
    terms: Annotated[str | None, typer.Option(metavar="KEY|ID", help="The terms to export.")] = None,
    agreement: Annotated[str | None, typer.Option(metavar="KEY", help="The agreement to export.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write; standard output if absent.")] = None,
) -> None:
    """Export terms or an agreement as an ODRL 2.2 policy in JSON-LD."""
    if (terms is None) == (agreement is None):
        raise BadInput("give either --terms or --agreement")
    centre = load_settings().issuer

    async def work(database: Database) -> JsonObject:
        async with database.read() as session:
            if terms is not None:
                return await _terms(session, terms)
            return await _agreement(session, str(agreement), centre)

    text = orjson.dumps(run(work), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if out is None:
        typer.echo(text.decode(), nl=False)
        return
    try:
        out.write_bytes(text)
    except OSError as error:
        raise BadInput(f"{out} cannot be written: {error.strerror}") from error


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The ODRL policy, in JSON-LD.")],
    by: Annotated[str, typer.Option(help="Who does it, for the record.", default_factory=getpass.getuser)],
    key: Annotated[
        str | None, typer.Option(help="Makes terms a template; of an agreement, the key if not the document's.")
    ] = None,
    partner: Annotated[
        str | None, typer.Option(metavar="KEY", help="The partner of an agreement, if not the document's assignee.")
    ] = None,
    replaces: Annotated[
        str | None, typer.Option(metavar="ID", help="The terms that have the key now; they lose it.")
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(metavar="LANGUAGE=TEXT", help="What they are called; may be repeated.")
    ] = None,
    zone: Annotated[str | None, typer.Option(help="The IANA zone in which a date alone is a whole day.")] = None,
    as_json: AsJson = False,
) -> None:
    """Save terms, or an agreement, from an ODRL 2.2 policy in JSON-LD. What Storypool cannot say is refused by name."""
    document, change = read_json(file), Change(by=by, at=utc_now())
    of_terms = {"--replaces": replaces, "--name": name or None, "--zone": zone}
    if describes_agreement(document):
        _refuse_given(of_terms, "terms, and this is an agreement")
        _import_agreement(document, change, key, partner, as_json=as_json)
        return
    _refuse_given({"--partner": partner}, "an agreement, and this is none")
    texts = {"names": dict(map(_name, name or []))}
    imported = import_terms(document, key=key, zone=zone, texts=texts, centre=load_settings().issuer)

    async def work(database: Database) -> SavedTerms:
        async with written(database, "importTerms", key=key) as session:
            replaced = None if replaces is None else _terms_id(replaces)
            saved = await save_terms(session, imported.draft, change, replaces=replaced)
            about(session, global_id("Terms", saved.terms.id))
            return saved

    _show(run(work), imported, as_json)


def read_json(file: Path) -> object:
    """The JSON of a file."""
    try:
        return orjson.loads(file.read_bytes())
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise BadInput(f"{file} is not JSON: {error}") from error


def _refuse_given(options: Mapping[str, object], kind: str) -> None:
    for option, value in options.items():
        if value is not None:
            raise BadInput(f"{option} is for {kind}; leave it out")


def _import_agreement(document: object, change: Change, key: str | None, partner: str | None, *, as_json: bool) -> None:
    read = read_agreement(document, centre=load_settings().issuer)

    async def work(database: Database) -> Agreement:
        async with written(database, "importAgreement", key=key, partner=partner) as session:
            row = await import_agreement(session, read, change, key=key, partner_key=partner)
            about(session, global_id("Agreement", row.id), partner_id=row.partner_id)
            return row

    agreement = run(work)
    if as_json:
        named = {"id": global_id("Agreement", agreement.id), "key": agreement.key, "version": agreement.version}
        print_json({**named, "policyHash": agreement.policy_hash})
        return
    typer.echo(f"{agreement.key}: version {agreement.version}")


def _show(saved: SavedTerms, imported: ImportedTerms, as_json: bool) -> None:
    warnings = [
        {"code": finding.kind, "field": list(imported.place(finding)), "message": finding.sentence}
        for finding in saved.findings
    ]
    terms = saved.terms
    if as_json:
        named = {"id": global_id("Terms", terms.id), "key": terms.key, "policyHash": terms.policy_hash}
        print_json({**named, "warnings": warnings})
        return
    typer.echo(f"{terms.key or global_id('Terms', terms.id)}: {terms.usage_terms['en']}")
    for warning in warnings:
        typer.echo(f"warning: {'.'.join(warning['field'])}: {warning['message']}", err=True)


async def _terms(session: AsyncSession, name: str) -> JsonObject:
    terms = await _found(session, name)
    policies = await load_policies(session, [terms.policy_hash])
    return export_terms(terms, policies[terms.policy_hash])


async def _found(session: AsyncSession, name: str) -> Terms:
    try:
        terms_id = _terms_id(name)
    except NotFound:
        return await find_template(session, name)
    return await find_terms(session, terms_id)


def _terms_id(name: str) -> uuid.UUID:
    """An id as the API gives it, or as ODRL exports have it.

    :raises NotFound: it is neither.
    """
    try:
        return uuid.UUID(name)
    except ValueError:
        return uuid_of(name, "Terms")


async def _agreement(session: AsyncSession, key: str, centre: str) -> JsonObject:
    agreement = (await session.exec(select(Agreement).where(Agreement.key == key))).first()
    if agreement is None:
        raise NotFound(f"there is no agreement with the key {key[:80]!r}")
    (record,) = await read_agreements(session, [agreement], utc_now())
    partner = await session.get_one(Partner, agreement.partner_id)
    return export_agreement(record, partner, centre)


def _name(given: str) -> tuple[str, str]:
    language, equals, text = given.partition("=")
    if not equals:
        raise BadInput(f"the name {given!r} says no language; write it like en=Web only")
    return language, text
