"""Canonical addresses: one copy is one address, two articles are two."""

from __future__ import annotations

import random
import string
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import BadUrl
from models.reprint.address import LONGEST_ADDRESS, TRACKING, TRACKING_PREFIXES, canonical_address

WECHAT: Final = "https://mp.weixin.qq.com/s"


@pytest.mark.parametrize(
    ("given_url", "canonical"),
    [
        # scheme, host, port
        ("HTTP://News.Example.ORG/a", "https://news.example.org/a"),
        ("http://example.org:80/a", "https://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("  https://example.org/a  ", "https://example.org/a"),
        ("https://例子.中国/a", "https://xn--fsqu00a.xn--fiqs8s/a"),
        ("https://ｅxample.org/a", "https://example.org/a"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("https://[2001:DB8:0:0::1]/a", "https://[2001:db8::1]/a"),
        ("https://my_site.example.org/a", "https://my_site.example.org/a"),
        # editions of a site
        ("https://www.example.org/a", "https://example.org/a"),
        ("https://m.example.org/a", "https://example.org/a"),
        ("https://mobile.example.org/a", "https://example.org/a"),
        ("https://wap.example.org/a", "https://example.org/a"),
        ("https://www.m.example.org/a", "https://example.org/a"),
        ("https://amp.example.org/a", "https://example.org/a"),
        ("https://amp.dev/a", "https://amp.dev/a"),
        ("https://www.gov.cn/a", "https://www.gov.cn/a"),
        ("https://www.lg.gov.cn/a", "https://lg.gov.cn/a"),
        ("https://m.cn/a", "https://m.cn/a"),
        ("https://media.example.org/a", "https://media.example.org/a"),
        # AMP
        ("https://example.org/a/amp", "https://example.org/a"),
        ("https://example.org/a/amp/", "https://example.org/a"),
        ("https://example.org/a?amp=1", "https://example.org/a"),
        ("https://example.org/a?amp", "https://example.org/a"),
        ("https://example.org/a?outputType=amp", "https://example.org/a"),
        ("https://example.org/a.amp.html", "https://example.org/a.html"),
        ("https://example.org/amp", "https://example.org/amp"),
        ("https://example.org/a?amp=35", "https://example.org/a?amp=35"),
        ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a/amp/?id=1", "https://example.org/a?id=1"),
        ("https://example-org.cdn.ampproject.org/c/example.org/a", "https://example.org/a"),
        ("https://www.google.com/amp/s/www.example.org/a", "https://example.org/a"),
        ("https://www.google.co.uk/amp/s/amp.example.org/a.amp.html", "https://example.org/a.html"),
        ("https://www.bing.com/amp/s/m.example.org/a", "https://example.org/a"),
        ("https://www.google.com/amp/about", "https://google.com/amp/about"),
        ("https://example.org/amp/s/other.example/a", "https://example.org/amp/s/other.example/a"),
        # path
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a/", "https://example.org/a"),
        ("https://example.org/a/index.html", "https://example.org/a"),
        ("https://example.org/index.shtml", "https://example.org/"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/../../a", "https://example.org/a"),
        ("https://example.org/%7euser/%e9%be%99", "https://example.org/~user/%E9%BE%99"),
        ("https://example.org/龙 岗", "https://example.org/%E9%BE%99%20%E5%B2%97"),
        ("https://example.org/%2e%2e/a%2Fb", "https://example.org/a%2Fb"),
        ("https://example.org/100%", "https://example.org/100%25"),
        # query and fragment
        ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
        ("https://example.org/a?a=2&b=&a=1", "https://example.org/a?a=2&a=1&b="),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/a?&&x=1&", "https://example.org/a?x=1"),
        ("https://example.org/?20251203", "https://example.org/?20251203"),
        ("https://example.org/a?u=https%3A%2F%2Fx.example%2F", "https://example.org/a?u=https://x.example/"),
        ("https://example.org/a?UTM_Source=x&id=1&fbclid=y&spm=a.b", "https://example.org/a?id=1"),
        ("https://example.org/a?from=timeline&isappinstalled=0", "https://example.org/a"),
        ("https://example.org/a?from=2025-01-01", "https://example.org/a?from=2025-01-01"),
        ("https://example.org/a?share_token=abc", "https://example.org/a"),
        ("https://example.org/a#comments", "https://example.org/a"),
        ("https://example.org/a#:~:text=coffee", "https://example.org/a"),
        ("https://example.org/#!/story/1", "https://example.org/#!/story/1"),
        ("https://example.org/#/story/1", "https://example.org/#/story/1"),
        # WeChat
        (f"{WECHAT}?__biz=MzA%3D%3D&mid=2&idx=1&sn=ab&chksm=8&scene=27#wechat_redirect", f"{WECHAT}?__biz=MzA==&idx=1&mid=2&sn=ab"),
        ("http://mp.weixin.qq.com:80/s?sn=ab&idx=1&mid=2&__biz=MzA==&scene=1#rd", f"{WECHAT}?__biz=MzA==&idx=1&mid=2&sn=ab"),
        (f"{WECHAT}/AbC-d_E?scene=1", f"{WECHAT}/AbC-d_E"),
        (f"{WECHAT}?src=11&timestamp=17&ver=1&signature=x", f"{WECHAT}?signature=x&src=11&timestamp=17&ver=1"),
    ],
)  # fmt: skip
def test_the_same_copy_has_one_address(given_url: str, canonical: str) -> None:
    assert canonical_address(given_url) == canonical
    assert canonical_address(canonical) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?id=1", "https://example.org/a"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org/a/b"),
        ("https://example.org/a.html", "https://example.org/a"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/a?x=1%262", "https://example.org/a?x=1&2"),
        ("https://example.org/?p=1&p=2", "https://example.org/?p=2&p=1"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://news.example.org/a", "https://example.org/a"),
        ("https://example.org/#!/1", "https://example.org/#!/2"),
        (f"{WECHAT}?__biz=a&mid=1&idx=1&sn=x", f"{WECHAT}?__biz=a&mid=1&idx=2&sn=y"),
        (f"{WECHAT}?__biz=a&mid=1&idx=1&sn=x", f"{WECHAT}?__biz=b&mid=1&idx=1&sn=x"),
        (f"{WECHAT}/abc", f"{WECHAT}/abC"),
    ],
)
def test_two_articles_stay_two(one: str, other: str) -> None:
    assert canonical_address(one) != canonical_address(other)


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org/a", "/a", "//example.org/a", "ftp://example.org/a", "javascript:alert(1)", "mailto:a@example.org", "https://",
        "https:///a", "https:a", "https://user@example.org/", "https://user:secret@example.org/", "https://@example.org/",
        "https://example.org:port/", "https://example.org:99999/", "https://[::1", "https://exa mple.org/", "https://ex%61mple.org/",
        "https://-a.example/", "https://a..example/", "https://[fe80::1%25eth0]/", "https://xn--a.example/", f"https://{'a' * 64}.example/",
        "https://example.org/a\tb", "https://example.org/a\nb", "\x00https://example.org/", "https://example.org/\u2028",
        "https://example.org/\ud800", "https://example.org\\@other.example/",
        f"https://example.org/{'a' * LONGEST_ADDRESS}", f"https://example.org/{'龙' * 700}",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        canonical_address(url)


def test_a_refusal_does_not_repeat_a_password() -> None:
    with pytest.raises(BadUrl) as refused:
        canonical_address("https://user:secret@example.org/")
    assert "secret" not in refused.value.message


@pytest.mark.parametrize("name", sorted(TRACKING) + [f"{prefix}x" for prefix in TRACKING_PREFIXES])
def test_tracking_is_removed_in_any_case_and_place(name: str) -> None:
    for query in (f"{name}=1&id=7", f"id=7&{name.upper()}=a%20b", f"{name}&id=7"):
        assert canonical_address(f"https://example.org/a?{query}") == "https://example.org/a?id=7"


PIECES = st.sampled_from(
    [
        "", "/", ".", "..", "amp", ".amp", ".html", "index.html", "%", "%2e", "%2F", "%zz", "%3D", "%25", "?", "&", "=", "#", "#!", "#/",
        "a", "B", "龙", "é", "+", " ", ":", "@", "utm_x=1", "from=timeline", "id=1", "c/s/", "amp/s/", "m.example.org", "www.gov.cn", ";",
        "[", "'",
    ]
)  # fmt: skip
HOSTS = st.sampled_from(
    [
        "example.org", "www.m.example.org", "www.google.com", "x-org.cdn.ampproject.org", "mp.weixin.qq.com", "例え.jp", "ß.example",
        "10.0.0.1", "[::ffff:1.2.3.4]", "m.example.org:8080", "www.example.org:443", "m.co.uk", "amp.m.dev", "EXAMPLE.org.",
    ]
)  # fmt: skip


@given(st.sampled_from(["http", "HTTPS"]), HOSTS, st.lists(PIECES, max_size=12).map("".join))
def test_canonical_addresses_are_their_own_canonical_form(scheme: str, host: str, rest: str) -> None:
    canonical = canonical_address(f"{scheme}://{host}/{rest}")
    assert canonical_address(canonical) == canonical


@given(st.text(max_size=60))
def test_any_text_is_refused_or_has_a_canonical_form(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.org/{text}"):
        try:
            canonical = canonical_address(url)
        except BadUrl:
            continue
        assert canonical.isascii()
        assert canonical_address(canonical) == canonical


NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=3).filter(
    lambda name: name not in TRACKING and name != "amp"
)


@given(
    st.dictionaries(NAMES, st.text(string.ascii_letters + string.digits, max_size=4), max_size=4),
    st.randoms(use_true_random=False),
)
def test_the_order_of_parameters_of_different_names_does_not_count(
    parameters: dict[str, str], order: random.Random
) -> None:
    pairs = [f"{name}={value}" for name, value in parameters.items()]
    shuffled = list(pairs)
    order.shuffle(shuffled)
    first, second = (canonical_address("https://example.org/a?" + "&".join(each)) for each in (pairs, shuffled))
    assert first == second
    assert first.count("=") == len(pairs)
