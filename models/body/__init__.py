"""Bodies: what editors paste as plain editorial HTML, sanitised, the plain text of it, and how long it is.

`clean` is for what people write; `sanitise` alone for what a program wrote. A paste goes through `source` (tokens),
`read` (blocks of runs), `arrange` (the one form of a content) and `write`, and is sanitised.
"""

from models.body.clean import MAXIMUM_CHARACTERS, check_links, clean
from models.body.sanitise import sanitise
from models.body.text import count_characters, count_words, from_paragraphs, plain_text

__all__ = [
    "MAXIMUM_CHARACTERS",
    "check_links",
    "clean",
    "count_characters",
    "count_words",
    "from_paragraphs",
    "plain_text",
    "sanitise",
]
