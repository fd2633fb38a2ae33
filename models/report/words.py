"""What codes in reports are called in English and Chinese, on pages and in files that people read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from models.language import LanguageTag, language_name
from models.territory import Territory, territory_name


class Says(Enum):
    """What the text of a column is."""

    WORDS = auto()
    """Words, or a name: nothing to put into other words."""
    CODES = auto()
    """A code, or several with commas, semicolons or spaces between."""
    QUALITY = auto()
    """How good figures are, as `VIEWS AT_LEAST CLAIMED; PLAYS ABOUT REPORTED`; of a single one without its measure."""
    PLATFORM = auto()
    """A code of a platform, in capitals or small letters."""
    LANGUAGE = auto()
    """A BCP 47 tag."""
    TERRITORY = auto()
    """A code of ISO 3166-1, or of UN M49."""


WORDS: Final[Mapping[str, tuple[str, str]]] = {
    # states of copies
    "CLAIMED": ("claimed", "声称"),
    "VERIFIED": ("verified", "已核实"),
    "PARTIAL": ("in part", "部分刊用"),
    "CREDIT_MISSING": ("credit missing", "缺署名"),
    "MISMATCH": ("mismatch", "内容不符"),
    "BLOCKED": ("behind a wall", "页面受限"),
    "UNREACHABLE": ("unreachable", "无法访问"),
    "NEEDS_REVIEW": ("to be reviewed", "待人工核查"),
    "DEAD_LINK": ("dead link", "链接失效"),
    "CHANGED": ("changed", "内容已变"),
    "WITHDRAWN": ("withdrawn", "已撤回"),
    # forms
    "FULL": ("full", "全文"),
    "EDITED": ("edited", "改编"),
    "EXCERPT": ("excerpt", "节选"),
    "TRANSLATION": ("translation", "翻译"),
    "CAPTION": ("caption", "图片说明"),
    "VIDEO": ("video", "视频"),
    "IMAGE_ONLY": ("image only", "仅图片"),
    "QUOTATION": ("quotation", "引述"),
    # how copies came from each other, and how far along they are
    "REPRINT": ("reprint", "转载"),
    "REPOST": ("repost", "转发"),
    "QUOTE": ("quote", "引用"),
    "EMBED": ("embed", "嵌入"),
    "LOCAL_CREATION": ("local creation", "本地创作"),
    "BIG_ACCOUNT": ("big account", "大号传播"),
    "COMMUNITY": ("community", "社群扩散"),
    "PICKUP": ("a pickup", "采用"),
    "OWN": ("our own outlet", "自有渠道"),
    "UNKNOWN": ("unknown", "未知"),
    # how exactly a moment is known
    "SECOND": ("second", "秒"),
    "MINUTE": ("minute", "分钟"),
    "DAY": ("day", "日"),
    "MONTH": ("month", "月"),
    "YEAR": ("year", "年"),
    # figures
    "VIEWS": ("views", "浏览量"),
    "PLAYS": ("plays", "播放量"),
    "READS": ("reads", "阅读量"),
    "IMPRESSIONS": ("impressions", "展示量"),
    "REACH": ("reach", "触达人数"),
    "LIKES": ("likes", "点赞"),
    "COMMENTS": ("comments", "评论"),
    "SHARES": ("shares", "转发"),
    "SAVES": ("saves", "收藏"),
    "CLICKS": ("clicks", "点击量"),
    "FOLLOWERS": ("followers", "粉丝数"),
    "EXACT": ("exactly", "精确"),
    "AT_LEAST": ("at least", "至少"),
    "ABOUT": ("about", "约"),
    "MEASURED": ("measured", "实测"),
    "REPORTED": ("reported", "合作方提供"),
    "ESTIMATED": ("estimated", "估算"),
    "RAW": ("not filtered", "未过滤"),
    "FILTERED": ("robots filtered", "已过滤机器流量"),
    "YES": ("yes", "是"),
    # platforms
    "BILIBILI": ("Bilibili", "哔哩哔哩"),
    "DOUYIN": ("Douyin", "抖音"),
    "FACEBOOK": ("Facebook", "Facebook"),
    "INSTAGRAM": ("Instagram", "Instagram"),
    "KUAISHOU": ("Kuaishou", "快手"),
    "LINKEDIN": ("LinkedIn", "LinkedIn"),
    "TELEGRAM": ("Telegram", "Telegram"),
    "TIKTOK": ("TikTok", "TikTok"),
    "VK": ("VK", "VK"),
    "WECHAT": ("WeChat", "微信"),
    "WEIBO": ("Weibo", "微博"),
    "X": ("X", "X"),
    "XIAOHONGSHU": ("Xiaohongshu", "小红书"),
    "YOUTUBE": ("YouTube", "YouTube"),
    # what is exposed, and partners
    "SERIES": ("series", "系列"),
    "TOPIC": ("topic", "话题"),
    "ORGANISATION": ("enterprise", "企业"),
    "CENTRAL_MEDIA": ("national media", "中央媒体"),
    "OVERSEAS_MEDIA": ("overseas media", "境外媒体"),
    "LOCAL_MEDIA": ("local media", "本地媒体"),
    "EMBASSY": ("embassy", "使领馆"),
    "INFLUENCER": ("influencer", "网络达人"),
    "UNIVERSITY": ("university", "高校"),
    "ENTERPRISE": ("enterprise", "企业"),
    "EXPERT": ("expert", "专家学者"),
    "OTHER": ("other", "其他"),
    # why a copy is in the state that it is in
    "FORM_FULL": ("the whole text", "全文"),
    "FORM_EDITED": ("an edited text", "改编文本"),
    "FORM_EXCERPT": ("an excerpt", "节选"),
    "FORM_QUOTATION": ("a quotation", "引述"),
    "CREDIT_ABSENT": ("no credit", "未署名"),
    "CREDIT_OTHER": ("another credit", "署名不符"),
    "STORY_WITHHELD": ("the story is withheld", "稿件已暂停使用"),
    "STORY_CANCELED": ("the story was killed", "稿件已撤稿"),
    "STORY_UNKNOWN": ("the story is not known", "稿件未知"),
    "OTHER_TEXT": ("another text", "文本不同"),
    "OTHER_LANGUAGE": ("another language", "语种不同"),
    "TEXT_GONE": ("the text is gone", "文本已消失"),
    "NO_ANSWER": ("no answer", "无响应"),
    "ROBOTS": ("the site lets no program read it", "网站禁止程序访问"),
    "SERVER_FAILED": ("the server failed", "服务器出错"),
    "REFUSED": ("access refused", "拒绝访问"),
    "UNREADABLE": ("not readable", "无法读取"),
    "NEEDS_SCRIPT": ("needs a script", "需要脚本"),
    "TAKEN_DOWN": ("taken down", "已下架"),
    "TRANSLATION_LIKELY": ("a translation is likely", "可能为翻译"),
    "TRANSLATION_UNLIKELY": ("a translation is unlikely", "不像翻译"),
    "TERRITORY_NOT_AGREED": ("the territory was not agreed", "地域未约定"),
    "CHANNEL_NOT_AGREED": ("the channel was not agreed", "渠道未约定"),
    "LANGUAGE_NOT_AGREED": ("the language was not agreed", "语种未约定"),
    "BEFORE_RIGHTS": ("before the rights began", "早于授权起始"),
    "AFTER_RIGHTS": ("after the rights ended", "晚于授权截止"),
    "EDIT_FORBIDDEN": ("editing is forbidden", "禁止改编"),
    "EXCERPT_FORBIDDEN": ("excerpts are forbidden", "禁止节选"),
    "TRANSLATION_FORBIDDEN": ("translating is forbidden", "禁止翻译"),
    "DELETION_DUE": ("deletion is due", "应予删除"),
    "CAPTCHA": ("captcha", "验证码"),
    "LOGIN_WALL": ("login wall", "需要登录"),
    "CONSENT_WALL": ("consent wall", "需要同意条款"),
    "PAYWALL": ("paywall", "付费墙"),
    "JS_CHALLENGE": ("a gateway asks for scripts", "网关要求运行脚本"),
    "BAIDU_CHECK": ("a check of Baidu's", "百度安全验证"),
    "WECHAT_REMOVED": ("removed from WeChat", "微信文章已删除"),
    "WECHAT_CHECK": ("a check of WeChat's", "微信环境验证"),
    "WEIBO_VISITOR": ("Weibo's page for visitors", "微博访客验证"),
    "FACEBOOK_LOGIN": ("a login of Facebook's or Instagram's", "Facebook或Instagram要求登录"),
    "X_NO_SCRIPT": ("X shows posts to scripts alone", "X要求运行脚本"),
    "NOT_FOUND": ("no such page", "页面不存在"),
    "EMPTY": ("an empty page", "空白页面"),
    "STATUS_404": ("no such page (404)", "页面不存在（404）"),
    "STATUS_410": ("gone for good (410)", "页面已永久移除（410）"),
}
"""By code: English, Chinese. A code that is not here is shown as it is."""
_CODE: Final = re.compile(r"\b[A-Z][A-Z_0-9]+\b")


def worded(text: str, says: Says, language: str) -> str:
    """A text of a report for people who read `en` or `zh`."""
    tag = LanguageTag("zh-Hans" if language == "zh" else "en")
    if says is Says.WORDS:
        return text
    if says is Says.LANGUAGE:
        return language_name(LanguageTag(text), tag)
    if says is Says.TERRITORY:
        return territory_name(Territory(text), tag)
    if says is Says.PLATFORM:
        return _word(text.upper(), language) if text.upper() in WORDS else text
    if says is Says.QUALITY:
        return ("；" if language == "zh" else "; ").join(_quality(one, language) for one in text.split("; "))
    return _CODE.sub(lambda code: _word(code[0], language), text)


def _quality(text: str, language: str) -> str:
    *measure, qualifier, grade = (_word(code, language) for code in text.split())
    colon, comma = ("：", "，") if language == "zh" else (": ", ", ")
    return "".join(f"{one}{colon}" for one in measure) + f"{qualifier}{comma}{grade}"


def _word(code: str, language: str) -> str:
    return WORDS.get(code, (code, code))[1 if language == "zh" else 0]
