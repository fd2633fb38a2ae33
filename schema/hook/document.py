"""The documents of webhooks: the plain one, and what holds for those that partners give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphql import GraphQLError, OperationType

from models.errors import BadInput

if TYPE_CHECKING:
    from schema.documents import LimitedSchema

PLAIN_DOCUMENT: Final = """query Change($change: ID!) {
  node(id: $change) {
    ... on Change {
      id cursor kind at storyId storyVersion variantId
      story { id uri version pubStatus }
      notice { id kind text respondBy }
      pickup { id }
      topic { key }
      entitlement { agreementId agreementVersion isInForce }
    }
  }
}"""
"""What a hook without a document of its own is told: which change, and what is left to see of it. Content is fetched."""
VARIABLE: Final = "change"


def check_hook_document(schema: LimitedSchema, text: str) -> None:
    """Holds a partner's document to what it has to be.

    :raises BadInput: it is not valid, is no single query, asks for too much, or wants other variables than `$change: ID!`.
    """
    prepared = schema.documents.prepare(text)
    if prepared.errors:
        raise BadInput(f"the document is not valid: {prepared.errors[0].message}", field=["document"])
    try:
        definition = prepared.operation(None)
    except GraphQLError as error:
        raise BadInput("the document must hold exactly one operation", field=["document"]) from error
    if definition.operation is not OperationType.QUERY:
        raise BadInput("the document must be a query", field=["document"])
    for variable in definition.variable_definitions or ():
        if variable.variable.name.value != VARIABLE and variable.default_value is None:
            raise BadInput(
                f"the document needs ${variable.variable.name.value}; only ${VARIABLE}: ID!, the id of the change, is given",
                field=["document"],
            )
    prepared.cost(definition, {})
