"""Pages that may hold a copy of a story: what is read of the bytes at an address. Nothing here fetches.

charset     from bytes to text, whatever the page says of its charset (`plausible` tells a text from a misread one)
markup      what is shown of it, paragraph by paragraph, and what it says of itself (`structured`: in JSON-LD)
published   when it was published (`calendar` reads dates as people write them)
display     the article alone, for showing
read        all of it together
block       whether it stands in front of the article instead
"""

from models.reprint.page.block import RULES, BlockRule, block_of
from models.reprint.page.published import Precision, Published, PublishedSource
from models.reprint.page.read import MOST_BYTES, Image, Link, Page, Player, read_page

__all__ = [
    "MOST_BYTES",
    "RULES",
    "BlockRule",
    "Image",
    "Link",
    "Page",
    "Player",
    "Precision",
    "Published",
    "PublishedSource",
    "block_of",
    "read_page",
]
