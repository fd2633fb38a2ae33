"""Pages that stand in front of an article: what a fetch got instead of it, and by what that is known.

What a program says to programs (a header, the address of a script, a host that serves nothing else) is proof by itself. Words that people
read are not: an article may write about captchas, its page may ask for cookies above and for a login below. So rules that go by words
hold only for pages that have no article, and where the words stand is looked at, too. How much article there is, is counted in
**sentences**: paragraphs of 15 words (24 characters) or more that do not speak of cookies.

    less than 30 words of them, or 48 characters      empty: there is nothing but notices
    less than 120 words, or 192 characters            bare: what stands in the way of articles is not longer
    less than 300 words, or 480 characters            short: walls show a paragraph or two of what is behind them

On a bare page a notice counts when it stands in the title or before the second sentence, for there the reader is told why there is no
article; what is asked of who wants to comment stands below. That a wall was climbed is seen by what is above all this: a page that
holds a story is not blocked, whatever else is on it. So match first, and ask here why there was nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from models.reprint.page.block_words import (
    CAPTCHA,
    CHALLENGE,
    CHALLENGE_TITLE,
    CONSENT,
    FACEBOOK_TITLE,
    GONE,
    LOGIN,
    NO_SCRIPT,
    PAYWALL,
    SINA_VISITOR,
    WECHAT_CHECK,
    WECHAT_REMOVED,
)
from models.reprint.page.read import Page
from models.reprint.shingles import SHINGLE_WEIGHT, units_of, weight

SENTENCE: Final = 3 * SHINGLE_WEIGHT
"""The weight of a paragraph that counts as article and not as a button or a notice: 15 words, or 24 characters."""
EMPTY: Final = 2 * SENTENCE
"""Less in sentences than this is none: 30 words, or 48 characters."""
BARE: Final = 8 * SENTENCE
"""Less than this is no article: 120 words, or 192 characters."""
SHORT: Final = 20 * SENTENCE
"""Less than this may be the beginning of one: 300 words, or 480 characters."""
MOST_PARAGRAPHS: Final = 2000
"""Of a page, that are looked at; and `LONGEST` characters of each."""
LONGEST: Final = 1000
LONGEST_NOTICE: Final = 300


@dataclass(frozen=True)
class Fetched:
    """A page with how it came.

    :param status: of HTTP.
    :param headers: of HTTP, names in small letters.
    """

    page: Page
    status: int
    headers: Mapping[str, str]

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """What of the page is looked at."""
        return tuple(paragraph[:LONGEST] for paragraph in self.page.paragraphs[:MOST_PARAGRAPHS])

    @cached_property
    def sentences(self) -> Mapping[int, int]:
        """The weight of each sentence by its place among the paragraphs, as far as they make a page that is not short."""
        found: dict[int, int] = {}
        total = 0
        for place, paragraph in enumerate(self.paragraphs):
            weighs = weight(units_of(paragraph)) if len(paragraph) >= 24 else 0
            if weighs >= SENTENCE and not CONSENT.search(paragraph):
                found[place] = weighs
                total += weighs
            if total >= SHORT:
                break
        return found

    @cached_property
    def prose(self) -> int:
        """How much article there is, as far as it matters."""
        return sum(self.sentences.values())

    @property
    def host(self) -> str:
        """That of the page's address, in small letters."""
        found = re.match(r"https?://([^/?#:@]+)", self.page.url.lower())
        return found[1] if found else ""

    @cached_property
    def opening(self) -> tuple[str, ...]:
        """The title, and the notices before the second sentence."""
        second = next(islice(self.sentences, 1, None), len(self.paragraphs))
        return (self.page.title, *self._notices(0, second))

    @cached_property
    def closing(self) -> tuple[str, ...]:
        """The notices behind the first sentence."""
        return tuple(self._notices(next(iter(self.sentences), 0), len(self.paragraphs)))

    def _notices(self, first: int, after: int) -> Iterator[str]:
        return (paragraph for paragraph in self.paragraphs[first:after] if len(paragraph) <= LONGEST_NOTICE)

    @property
    def asks_for_scripts(self) -> bool:
        """Whether it says that it needs them, to readers that have none."""
        return bool(NO_SCRIPT.search(self.page.without_script[:LONGEST])) or any(map(NO_SCRIPT.search, self.opening))

    def opens_with(self, words: re.Pattern[str]) -> bool:
        """Whether it has no article, and says this instead."""
        return self.prose < BARE and any(map(words.search, self.opening))

    def is_at(self, *domains: str) -> bool:
        """Whether its host is one of the domains, or below one."""
        return any(self.host == domain or self.host.endswith(f".{domain}") for domain in domains)


@dataclass(frozen=True)
class BlockRule:
    """A reason why a page is not the article.

    :param name: what is stored, and named in the documentation.
    :param reason: in words, why what the rule goes by is proof.
    """

    name: str
    reason: str
    holds: Callable[[Fetched], bool]


def _unreadable(fetched: Fetched) -> bool:
    return fetched.page.media_type not in ("text/html", "text/plain")


def _challenge(fetched: Fetched) -> bool:
    headers = fetched.headers
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    if headers.get("x-amzn-waf-action", "").lower() in ("challenge", "captcha"):
        return True
    in_frame = any("_Incapsula_Resource" in frame for frame in fetched.page.frames)
    in_script = bool(CHALLENGE.search(fetched.page.scripts))
    return fetched.prose < EMPTY and (in_frame or in_script or bool(CHALLENGE_TITLE.search(fetched.page.title)))


