"""A complete consumer: it keeps a folder of stories as the partner may use them, obeys corrections and kills, and says so.

    python consumer.py https://pool.example CLIENT_ID CLIENT_SECRET FOLDER [--once]

The folder holds `cursor` (how far the change log was followed) and a file for each story. The cursor is written after what came before
it was done, so whoever kills this program at any moment loses nothing: the last page is done again, with the same result. What was taken
and what must still be acknowledged is not kept here at all: the pool is asked for it.
"""

import json
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

USE = {"territory": "FR", "channel": "WEB"}  # what this consumer does with stories
CHANGES = """query($after: String, $wait: Int!) { changes(after: $after, first: 50, waitSeconds: $wait) {
  edges { node { kind cursor previousCursor storyId } } pageInfo { endCursor hasNextPage } retryAfter latestCursor } }"""
STORIES = """query($after: String) { stories(first: 50, after: $after) { edges { node { id } } pageInfo { endCursor hasNextPage } } }"""
STORY = """query($id: ID!, $use: UseInput!) { story(id: $id) { uri version pubStatus
  variants { id version language headline body usageDecision(use: $use) { decision } } } }"""
TAKE = """mutation($input: AcknowledgePickupInput!) { acknowledgePickup(input: $input) {
  pickup { id creditLine } userErrors { code message } } }"""
OWED = """{ open: notices(first: 50, filter: {state: OPEN}) { ...these } overdue: notices(first: 50, filter: {state: OVERDUE}) { ...these } }
  fragment these on NoticeConnection { edges { node { id kind storyId variantIds } } }"""
TAKEN = """query($story: ID!) { pickups(first: 100, filter: {storyId: $story}) { edges { node { id variantId } } } }"""
ANSWER = """mutation($input: AcknowledgeNoticeInput!) { acknowledgeNotice(input: $input) { notice { id } userErrors { code message } } }"""


class Lost(Exception):
    """The place in the change log is worth nothing any more, or something is missing after it: everything has to be read anew."""


