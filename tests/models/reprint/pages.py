"""Pages of outlets in seven languages, with what real ones have around an article, for the tests of reading them."""

from __future__ import annotations

from html import escape
from typing import Final, NamedTuple

from tests.models.reprint.stories import STORIES


class Furniture(NamedTuple):
    """What an outlet writes around its articles.

    :param dateline: a time and a source, as its readers see them: 3 December 2025, 08:15.
    :param banner: what asks for consent to cookies.
    """

    navigation: tuple[str, ...]
    dateline: str
    related: tuple[str, ...]
    comment: str
    banner: str
    footer: str


FURNITURE: Final = {
    "zh-Hans": Furniture(
        ("首页", "要闻", "本地", "体育", "登录"),
        "2025年12月3日 08:15 来源：龙岗融媒",
        ("端午节龙舟赛落幕，二十四支队伍参加", "图书馆延长开放时间至晚上十点"),
        "市民老李：我家楼下也有一台，早上排队的人不少，咖啡味道还可以。",
        "我们使用 Cookie 来改善您的浏览体验，继续浏览即表示同意我们使用 Cookie。",
        "版权所有 未经书面授权不得转载 粤ICP备00000000号",
    ),
    "zh-Hant": Furniture(
        ("首頁", "要聞", "港澳", "國際", "登入"),
        "2025年12月3日 08:15 轉載自：明報",
        ("端午龍舟賽落幕，二十四支隊伍參加", "圖書館延長開放至晚上十時"),
        "讀者留言：樓下也有一台，早上排隊的人真不少。",
        "本網站使用 Cookie 以改善閣下的瀏覽體驗，繼續瀏覽即表示同意使用 Cookie。",
        "版權所有 不得轉載",
    ),
    "en": Furniture(
        ("Home", "World", "City", "Sport", "Sign in"),
        "December 3, 2025 8:15 a.m. · By Anna Smith",
        ("Dragon boat race ends in the rain", "Library to stay open until ten in the evening"),
        "Peter H. wrote: there is one in front of our house, and it is always polite to my dog, unlike my neighbours.",
        "We and our 312 partners store and access cookies on your device. Accept all cookies to go on.",
        "© The Bay Area Post. All rights reserved. This site is protected by reCAPTCHA.",
    ),
    "ru": Furniture(
        ("Главная", "Новости", "Город", "Спорт", "Войти"),
        "3 декабря 2025, 08:15 | Источник: Городские новости",
        ("Гонки на драконьих лодках завершились", "Библиотека будет работать до десяти вечера"),
        "Иван П.: у нас под окнами тоже стоит такой робот, по утрам к нему всегда очередь, кофе вполне приличный.",
        "Мы используем файлы cookie, чтобы сайт работал лучше. Продолжая, вы соглашаетесь с этим.",
        "Все права защищены. При перепечатке ссылка обязательна.",
    ),
    "ja": Furniture(
        ("トップ", "国際", "地域", "スポーツ", "ログイン"),
        "2025年12月3日 8時15分 出典：湾岸新聞",
        ("ドラゴンボート大会が閉幕", "図書館が夜十時まで開館へ"),
        "読者のコメント：うちの前にも一台あって、毎朝行列ができています。",
        "当サイトではクッキーを使用しています。閲覧を続けると使用に同意したものとみなします。",
        "無断転載を禁じます。",
    ),
    "el": Furniture(
        ("Αρχική", "Κόσμος", "Πόλη", "Αθλητικά", "Σύνδεση"),
        "3 Δεκεμβρίου 2025, 08:15 | Πηγή: Νέα της Πόλης",
        ("Ολοκληρώθηκαν οι κωπηλατικοί αγώνες", "Η βιβλιοθήκη ανοιχτή ως τις δέκα το βράδυ"),
        "Γιώργος: έχουμε κι εμείς ένα κάτω από το σπίτι, κάθε πρωί έχει ουρά και ο καφές είναι καλός.",
        "Χρησιμοποιούμε cookies για να βελτιώσουμε την εμπειρία σας. Αποδοχή όλων.",
        "Με επιφύλαξη παντός δικαιώματος.",
    ),
    "ar": Furniture(
        ("الرئيسية", "العالم", "المدينة", "الرياضة", "دخول"),
        "3 ديسمبر 2025 08:15 المصدر: أخبار المدينة",
        ("اختتام سباق قوارب التنين", "المكتبة تبقى مفتوحة حتى العاشرة مساء"),
        "أحمد: لدينا واحد أمام البيت أيضا، والناس يقفون في الطابور كل صباح، والقهوة جيدة.",
        "نستخدم ملفات تعريف الارتباط لتحسين تجربتك. قبول الكل.",
        "جميع الحقوق محفوظة.",
    ),
}
CHARSETS: Final = {
    "zh-Hans": ("gb18030", "gbk", "utf-8", "utf-16"),
    "zh-Hant": ("big5hkscs", "gb18030", "utf-8", "utf-16"),
    "en": ("cp1252", "utf-8", "utf-16"),
    "ru": ("cp1251", "koi8_r", "utf-8", "utf-16"),
    "ja": ("cp932", "euc_jp", "iso2022_jp", "utf-8", "utf-16"),
    "el": ("cp1253", "utf-8", "utf-16"),
    "ar": ("cp1256", "utf-8", "utf-16"),
}
"""In which each language is written on the web."""


def page(language: str, *, head: str = "", body: str = "", declared: str | None = None) -> str:
    """The story of a language on the page of an outlet.

    :param head: HTML to put into its head, and `body` below its article.
    :param declared: the charset that it says it is in.
    """
    around = FURNITURE[language]
    headline, *paragraphs = STORIES[language].split("\n")
    navigation = "".join(
        f'<li><a href="/{number}">{escape(name)}</a></li>' for number, name in enumerate(around.navigation)
    )
    related = "".join(f'<li><a href="/r">{escape(name)}</a></li>' for name in around.related)
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    return f"""<!DOCTYPE html>
<html lang="{language}"><head>{meta}<title>{escape(headline)} - {escape(around.navigation[0])}</title>{head}
<style>.hidden {{ display: none }}</style><script>var article = "<p>{escape(headline)}</p>";</script></head>
<body><div class="cookie-banner" role="dialog"><p>{escape(around.banner)}</p><button>OK</button></div>
<header><nav><ul>{navigation}</ul></nav></header>
<main><article><h1>{escape(headline)}</h1><div class="meta"><span>{escape(around.dateline)}</span></div>
<div class="article-content">{"".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)}</div></article>{body}
<aside class="related"><h3>{escape(around.navigation[1])}</h3><ul>{related}</ul></aside>
<section class="comments" id="comments"><p>{escape(around.comment)}</p></section></main>
<footer><p>{escape(around.footer)}</p></footer></body></html>"""


def paragraphs(language: str) -> list[str]:
    """What a reader of the page sees, in order, without what `page` was given."""
    around = FURNITURE[language]
    headline, *story = STORIES[language].split("\n")
    related = [around.navigation[1], *around.related]
    return [
        around.banner,
        "OK",
        *around.navigation,
        headline,
        around.dateline,
        *story,
        *related,
        around.comment,
        around.footer,
    ]
