"""Arguments that many fields share."""

from __future__ import annotations

from typing import Annotated

import strawberry

from models.language import LanguageTag

InLanguage = Annotated[
    LanguageTag | None,
    strawberry.argument(description="In which language; the nearest that there is, English where absent."),
]
First = Annotated[
    int | None, strawberry.argument(description="The first so many after `after`: 1 to 100, 20 where absent.")
]
After = Annotated[str | None, strawberry.argument(description="A cursor: the page begins after it.")]
Last = Annotated[int | None, strawberry.argument(description="The last so many before `before`: 1 to 100.")]
Before = Annotated[str | None, strawberry.argument(description="A cursor: the page ends before it.")]
