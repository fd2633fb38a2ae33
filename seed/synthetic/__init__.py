"""Synthetic pools for measuring: any number of stories, the same again for the same seed, written past the ORM.

`text` writes, `stock` holds what stories refer to, `story` makes them, `rows` puts them into rows, `sqlite` and `postgres` write those,
and `growth` runs it all. A test holds the outcome to what the release door writes.
"""

from seed.synthetic.growth import grow

__all__ = ["grow"]