def _baidu(fetched: Fetched) -> bool:
    return fetched.is_at("wappass.baidu.com") or (fetched.prose < BARE and "百度安全验证" in fetched.page.title)


def _wechat_removed(fetched: Fetched) -> bool:
    return fetched.is_at("mp.weixin.qq.com") and fetched.opens_with(WECHAT_REMOVED)


def _wechat_check(fetched: Fetched) -> bool:
    return fetched.is_at("mp.weixin.qq.com", "weixin110.qq.com") and fetched.opens_with(WECHAT_CHECK)


def _weibo(fetched: Fetched) -> bool:
    at_passport = fetched.is_at("passport.weibo.com", "passport.weibo.cn", "visitor.passport.weibo.cn")
    return at_passport or (fetched.prose < BARE and bool(SINA_VISITOR.search(fetched.page.title)))


def _facebook(fetched: Fetched) -> bool:
    at_login = re.match(r"https?://[^/]+/(?:login|checkpoint|accounts/login|unsupportedbrowser)\b", fetched.page.url)
    is_login = fetched.prose < EMPTY and bool(FACEBOOK_TITLE.search(fetched.page.title))
    return fetched.is_at("facebook.com", "instagram.com") and (bool(at_login) or is_login)


def _x(fetched: Fetched) -> bool:
    return fetched.is_at("x.com", "twitter.com") and fetched.prose < BARE and fetched.asks_for_scripts


def _gone(fetched: Fetched) -> bool:
    return fetched.status in (404, 410) or fetched.opens_with(GONE)


def _captcha(fetched: Fetched) -> bool:
    return fetched.opens_with(CAPTCHA)


def _consent(fetched: Fetched) -> bool:
    asks = fetched.prose < SENTENCE and any(map(CONSENT.search, fetched.paragraphs))
    return asks or bool(re.match(r"(?:consent|guce)\.", fetched.host))


def _paywall(fetched: Fetched) -> bool:
    if fetched.page.is_free is False and fetched.prose < BARE:
        return True
    return fetched.prose < SHORT and any(map(PAYWALL.search, fetched.closing))


def _login(fetched: Fetched) -> bool:
    asks = fetched.prose < EMPTY and ("password" in fetched.page.fields or any(map(LOGIN.search, fetched.paragraphs)))
    return asks or fetched.opens_with(LOGIN)


def _needs_script(fetched: Fetched) -> bool:
    return fetched.prose < EMPTY and fetched.asks_for_scripts


def _refused(fetched: Fetched) -> bool:
    return fetched.status in (401, 402, 403, 407, 429, 451) and fetched.prose < BARE


def _failed(fetched: Fetched) -> bool:
    return fetched.status >= 500 and fetched.prose < BARE


def _empty(fetched: Fetched) -> bool:
    page = fetched.page
    return not page.paragraphs and not page.images and not page.players


RULES: Final = (
    BlockRule("UNREADABLE", "It is a file and no page: a picture, a PDF. What it holds is not read here.", _unreadable),
    BlockRule("JS_CHALLENGE", "A gateway lets scripts prove that they run in a browser; its header or script says so.", _challenge),
    BlockRule("BAIDU_CHECK", "百度安全验证: Baidu shows it, by this title and address, to whom it takes for a robot.", _baidu),
    BlockRule("WECHAT_REMOVED", "WeChat says that the article was deleted by its author or for breaking rules.", _wechat_removed),
    BlockRule("WECHAT_CHECK", "环境异常: WeChat shows it, at the article's address, to whom it takes for a robot.", _wechat_check),
    BlockRule("WEIBO_VISITOR", "Sina Visitor System: Weibo sends everybody without its cookie there.", _weibo),
    BlockRule("FACEBOOK_LOGIN", "Facebook and Instagram show a login instead of most posts.", _facebook),
    BlockRule("X_NO_SCRIPT", "X gives its posts to scripts only, and says that JavaScript is not available.", _x),
    BlockRule("NOT_FOUND", "The status, or nothing but a notice, says that there is no such page.", _gone),
    BlockRule("CAPTCHA", "There is no article, and a notice asks to prove that one is no robot.", _captcha),
    BlockRule("CONSENT_WALL", "There is no article, and what there is asks for consent to cookies.", _consent),
    BlockRule("PAYWALL", "There is no whole article, and the page says that the rest is for subscribers.", _paywall),
    BlockRule("LOGIN_WALL", "There is no article, and a notice or a field asks for a login.", _login),
    BlockRule("NEEDS_SCRIPT", "There is next to no text, and a notice says that scripts are needed to show it.", _needs_script),
    BlockRule("REFUSED", "The status says that this reader is not let in, and there is no article.", _refused),
    BlockRule("SERVER_FAILED", "The status says that the server failed, and there is no article.", _failed),
    BlockRule("EMPTY", "There is no text, no picture and no player: what it leads to, scripts or a refresh must bring.", _empty),
)  # fmt: skip
"""In the order in which they are tried: what is surest and says most comes first."""


def block_of(page: Page, status: int, headers: Mapping[str, str]) -> str | None:
    """The name of the first rule by which a page is not the article; None where it may be one.

    :param status: of HTTP.
    :param headers: of HTTP, names in any case.
    """
    fetched = Fetched(page, status, {name.lower(): value for name, value in headers.items()})
    return next((rule.name for rule in RULES if rule.holds(fetched)), None)
