"""The statements that make bulk reprints in the database itself, the same rows on SQLite and PostgreSQL.

Everything is a function of a row's number: `_drawn` scrambles it, so that no two columns go together, and nothing is random. Moments are
whole seconds since 1970 until they are written; grades and qualifiers are their ranks, from the worst and from the surest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from models.pickup.publication import PATIENCE
from tests.bench.reprint_catalogue import BLOCK, OUTLET_SLOTS, PARTNER_SLOTS, PATTERNS, STORY_SLOTS

BEGIN: Final = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp())
SECONDS: Final = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) - BEGIN
FIGURES: Final = 20 / 3
"""Snapshots a copy: six, and a seventh for two of three."""
GROUP_SIZE: Final = 5

_PRIME: Final = 2_147_483_647
_FACTORS: Final = (
    48_271, 69_621, 16_807, 39_373, 1_343_714_438, 1_226_874_159, 950_706_376, 742_938_285, 62_089_911, 630_360_016, 1_583_458_089,
    784_588_716, 1_132_489_760, 2_136_437, 1_078_318_381, 1_203_248_318, 397_204_094, 2_027_812_808, 1_323_257_245, 764_261_123,
)  # fmt: skip
_DAY: Final = 86_400
_SHANGHAI: Final = 28_800


@dataclass(frozen=True)
class Size:
    """How many rows there are.

    :param group_every: of so many copies the first five are in a group.
    """

    pickups: int
    group_every: int = 10_000

    @property
    def reprints(self) -> int:
        """Copies: whole blocks."""
        return self.pickups * 3 // BLOCK * BLOCK

    @property
    def snapshots(self) -> int:
        """Figures of copies, those of groups and accounts aside."""
        return self.reprints * 6 + sum(1 for rest in range(self.reprints % 3) if rest != 2) + self.reprints // 3 * 2


@dataclass(frozen=True)
class Dialect:
    """What the two engines write differently."""

    name: str

    @property
    def _is_sqlite(self) -> bool:
        return self.name == "sqlite"

    def numbers(self, first: str, after: str) -> str:
        """A table `n(i)` of whole numbers, half-open."""
        if self._is_sqlite:
            step = f"SELECT {first} AS i UNION ALL SELECT i + 1 FROM c WHERE i + 1 < {after}"
            return f"(WITH RECURSIVE c(i) AS ({step}) SELECT i FROM c) AS n"
        return f"generate_series(CAST({first} AS bigint), {after} - 1) AS n(i)"

    def id(self, kind: int, milliseconds: str, number: str) -> str:
        """A UUID version 7 of that moment."""
        if self._is_sqlite:
            return f"printf('%012x7{kind:03x}8000%012x', {milliseconds}, {number})"
        return f"CAST(lpad(to_hex({milliseconds}), 12, '0') || '7{kind:03x}8000' || lpad(to_hex({number}), 12, '0') AS uuid)"

    def moment(self, seconds: str) -> str:
        """As `UTCDateTime` keeps it."""
        if self._is_sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"
        return f"to_timestamp({seconds})"

    def sha256(self, text: str) -> str:
        """In hex; on SQLite a function of the connection's."""
        return f"sha256({text})" if self._is_sqlite else f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"

    def json(self, text: str) -> str:
        """A JSON value."""
        return f"'{text}'" if self._is_sqlite else f"CAST('{text}' AS jsonb)"

    def false(self) -> str:
        return "0" if self._is_sqlite else "false"


def _drawn(number: str, stream: int, below: int) -> str:
    """A whole number from 0 up to `below`, by a row's number; another for each stream."""
    one, other = _FACTORS[stream], _FACTORS[(stream * 7 + 3) % len(_FACTORS)]
    return f"(((({number}) * {one}) % {_PRIME}) * ((({number}) + {stream + 11}) * {other} % {_PRIME}) % {_PRIME} % {below})"


