"""`storypool rights …`: what policies decide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.odrl import evaluation
from models.odrl.evaluation import DutyReading
from server.cli.explanation import explain
from server.cli.odrl import export, import_, read_json
from server.cli.output import AsJson, print_json, print_table

commands = typer.Typer(
    help="Rights: explain decisions, exchange terms and agreements as ODRL, and evaluate ODRL policies of others.",
    no_args_is_help=True,
)
commands.command()(explain)
commands.command()(export)
commands.command("import")(import_)


@commands.command()
def evaluate(
    policy: Annotated[Path, typer.Option(help="The ODRL policy, in JSON-LD.")],
    request: Annotated[Path, typer.Option(help="The request, in JSON-LD.")],
    state: Annotated[Path, typer.Option(help="The state of the world, in JSON-LD.")],
    duties: Annotated[
        DutyReading, typer.Option(help="What a duty that is not fulfilled means for its permission.")
    ] = DutyReading.PRECONDITION,
    any_performer: Annotated[
        bool, typer.Option("--any-performer", help="What was performed counts whoever performed it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Evaluate an ODRL policy of somebody else's for a request in a state of the world."""
    report = evaluation.evaluate(
        read_json(policy), read_json(request), read_json(state), duties=duties, any_performer=any_performer
    )
    if as_json:
        print_json(report.as_json())
        return
    typer.echo(report.decision)
    rows = [
        (
            rule.type,
            rule.uid,
            rule.activation,
            ", ".join(f"{part.uid} {part.satisfaction}" for part in rule.constraints),
            ", ".join(f"{duty.uid} {duty.state}" for duty in rule.duties),
        )
        for rule in report.rules
    ]
    print_table(("Rule", "Name", "Activation", "Constraints", "Duties"), rows)
