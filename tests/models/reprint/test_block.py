"""Pages that stand in front of an article, and articles that only look like them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from models.reprint.page import RULES, block_of, read_page
from tests.models.reprint.pages import page
from tests.models.reprint.stories import STORIES

ROOT = Path(__file__).parents[3]
URL = "https://news.example.org/city/page.html"
NONE: Mapping[str, str] = {}


def block(source: str, url: str = URL, status: int = 200, headers: Mapping[str, str] = NONE) -> str | None:
    return block_of(read_page(source.encode(), url=url, content_type="text/html; charset=utf-8"), status, headers)


def notice(title: str, *paragraphs: str, head: str = "") -> str:
    """A page that holds nothing but a notice, between a navigation and a footer."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"""<html><head><title>{title}</title>{head}</head><body><nav><a href="/">Home</a> <a href="/login">Sign in</a></nav>
    <div>{body}</div><footer>© 2025 Example Ltd.</footer></body></html>"""


WECHAT = "https://mp.weixin.qq.com/s/abc"
BLOCKS = [
    ("CAPTCHA", notice("Security check", "Please verify you are a human by solving the puzzle below."), URL),
    ("CAPTCHA", notice("Google", "Our systems have detected unusual traffic from your computer network. This page checks to see if "
                       "it’s really you sending the requests, and not a robot."), "https://www.google.com/sorry/index"),
    ("CAPTCHA", notice("提示", "请完成下方验证后继续访问"), URL),
    ("CAPTCHA", notice("安全验证", "您的访问过于频繁，请拖动滑块完成验证"), URL),
    ("CAPTCHA", notice("驗證", "請完成以下驗證，以便繼續瀏覽"), URL),
    ("CAPTCHA", notice("Ой!", "Подтвердите, что запросы отправляли вы, а не робот"), "https://dzen.ru/showcaptcha"),
    ("CAPTCHA", notice("Один момент…", "Подтвердите, что вы человек, выполнив действие ниже."), URL),
    ("CAPTCHA", notice("Сайт", "Проверка безопасности вашего подключения перед переходом"), URL),
    ("CAPTCHA", notice("405", "很抱歉，您的访问被阻断，请联系管理员"), URL),
    ("CAPTCHA", notice("", "Доступ к информационному ресурсу ограничен"), URL),
    ("LOGIN_WALL", notice("提示", "您没有权限访问这个页面，请先登录。"), URL),
    ("CAPTCHA", notice("確認", "私はロボットではありません"), URL),
    ("CAPTCHA", notice("Έλεγχος", "Επιλέξτε: δεν είμαι ρομπότ"), URL),
    ("CAPTCHA", notice("تحقق", "أنا لست روبوت"), URL),
    ("CAPTCHA", notice("Access Denied", "You don't have permission to access this resource. Reference #18.5c"), URL),
    ("CONSENT_WALL", notice("Example", "We and our 812 partners store and access information using cookies on your device."), URL),
    ("CONSENT_WALL", notice("Antes", "Before you continue to Example"), "https://consent.example.com/m?continue=x"),
    ("CONSENT_WALL", notice("Пример", "Мы используем файлы cookie. Примите условия, чтобы продолжить."), URL),
    ("CONSENT_WALL", notice("サイト", "当サイトはクッキーの使用に同意していただく必要があります。"), URL),
    ("LOGIN_WALL", notice("Members", "Please log in or register to continue reading."), URL),
    ("LOGIN_WALL", notice("登录", "请先登录后查看全部内容"), URL),
    ("LOGIN_WALL", notice("Вход", "Войдите, чтобы увидеть запись"), "https://vk.com/wall1"),
    ("LOGIN_WALL", notice("Σύνδεση", "Συνδεθείτε για να συνεχίσετε"), URL),
    ("LOGIN_WALL", notice("دخول", "تسجيل الدخول للمتابعة"), URL),
    ("LOGIN_WALL", '<title>Portal</title><form><input name="u"><input type="Password"></form>', URL),
    ("JS_CHALLENGE", notice("Just a moment...", "Checking if the site connection is secure"), URL),
    ("JS_CHALLENGE", notice("", head="<script>window._cf_chl_opt={cvId:'3'}</script>"), URL),
    ("JS_CHALLENGE", notice("x", head="<script>var arg1='AB';document.cookie='acw_sc__v2='+x</script>"), URL),
    ("JS_CHALLENGE", '<title></title><iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=1"></iframe>', URL),
    ("BAIDU_CHECK", notice("百度安全验证", "网络不给力，请稍后重试", "返回首页"), "https://baijiahao.baidu.com/s?id=1"),
    ("BAIDU_CHECK", notice("", "x"), "https://wappass.baidu.com/static/captcha/tuxing.html"),
    ("WECHAT_CHECK", notice("", "环境异常", "当前环境异常，完成验证后即可继续访问。", "去验证"), WECHAT),
    ("WECHAT_REMOVED", notice("", "该内容已被发布者删除"), WECHAT),
    ("WECHAT_REMOVED", notice("", "此内容因违规无法查看", "由用户投诉并经平台审核，涉嫌违反相关法律法规和政策"), WECHAT),
    ("WEIBO_VISITOR", notice("Sina Visitor System"), "https://passport.weibo.com/visitor/visitor?entry=miniblog"),
    ("WEIBO_VISITOR", notice("Sina Visitor System"), "https://weibo.com/123/abc"),
    ("FACEBOOK_LOGIN", notice("Log in to Facebook", "Forgotten account?"), "https://www.facebook.com/watch/?v=1"),
    ("FACEBOOK_LOGIN", notice("Facebook", "x"), "https://www.facebook.com/login/?next=x"),
    ("X_NO_SCRIPT", "<title></title><noscript><h1>JavaScript is not available.</h1><p>We’ve detected that JavaScript is disabled in this "
                    "browser.</p></noscript><div></div>", "https://x.com/someone/status/1"),
    ("NEEDS_SCRIPT", "<title>App</title><noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>", URL),
    ("NEEDS_SCRIPT", notice("页面", "请启用浏览器的JavaScript功能后刷新"), URL),
    ("EMPTY", '<title>App</title><meta http-equiv="refresh" content="0; url=/x"><div id=root></div><script src="app.js"></script>', URL),
    ("NOT_FOUND", notice("404 Not Found", "nginx"), URL),
    ("NOT_FOUND", notice("Example", "Sorry, the page you are looking for could not be found."), URL),
    ("NOT_FOUND", notice("提示信息", "抱歉，您访问的页面不存在或已被删除！", "5秒后返回首页"), URL),
    ("NOT_FOUND", notice("找不到網頁", "您要找的文章已刪除"), URL),
    ("NOT_FOUND", notice("Ошибка", "Страница не найдена"), URL),
    ("NOT_FOUND", notice("エラー", "お探しのページは見つかりませんでした"), URL),
    ("NOT_FOUND", notice("Σφάλμα", "Η σελίδα δεν βρέθηκε"), URL),
    ("NOT_FOUND", notice("خطأ", "الصفحة غير موجودة"), URL),
]  # fmt: skip


@pytest.mark.parametrize(("name", "source", "url"), BLOCKS)
def test_what_stands_in_front_of_an_article_is_known(name: str, source: str, url: str) -> None:
    assert block(source, url) == name


STUBS = {
    "en": "Subscribe to continue reading.", "zh-Hans": "本文为付费内容，订阅后阅读全文", "ru": "Оформите подписку, чтобы читать дальше",
    "ja": "この記事は有料会員限定です。残り1200文字", "el": "Το άρθρο είναι μόνο για συνδρομητές", "ar": "هذا المقال للمشتركين فقط",
}  # fmt: skip


@pytest.mark.parametrize("language", STUBS)
def test_the_beginning_of_an_article_behind_a_wall_is_a_stub(language: str) -> None:
    headline, first, *_ = STORIES[language].split("\n")
    stub = f"<title>{headline}</title><h1>{headline}</h1><p>{first}</p><div>"
    assert block(f"{stub}{STUBS[language]}</div>") == "PAYWALL"
    assert block(f"{stub}</div>") is None
    free = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": %s}</script>'
    assert block(free % "false" + stub) == "PAYWALL"
    assert block(free % '"True"' + stub) is None


@pytest.mark.parametrize("language", STORIES)
def test_a_page_with_its_story_is_not_blocked(language: str) -> None:
    assert block(page(language)) is None


LOOKALIKES = {
    "about captchas": (
        "Why captchas ask whether you are a robot",
        "Are you a robot? Please verify you are a human: every day people solve half a billion of these puzzles, and most of them are "
        "annoyed. A team at the university has counted what that costs, and found that it is five hundred years of work a day.",
        "“I’m not a robot” is the most frequent lie on the internet, says the professor, since it is mostly robots that say so now. "
        "Her students wrote a program in an afternoon that solves nine in ten of the pictures, and the tenth is solved by nobody.",
        "Access denied, says the machine all the same to her grandmother, who is ninety and sees badly. For her they are a wall, and "
        "the law that should tear it down has been waiting for three years now.",
    ),
    "brief": (
        "Robots bring books",
        "From next week the coffee robots of Longgang will carry library books as well, the district said on Wednesday morning.",
        "Log in to comment",
    ),
    "404": (
        "Flight 404 landed safely",
        "Flight 404 landed safely in Shenzhen on Wednesday after a bird had hit one of its engines, the airport said in the evening.",
        "All 162 passengers left the aircraft on foot, and the runway was opened again within the hour, so that nobody had to wait.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", LOOKALIKES)
def test_an_article_that_looks_like_a_block_is_none(kind: str) -> None:
    headline, *paragraphs = LOOKALIKES[kind]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    furniture = '<form><input type="search"><button>Sign in</button></form><p>We use cookies. Accept all cookies?</p>'
    assert block(f"<title>{headline}</title>{furniture}<h1>{headline}</h1>{body}") is None
    assert block(f"<title>{headline}</title><h1>{headline}</h1>{body}{furniture}") is None


@pytest.mark.parametrize("below", ["I’m not a robot", "Please log in to continue and comment", "Page not found"])
def test_what_stands_below_a_short_article_does_not_block_it(below: str) -> None:
    headline, *paragraphs = LOOKALIKES["404"]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    assert block(f"<title>{headline}</title>{body}<p>{below}</p>") is None
    assert block(f"<title>{headline}</title><p>{below}</p>{body}") is not None


def test_who_shows_the_whole_article_may_sell_subscriptions_below_it() -> None:
    more = "".join(f"<p>{paragraph}</p>" for paragraph in LOOKALIKES["about captchas"])
    assert block(page("en", body=f"{more}<p>{STUBS['en']}</p>")) is None
    assert block(f"<title>x</title>{more}<p>{STUBS['en']}</p>") == "PAYWALL"


@pytest.mark.parametrize(
    "below",
    [
        "<p>请完成验证后发表评论</p>", "<p>登录后查看更多评论</p>", "<p>Subscribe to our newsletter to read the news first</p>",
        "<p>页面不存在</p>",
        "<p>I’m not a robot</p>", "<noscript>Please enable JavaScript</noscript>", '<form><input type="password"></form>',
        "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><script>window._cf_chl_opt={}</script>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh-Hans", "en", "ru"])
def test_what_stands_below_an_article_does_not_block_it(language: str, below: str) -> None:
    assert block(page(language, body=below)) is None


@pytest.mark.parametrize(
    ("status", "headers", "name"),
    [
        (200, {}, None),
        (403, {}, "REFUSED"),
        (429, {"Retry-After": "60"}, "REFUSED"),
        (451, {}, "REFUSED"),
        (503, {}, "SERVER_FAILED"),
        (404, {}, "NOT_FOUND"),
        (410, {}, "NOT_FOUND"),
        (403, {"CF-Mitigated": "challenge"}, "JS_CHALLENGE"),
        (202, {"x-amzn-waf-action": "challenge"}, "JS_CHALLENGE"),
    ],
)
def test_the_status_and_headers_count(status: int, headers: dict[str, str], name: str | None) -> None:
    assert block(notice("Example", "Nothing to see."), status=status, headers=headers) == name


@pytest.mark.parametrize("status", [403, 429, 500])
def test_an_article_that_came_with_an_error_is_an_article(status: int) -> None:
    assert block(page("en"), status=status) is None
    assert block(page("en"), status=404) == "NOT_FOUND"


def test_a_file_is_no_page() -> None:
    assert block_of(read_page(b"%PDF-1.7", url=URL, content_type="application/pdf"), 200, {}) == "UNREADABLE"


@pytest.mark.parametrize("body", ['<img src="a.jpg" alt="">', '<video src="a.mp4"></video>', "<p>Robot"])
def test_pictures_and_films_are_something(body: str) -> None:
    assert block(f"<title>Robot</title>{body}") is None


def test_words_of_wechat_mean_nothing_elsewhere() -> None:
    assert block(notice("转载", "环境异常"), URL) is None
    assert block(notice("转载", "环境异常"), "https://mp.weixin.qq.com.evil.example/s") is None


def test_each_rule_has_a_name_of_its_own_a_reason_and_a_page_that_it_knows() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(rule.reason.endswith(".") and len(rule.reason) > 30 for rule in RULES)
    tried = {name for name, _, _ in BLOCKS} | {"PAYWALL", "REFUSED", "SERVER_FAILED", "UNREADABLE"}
    assert set(names) == tried


def test_each_rule_is_documented() -> None:
    documented = re.findall(
        r"^\| `([A-Z_]+)` \|", (ROOT / "docs/reprint-matching.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert documented == [rule.name for rule in RULES]