class Pool:
    """The API, with a token that is renewed when it has to be."""

    def __init__(self, url, client_id, secret):
        self.url, self.token = url, None
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        self.credentials = urllib.parse.urlencode(form).encode()

    def send(self, path, body, **headers):
        with urllib.request.urlopen(urllib.request.Request(self.url + path, body, headers), timeout=60) as answer:
            return json.load(answer)

    def ask(self, query, **variables):
        """The data of an operation. A token that has expired is replaced once."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        for attempt in range(2):
            self.token = self.token or self.send("/oauth/token", self.credentials)["access_token"]
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
            try:
                result = self.send("/graphql", body, **headers)
                break
            except urllib.error.HTTPError as error:
                if error.code != 401 or attempt == 1:
                    raise
                self.token = None
        for error in result.get("errors", ()):
            if error["extensions"].get("reason") in ("CURSOR_TOO_OLD", "BAD_CURSOR"):
                raise Lost(error["message"])
            if error["extensions"]["code"] != "NOT_FOUND":
                raise RuntimeError(error["message"])
        return result["data"]


class Consumer:
    """Follows the pool into a folder."""

    def __init__(self, pool, folder):
        self.pool, self.folder = pool, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, name, text):
        """Writes a file so that a crash leaves the old one or the new one."""
        new = self.folder / f"{name}.new"
        new.write_text(text, encoding="utf-8")
        new.replace(self.folder / name)

    def refresh(self, story_id):
        """Brings our copy of a story to what it is now: kept, taken for our use, or taken down. Returns the variants that we hold."""
        story = self.pool.ask(STORY, id=story_id, use=USE)["story"]
        kept = []
        for variant in story["variants"] if story else ():
            if variant.pop("usageDecision")["decision"] == "DENY":
                continue
            given = {"variantId": variant["id"], "version": variant["version"], "uses": [USE]}
            payload = self.pool.ask(TAKE, input=given)["acknowledgePickup"]  # the same again is the same pickup
            if payload["pickup"]:
                kept.append({**variant, "pickup": payload["pickup"]})
            for refused in payload["userErrors"]:  # decided anew at this moment: without a pickup there is no copy
                print(f"{variant['id']} was not taken: {refused['message']} ({refused['code']})", file=sys.stderr)
        if kept:
            self.write(f"{story_id}.json", json.dumps({**story, "variants": kept}, ensure_ascii=False))
        else:
            (self.folder / f"{story_id}.json").unlink(missing_ok=True)
        return {variant["id"] for variant in kept}

    def acknowledge(self):
        """Says of each notice that is open what was done with our copies, and where they ran. What is refused is tried at the next step."""
        owed = self.pool.ask(OWED)
        for edge in owed["overdue"]["edges"] + owed["open"]["edges"]:
            notice = edge["node"]
            said = {"noticeId": notice["id"]}
            if notice["storyId"] and notice["kind"] in ("CORRECTION", "WITHHOLD", "KILL"):
                held = self.refresh(notice["storyId"])  # so that what is said is true
                taken = self.pool.ask(TAKEN, story=notice["storyId"])["pickups"]["edges"]
                said["copies"] = [
                    {"pickupId": pickup["id"], "action": "CORRECTED" if pickup["variantId"] in held else "REMOVED",
                     "url": f"https://news.example/{pickup['variantId']}"}
                    for pickup in (each["node"] for each in taken)
                    if not notice["variantIds"] or pickup["variantId"] in notice["variantIds"]
                ]  # fmt: skip
            for refused in self.pool.ask(ANSWER, input=said)["acknowledgeNotice"]["userErrors"]:
                print(f"{notice['id']} is not acknowledged: {refused['message']} ({refused['code']})", file=sys.stderr)

    def read_anew(self):
        """Everything there is, and nothing that is not there any more; the log is followed from where it ended before."""
        latest = self.pool.ask(CHANGES, after=None, wait=0)["changes"]["latestCursor"]
        ids, after, more = {path.stem for path in self.folder.glob("*.json")}, None, True
        while more:
            page = self.pool.ask(STORIES, after=after)["stories"]
            ids |= {edge["node"]["id"] for edge in page["edges"]}
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        for story_id in sorted(ids):
            self.refresh(story_id)
        return latest

    def step(self, wait):
        """One page of changes. Returns how many seconds to wait before the next."""
        place = self.folder / "cursor"
        try:
            if not place.exists():
                raise Lost("there is no cursor yet")
            last = place.read_text(encoding="utf-8")
            page = self.pool.ask(CHANGES, after=last, wait=wait)["changes"]
            for change in (edge["node"] for edge in page["edges"]):
                if change["previousCursor"] != last:
                    raise Lost("a change is missing")
                last = change["cursor"]
            for kind, story_id in dict.fromkeys(
                (edge["node"]["kind"], edge["node"]["storyId"]) for edge in page["edges"]
            ):
                if kind == "AGREEMENT_CHANGED":
                    self.read_anew()  # what we may see has changed
                elif story_id and kind.startswith(("STORY_", "EMBARGO_")):
                    self.refresh(story_id)
            cursor, delay = page["pageInfo"]["endCursor"], 0 if page["pageInfo"]["hasNextPage"] else page["retryAfter"]
        except Lost as reason:
            print(f"reading everything anew: {reason}", file=sys.stderr)
            cursor, delay = self.read_anew(), 0
        self.write("cursor", cursor)
        self.acknowledge()
        return delay


def main(url, client_id, secret, folder, *options):
    consumer = Consumer(Pool(url, client_id, secret), folder)
    while "--once" in options:
        if consumer.step(0) > 0:
            return
    while True:
        try:
            time.sleep(0 if consumer.step(25) == 0 else 1)  # the next page was waited for already
        except (OSError, RuntimeError) as error:  # the pool is away: nothing is lost, we go on from the cursor
            print(error, file=sys.stderr)
            time.sleep(10)


if __name__ == "__main__":
    main(*sys.argv[1:])