def _choice(drawn: str, shares: dict[str, int], rest: str) -> str:
    """Of a number drawn below the sum of shares: one of the values, each so often."""
    cases, upper = [], 0
    for value, share in shares.items():
        upper += share
        cases.append(f"WHEN {drawn} < {upper} THEN {value}")
    return f"CASE {' '.join(cases)} ELSE {rest} END"


class Statements:
    """The statements for one size on one engine. They take `{first}` and `{after}`: a stretch of the rows' numbers."""

    def __init__(self, dialect: str, size: Size) -> None:
        self._sql = Dialect(dialect)
        self._size = size

    def _created(self, number: str) -> str:
        return f"({BEGIN} + ({number}) * {SECONDS} / {self._size.reprints})"

    def _taken(self, number: str) -> str:
        return f"({BEGIN} + ({number}) * {SECONDS} / {self._size.pickups})"

    def _reprint_id(self, number: str) -> str:
        return self._sql.id(1, f"{self._created(number)} * 1000", number)

    def _pickup_id(self, number: str) -> str:
        return self._sql.id(2, f"{self._taken(number)} * 1000", number)

    def _group_id(self, number: str) -> str:
        return self._sql.id(4, f"{self._created(f'({number}) * {self._size.group_every}')} * 1000", number)

    def _published(self, number: str) -> str:
        """A little before it was reported; of one in four only the day is known, in the zone of the reports."""
        at = f"({self._created(number)} - {_drawn(number, 6, 3600)})"
        day = f"(({at} + {_SHANGHAI}) / {_DAY} * {_DAY} - {_SHANGHAI})"
        return f"CASE WHEN {_drawn(number, 7, 4)} = 0 THEN {day} ELSE {at} END"

    def pickups(self) -> str:
        """Pickups: of stories and by partners by Zipf's law. `uses_key` is of the row's number, so that a story can be taken as often. What
        has no copy, which must be there before, is long missing."""
        sql = self._sql
        use = '[{"action": "distribute", "territory": "001", "channel": "WEB", "language": null, "purpose": null, "at": null}]'
        at, given_back = self._taken("n.i"), f"{_drawn('n.i', 3, 20)} = 0"
        copied = f"EXISTS (SELECT 1 FROM reprint AS r WHERE r.pickup_id = {self._pickup_id('n.i')} AND r.state <> 'WITHDRAWN')"
        return f"""
INSERT INTO pickup (id, partner_id, client_id, agreement_id, agreement_version, story_id, story_version, release_id, variant_id,
  variant_version, uses, uses_key, decision, policy_hash, agreement_policy_hash, outlet_ids, created_at, updated_at, released_at,
  missing_since, charges)
SELECT {self._pickup_id("n.i")}, p.partner_id, p.client_id, p.agreement_id, 1, s.story_id, s.story_version, s.release_id, s.variant_id,
  s.variant_version, {sql.json(use)}, {sql.sha256("'use ' || n.i")}, {sql.json('{"decision": "PERMIT", "uses": []}')}, s.policy_hash,
  p.policy_hash, {sql.json("[]")}, {sql.moment(at)}, {sql.moment(at)},
  CASE WHEN {given_back} THEN {sql.moment(f"{at} + {_DAY}")} END,
  CASE WHEN NOT {given_back} AND NOT {copied} THEN {sql.moment(f"{at} + {PATIENCE.days} * {_DAY}")} END, {sql.json("[]")}
FROM {sql.numbers("{first}", "{after}")}
JOIN bench_story AS s ON s.n = {_drawn("n.i", 0, STORY_SLOTS)}
JOIN bench_partner AS p ON p.n = {_drawn("n.i", 1, PARTNER_SLOTS)}"""

    def reprints(self) -> str:
        """Copies: three of four chains begin with one of a pickup."""
        sql, size = self._sql, self._size
        state = _choice(
            _drawn("f.i", 5, 1000),
            {
                "'VERIFIED'": 700, "'PARTIAL'": 100, "'CREDIT_MISSING'": 80, "'MISMATCH'": 20, "'BLOCKED'": 10, "'UNREACHABLE'": 10,
                "'NEEDS_REVIEW'": 10, "'DEAD_LINK'": 10, "'CHANGED'": 10, "'WITHDRAWN'": 20,
            },
            "'CLAIMED'",
        )  # fmt: skip
        form = _choice(
            _drawn("f.i", 8, 10), {"'FULL'": 4, "'EDITED'": 3, "'EXCERPT'": 1, "'VIDEO'": 1}, "'TRANSLATION'"
        )
        language = f"CASE WHEN {_drawn('f.i', 9, 5)} = 0 THEN s.language ELSE o.language END"
        basis = _choice(_drawn("f.i", 2, 10), {"'LINKED'": 3, "'STATED'": 4, "'MATCHED'": 2}, "'INFERRED'")
        confidence = _choice(_drawn("f.i", 2, 10), {"95": 3, "90": 4, "70": 2}, "30")
        kind = _choice(_drawn("f.i", 12, 10), {"'REPOST'": 7, "'QUOTE'": 1, "'TRANSLATION'": 1}, "'EMBED'")
        precision = f"CASE WHEN {_drawn('f.i', 7, 4)} = 0 THEN 'DAY' WHEN f.i % 2 = 0 THEN 'MINUTE' ELSE 'SECOND' END"
        pickup = f"(f.root * {size.pickups} / {size.reprints} - 40 - {_drawn('f.root', 4, 400)})"
        no = sql.false()
        return f"""
INSERT INTO reprint (id, copy_key, url, address, title, outlet_id, pickup_id, partner_id, origin_partner_id, parent_id, root_id, depth,
  edge_kind, edge_basis, edge_confidence, story_id, variant_id, variant_version, language, territory, form, published_at,
  published_precision, published_source, state, revision, created_at, updated_at, demonstration)
WITH copy AS MATERIALIZED (
  SELECT n.i AS i, c.depth AS depth, n.i - c.place + c.root AS root, n.i - c.place + c.parent AS parent
  FROM {sql.numbers("{first}", "{after}")}
  JOIN bench_node AS c ON c.pattern = n.i / {BLOCK} % {PATTERNS} AND c.place = n.i % {BLOCK}
), found AS MATERIALIZED (
  SELECT f.i, f.depth, f.root, f.parent,
    CASE WHEN {_drawn("f.root", 2, 4)} > 0 AND {pickup} >= 0 THEN {pickup} END AS pickup FROM copy AS f
), f AS MATERIALIZED (
  SELECT f.i, f.depth, f.root, f.parent, f.pickup, {self._created("f.i")} AS created, {self._published("f.i")} AS published,
    CASE WHEN f.pickup IS NULL THEN {_drawn("f.root", 13, STORY_SLOTS)} ELSE {_drawn("f.pickup", 0, STORY_SLOTS)} END AS story,
    {_drawn("f.pickup", 1, PARTNER_SLOTS)} AS partner, {_drawn("f.i", 10, OUTLET_SLOTS)} AS outlet FROM found AS f
)
SELECT {self._reprint_id("f.i")}, {sql.sha256("'https://' || o.host || '/copy/' || f.i")}, 'https://' || o.host || '/copy/' || f.i,
  'https://' || o.host || '/copy/' || f.i, 'Copy ' || f.i || ' at ' || o.host, o.outlet_id,
  CASE WHEN f.depth = 0 AND f.pickup IS NOT NULL THEN {self._pickup_id("f.pickup")} END,
  CASE WHEN f.depth = 0 THEN p.partner_id END, p.partner_id, CASE WHEN f.depth > 0 THEN {self._reprint_id("f.parent")} END,
  {self._reprint_id("f.root")}, f.depth, CASE WHEN f.depth = 0 THEN 'REPRINT' ELSE {kind} END, {basis}, {confidence},
  s.story_id, s.variant_id, s.variant_version, {language}, o.territory, {form}, {sql.moment("f.published")}, {precision}, 'STATED',
  {state}, 1, {sql.moment("f.created")}, {sql.moment("f.created")}, {no}
FROM f
JOIN bench_story AS s ON s.n = f.story
JOIN bench_outlet AS o ON o.n = f.outlet
LEFT JOIN bench_partner AS p ON p.n = f.partner
ORDER BY f.i"""

    def _figures(self) -> str:
        """Each copy with what its figures are made of: measures, values, grades, qualifiers.

        0 and 1 are two cumulative figures of the first measure, 29 days apart; 6 is what came since. 2 and 5 are likes.
        """
        w = _drawn("n.i", 15, 1000)
        grade = "CASE WHEN {0} < 15 THEN 3 WHEN {0} < 65 THEN 2 WHEN {0} < 85 THEN 1 ELSE 0 END"
        qualifier = "CASE WHEN {0} < 80 THEN 0 WHEN {0} < 90 THEN 1 ELSE 2 END"
        grades = ", ".join(f"{grade.format(_drawn('n.i', 13 + slot, 100))} AS g{slot}" for slot in range(7))
        qualifiers = ", ".join(f"{qualifier.format(_drawn('n.i', 12 - slot, 100))} AS q{slot}" for slot in range(7))
        grown = _choice(_drawn("n.i", 16, 20), {"90": 1}, f"100 + {_drawn('n.i', 17, 80)}")
        value = f"(10 + {w} * {w} * {w} / 1000)"
        return f"""
f AS MATERIALIZED (
  SELECT n.i AS i, {self._published("n.i")} AS at, {value} AS v0, {value} * ({grown}) / 100 AS v1, {value} / 10 AS v2,
    {value} / 40 AS v3, {value} / 3 AS v4, {value} / 9 AS v5, {value} / 20 AS v6, {grades}, {qualifiers},
    {_choice(_drawn("n.i", 10, 10), {"'VIEWS'": 5, "'READS'": 3}, "'PLAYS'")} AS measure,
    CASE WHEN n.i % 2 = 0 THEN 'COMMENTS' ELSE 'SHARES' END AS measure3,
    CASE WHEN n.i % 3 = 0 THEN 'REACH' WHEN n.i % 2 = 0 THEN 'SHARES' ELSE 'COMMENTS' END AS measure4,
    CASE WHEN {_drawn("n.i", 11, 10)} = 0 THEN 'FILTERED' ELSE 'RAW' END AS counting1,
    CASE WHEN {_drawn("n.i", 18, 5)} = 0 THEN 29 ELSE 30 END AS since6
  FROM {self._sql.numbers("{first}", "{after}")}
)"""

    def _snapshot_id(self, at: str, slot: str) -> str:
        return self._sql.id(3, f"({at}) * 1000", f"f.i * 8 + {slot}")

    def snapshots(self) -> str:
        """Figures of copies, six or seven each."""
        sql = self._sql

        def by_slot(prefix: str) -> str:
            return f"CASE k.slot {' '.join(f'WHEN {slot} THEN f.{prefix}{slot}' for slot in range(7))} END"

        measure = "CASE k.slot WHEN 2 THEN 'LIKES' WHEN 5 THEN 'LIKES' WHEN 3 THEN f.measure3 WHEN 4 THEN f.measure4 ELSE f.measure END"
        days = "CASE k.slot WHEN 1 THEN 30 WHEN 5 THEN 30 WHEN 6 THEN 60 ELSE 1 END"
        at = f"f.at + {_DAY} * ({days})"
        grade, is_below = by_slot("g"), "k.slot = 1 AND f.v1 < f.v0 AND f.counting1 = 'RAW'"
        return f"""
INSERT INTO metric_snapshot (id, snapshot_key, reprint_id, measure, value, accumulation, counting, since, as_of, source, evidence, grade,
  qualifier, breakdown, decreased, created_by, created_at)
WITH {self._figures()}, k(slot) AS (VALUES (0), (1), (2), (3), (4), (5), (6))
SELECT {self._snapshot_id(at, "k.slot")}, {sql.sha256("f.i || ' ' || k.slot")}, {self._reprint_id("f.i")}, {measure}, {by_slot("v")},
  CASE WHEN k.slot = 6 THEN 'DELTA' ELSE 'CUMULATIVE' END, CASE WHEN k.slot = 1 THEN f.counting1 ELSE 'RAW' END,
  CASE WHEN k.slot = 6 THEN {sql.moment(f"f.at + {_DAY} * f.since6")} END, {sql.moment(at)}, 'benchmark',
  CASE WHEN ({grade}) = 3 THEN 'https://evidence.example/' || f.i END, {_grade(grade)}, {_qualifier(by_slot("q"))}, {sql.json("[]")},
  {is_below}, 'benchmark', {sql.moment(at)}
FROM f CROSS JOIN k WHERE k.slot < 6 OR f.i % 3 <> 2 ORDER BY f.i, k.slot"""

    def standing(self) -> str:
        """What stands of them, by `models.metric.standing`."""
        sql = self._sql
        later = "f.counting1 = 'RAW' AND f.g1 >= f.g0"
        more = f"f.i % 3 <> 2 AND (NOT ({later}) OR f.since6 >= 30)"
        likes = "f.g5 >= f.g2"
        first_days, likes_days = f"CASE WHEN {later} THEN 30 ELSE 1 END", f"CASE WHEN {likes} THEN 30 ELSE 1 END"
        first_grade, first_qualifier = (f"CASE WHEN {later} THEN f.{one}1 ELSE f.{one}0 END" for one in "gq")
        worse = f"CASE WHEN ({more}) AND f.g6 < ({first_grade}) THEN f.g6 ELSE {first_grade} END"
        weaker = f"CASE WHEN ({more}) AND f.q6 > ({first_qualifier}) THEN f.q6 ELSE {first_qualifier} END"
        rows = (
            (
                "f.measure", "'RAW'", f"CASE WHEN {later} THEN f.v1 ELSE f.v0 END + CASE WHEN {more} THEN f.v6 ELSE 0 END", worse, weaker,
                f"CASE WHEN {more} THEN 60 ELSE {first_days} END", first_days, f"CASE WHEN {later} THEN 1 ELSE 0 END", "1 = 1",
            ),
            ("f.measure", "'FILTERED'", "f.v1", "f.g1", "f.q1", "30", "30", "1", "f.counting1 = 'FILTERED'"),
            (
                "'LIKES'", "'RAW'", f"CASE WHEN {likes} THEN f.v5 ELSE f.v2 END", f"CASE WHEN {likes} THEN f.g5 ELSE f.g2 END",
                f"CASE WHEN {likes} THEN f.q5 ELSE f.q2 END", likes_days, likes_days, f"CASE WHEN {likes} THEN 5 ELSE 2 END", "1 = 1",
            ),
            ("f.measure3", "'RAW'", "f.v3", "f.g3", "f.q3", "1", "1", "3", "1 = 1"),
            ("f.measure4", "'RAW'", "f.v4", "f.g4", "f.q4", "1", "1", "4", "1 = 1"),
        )  # fmt: skip
        selects = "\nUNION ALL\n".join(
            f"SELECT {self._reprint_id('f.i')} AS subject, {measure} AS measure, {counting} AS counting, {value} AS value,"
            f" {_grade(grade)} AS grade, {_qualifier(qualifier)} AS qualifier,"
            f" {sql.moment(f'f.at + {_DAY} * ({days})')} AS as_of, {self._snapshot_id(f'f.at + {_DAY} * ({base})', slot)} AS snapshot"
            f" FROM f WHERE {where}"
            for measure, counting, value, grade, qualifier, days, base, slot, where in rows
        )
        return f"""
INSERT INTO standing_figure (subject_id, measure, counting, value, grade, qualifier, as_of, snapshot_id)
WITH {self._figures()}
{selects} ORDER BY 1, 2, 3"""

    def groups(self) -> tuple[str, ...]:
        """One in so many copies begins five posts that were counted together, too."""
        sql = self._sql
        count = f"{self._size.reprints // self._size.group_every}"
        numbers = sql.numbers("0", count)
        at = self._created(f"n.i * {self._size.group_every}")
        member = f"n.i * {self._size.group_every} + k.slot"
        return (
            f"""
INSERT INTO metric_group (id, key, name, story_id, stated_size, ran_at, ran_precision, created_at, demonstration)
SELECT {self._group_id("n.i")}, 'bench-group-' || n.i, 'Posts ' || n.i, r.story_id, {GROUP_SIZE}, {sql.moment(at)}, 'DAY',
  {sql.moment(at)}, {sql.false()}
FROM {numbers} JOIN reprint AS r ON r.id = {self._reprint_id(f"n.i * {self._size.group_every}")}""",
            f"""
INSERT INTO metric_group_member (id, group_id, reprint_id)
WITH k(slot) AS (VALUES (0), (1), (2), (3), (4))
SELECT {sql.id(5, f"{at} * 1000", "n.i * 8 + k.slot")}, {self._group_id("n.i")}, {self._reprint_id(member)} FROM {numbers} CROSS JOIN k""",
            self._snapshot_of(
                "group_id", 6, "n.i * 8 + k.slot", self._group_id("n.i"), "'VIEWS'", "50000 + n.i * 40000", at
            )
            + f" FROM {numbers} CROSS JOIN (SELECT 0 AS slot) AS k",
            self._standing_of("group_id"),
        )

    def accounts(self) -> tuple[str, ...]:
        """The followers of the centre's own accounts, month after month."""
        at = f"{BEGIN} + n.i * {SECONDS} / 36"
        own = f"FROM {self._sql.numbers('0', '36')} CROSS JOIN outlet AS o WHERE o.partner_id IS NULL AND o.unclaimed = {self._sql.false()}"
        number = "n.i * 8 + (SELECT count(*) FROM outlet AS b WHERE b.partner_id IS NULL AND b.key < o.key AND b.key < 'bench-outlet-0008')"
        value = "200000 + n.i * 1000"
        return (
            f"{self._snapshot_of('outlet_id', 7, number, 'o.id', chr(39) + 'FOLLOWERS' + chr(39), value, at)} {own}",
            self._standing_of("outlet_id"),
        )

    def _snapshot_of(
        self, subject: str, kind: int, number: str, subject_id: str, measure: str, value: str, at: str
    ) -> str:
        sql = self._sql
        return f"""
INSERT INTO metric_snapshot (id, snapshot_key, {subject}, measure, value, accumulation, counting, as_of, source, grade, qualifier,
  breakdown, decreased, created_by, created_at)
SELECT {sql.id(kind, f"({at}) * 1000", number)}, {sql.sha256(f"'{subject} ' || ({number})")}, {subject_id}, {measure}, {value},
  'CUMULATIVE', 'RAW', {sql.moment(at)}, 'benchmark', 'CLAIMED', 'AT_LEAST', {sql.json("[]")}, {sql.false()}, 'benchmark',
  {sql.moment(at)}"""

    def _standing_of(self, subject: str) -> str:
        newest = (
            f"SELECT max(b.as_of) FROM metric_snapshot AS b WHERE b.{subject} = a.{subject} AND b.measure = a.measure"
        )
        return f"""
INSERT INTO standing_figure (subject_id, measure, counting, value, grade, qualifier, as_of, snapshot_id)
SELECT a.{subject}, a.measure, a.counting, a.value, a.grade, a.qualifier, a.as_of, a.id FROM metric_snapshot AS a
WHERE a.{subject} IS NOT NULL AND a.as_of = ({newest})"""


def _grade(rank: str) -> str:
    return f"CASE ({rank}) WHEN 0 THEN 'CLAIMED' WHEN 1 THEN 'ESTIMATED' WHEN 2 THEN 'REPORTED' ELSE 'MEASURED' END"


def _qualifier(rank: str) -> str:
    return f"CASE ({rank}) WHEN 0 THEN 'EXACT' WHEN 1 THEN 'AT_LEAST' ELSE 'ABOUT' END"
