"""A complete consumer: it keeps a folder of stories as the partner may use them, obeys corrections and kills, and says so.

    python consumer.py https://pool.example CLIENT_ID CLIENT_SECRET FOLDER [--once]

The folder holds `cursor` (how far the change log was followed) and a file for each story. The cursor is written after what came before
it was done, so whoever kills this program at any moment loses nothing: the last page is done again, with the same result.
"""

import json
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

CHANGES = """query($after: String, $wait: Int!) { changes(after: $after, first: 50, waitSeconds: $wait) {
  edges { node { kind previousCursor storyId story { uri } notice { id kind state } } }
  pageInfo { endCursor hasNextPage } retryAfter } }"""
STORY = """query($id: ID!, $use: UseInput!) { story(id: $id) { uri version pubStatus
  variants { id version language headline body usageDecision(use: $use) { decision duties { action deadline } } } } }"""
EVERYTHING = """query($after: String) { stories(first: 50, after: $after) { edges { node { id } } pageInfo { endCursor hasNextPage } } }"""
TAKE = """mutation($input: AcknowledgePickupInput!) { acknowledgePickup(input: $input) { pickup { id } userErrors { code message } } }"""
ACKNOWLEDGE = """mutation($input: AcknowledgeNoticeInput!) { acknowledgeNotice(input: $input) { notice { id } userErrors { code message } } }"""
USE = {"territory": "FR", "channel": "WEB"}  # what this consumer does with stories
READ_ANEW = {"AGREEMENT_CHANGED"}  # what we may see has changed: read everything again


class TooOld(Exception):
    """The cursor lies before what the pool keeps; goes on from `resume`."""

    def __init__(self, resume):
        self.resume = resume


class Pool:
    """The API, with a token that is renewed when it has to be."""

    def __init__(self, url, client_id, secret):
        self.url, self.credentials, self.token = url, (client_id, secret), None

    def renew(self):
        client_id, secret = self.credentials
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        data = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/oauth/token", data), timeout=30) as answer:
            self.token = json.load(answer)["access_token"]

    def ask(self, query, **variables):
        """The data of an operation. A token that has expired is replaced once."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        for _ in range(2):
            if self.token is None:
                self.renew()
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
            try:
                with urllib.request.urlopen(
                    urllib.request.Request(f"{self.url}/graphql", body, headers), timeout=60
                ) as answer:
                    result = json.load(answer)
                break
            except urllib.error.HTTPError as error:
                if error.code != 401:
                    raise
                self.token = None
        for error in result.get("errors", ()):
            if error["extensions"].get("reason") == "CURSOR_TOO_OLD":
                raise TooOld(error["extensions"]["resumeAfter"])
            if error["extensions"]["code"] != "NOT_FOUND":
                raise RuntimeError(error["message"])
        return result["data"]


class Consumer:
    def __init__(self, pool, folder):
        self.pool, self.folder = pool, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.place = self.folder / "cursor"

    def cursor(self):
        return self.place.read_text() if self.place.exists() else None

    def remember(self, cursor):
        """Writes the cursor so that a crash leaves the old one or the new one."""
        new = self.folder / "cursor.new"
        new.write_text(cursor)
        new.replace(self.place)

    def file_of(self, story_id):
        return self.folder / f"{story_id}.json"

    def refresh(self, story_id):
        """Brings our copy of a story to what it is now: kept, taken for our use, or taken down."""
        story = self.pool.ask(STORY, id=story_id, use=USE)["story"]
        kept = []
        for variant in story["variants"] if story else ():
            if variant["usageDecision"]["decision"] == "DENY":
                continue
            given = {"variantId": variant["id"], "version": variant["version"], "uses": [USE]}
            payload = self.pool.ask(TAKE, input=given)["acknowledgePickup"]  # the same again is the same pickup
            if payload["pickup"]:
                kept.append(variant)
                self.note_pickup(story_id, payload["pickup"]["id"])
        if kept:
            new = self.file_of(story_id).with_suffix(".new")
            new.write_text(json.dumps({**story, "variants": kept}, ensure_ascii=False))
            new.replace(self.file_of(story_id))
        else:
            self.file_of(story_id).unlink(missing_ok=True)

    def pickups_of(self, story_id):
        path = self.folder / f"{story_id}.pickups"
        return path.read_text().split() if path.exists() else []

    def note_pickup(self, story_id, pickup_id):
        """Remembers what was taken, also after the story is gone."""
        known = self.pickups_of(story_id)
        if pickup_id not in known:
            (self.folder / f"{story_id}.pickups").write_text("\n".join([*known, pickup_id]))

    def acknowledge(self, notice, story_id):
        """Says what was done with each copy, and where it ran. By now `refresh` has corrected or removed ours."""
        done = "REMOVED" if notice["kind"] in ("KILL", "WITHHOLD") else "CORRECTED"
        ran_at = f"https://news.example/{story_id}"
        copies = [{"pickupId": pickup, "url": ran_at, "action": done} for pickup in self.pickups_of(story_id)]
        self.pool.ask(ACKNOWLEDGE, input={"noticeId": notice["id"], "copies": copies})

    def read_anew(self):
        """Everything there is, and nothing that is not there any more."""
        found, after = set(), None
        while True:
            page = self.pool.ask(EVERYTHING, after=after)["stories"]
            found |= {edge["node"]["id"] for edge in page["edges"]}
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        for story_id in found | {path.stem for path in self.folder.glob("*.json")}:
            self.refresh(story_id)

    def step(self, wait):
        """One page of changes. Returns how many seconds to wait before the next."""
        after = self.cursor()
        try:
            page = self.pool.ask(CHANGES, after=after, wait=wait)["changes"]
        except TooOld as error:
            self.read_anew()
            self.remember(error.resume)
            return 0
        for edge in page["edges"]:
            change = edge["node"]
            if edge is page["edges"][0] and change["previousCursor"] != after:
                raise RuntimeError("a change is missing between the cursor and this page")
            if change["kind"] in READ_ANEW:
                self.read_anew()
            elif change["storyId"] and change["kind"].startswith(("STORY_", "EMBARGO_", "NOTICE_ISSUED")):
                self.refresh(change["storyId"])
            if change["notice"] and change["notice"]["state"] not in (None, "ACKNOWLEDGED"):
                self.acknowledge(change["notice"], change["storyId"])
        self.remember(page["pageInfo"]["endCursor"])
        return 0 if page["pageInfo"]["hasNextPage"] or wait else page["retryAfter"]


def main(url, client_id, secret, folder, *options):
    consumer = Consumer(Pool(url, client_id, secret), folder)
    if "--once" in options:
        while consumer.step(0) == 0:
            pass
        return
    while True:
        try:
            time.sleep(consumer.step(25))
        except (OSError, RuntimeError) as error:  # the pool is away: nothing is lost, we go on from the cursor
            print(error, file=sys.stderr)
            time.sleep(10)


if __name__ == "__main__":
    main(*sys.argv[1:])
