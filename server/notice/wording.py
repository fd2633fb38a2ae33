"""What mails and pages say around a notice, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from models.base import DEFAULT_ZONE
from models.language import LanguageTag, wording
from models.mail import MailKind
from models.notice.table import NoticeKind

LANGUAGES: Final = ("en", "zh")
RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur", "ps", "ug", "yi", "dv", "sd", "ckb"})

TITLES: Final[Mapping[NoticeKind, Mapping[str, str]]] = {
    NoticeKind.UPDATE: {"en": "Update", "zh": "更新"},
    NoticeKind.CORRECTION: {"en": "Correction", "zh": "更正"},
    NoticeKind.WITHHOLD: {"en": "Withhold: do not use until further notice", "zh": "暂停使用，等候通知"},
    NoticeKind.KILL: {"en": "Kill: do not use, remove every copy", "zh": "撤稿：禁止使用，请删除全部副本"},
    NoticeKind.ADVISORY: {"en": "Advisory", "zh": "提示"},
}
TASKS: Final[Mapping[NoticeKind, Mapping[str, str]]] = {
    NoticeKind.UPDATE: {
        "en": "There is a newer version of this story. Please use that one.",
        "zh": "该稿件已有新版本，请使用新版本。",
    },
    NoticeKind.CORRECTION: {
        "en": "Something in this story was wrong. Please correct every copy that you have published.",
        "zh": "该稿件有误，请更正您已发布的全部副本。",
    },
    NoticeKind.WITHHOLD: {
        "en": "This story must not be used until further notice. Please take your copies offline for now.",
        "zh": "在另行通知之前，请勿使用该稿件，并暂时下线已发布的副本。",
    },
    NoticeKind.KILL: {
        "en": "This story must never be used again. Please remove every copy, also from archives and social accounts.",
        "zh": "该稿件不得再使用。请删除全部副本，包括存档和社交账号上的内容。",
    },
    NoticeKind.ADVISORY: {"en": "This is for your information.", "zh": "此信息供您参考。"},
}
DRILL: Final = {
    "en": "EXERCISE: this is a drill. Nothing was taken back.",
    "zh": "演练：这是一次演习，稿件并未撤回。",
}
MAIL_LEADS: Final[Mapping[MailKind, Mapping[str, str]]] = {
    MailKind.NOTICE: {"en": "A notice about a story that you could read", "zh": "关于您可阅读稿件的通知"},
    MailKind.REMINDER: {
        "en": "Reminder: you have not acknowledged this notice in time",
        "zh": "催办：您尚未按时确认此通知",
    },
    MailKind.ESCALATION: {
        "en": "A partner of yours has not acknowledged this notice in time",
        "zh": "您联络的合作方尚未按时确认此通知",
    },
}
PREFIXES: Final[Mapping[MailKind, Mapping[str, str]]] = {
    MailKind.NOTICE: {"en": "", "zh": ""},
    MailKind.REMINDER: {"en": "Reminder: ", "zh": "催办："},
    MailKind.ESCALATION: {"en": "Overdue: ", "zh": "逾期："},
}
PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "acknowledge": "I have read this notice",
        "acknowledged": "Acknowledged on {}. Thank you.",
        "by": "Please acknowledge it by {}.",
        "could_not": "could not be corrected or removed",
        "corrected": "corrected",
        "copies": "Your copies",
        "copies_lead": "Please say what became of each copy that you took.",
        "drill_short": "EXERCISE",
        "expired": "This link is not valid, or no longer. Please use the link in the newest mail, or ask your contact at the centre.",
        "expired_title": "Page not found",
        "issued": "Issued",
        "language": "中文",
        "note": "Note",
        "note_needed": "Please say in the note why it could not be done.",
        "notice": "Notice",
        "open": "Open this page to acknowledge the notice and to say what became of your copies:",
        "other_texts": "In other languages",
        "partner": "Partner",
        "pickup": "Copy taken on {} for {}",
        "refused": "That could not be saved: {}",
        "removed": "removed",
        "saved": "Saved: {}",
        "save": "Save",
        "story": "Story",
        "version": "version {}",
        "automatic": "This mail was sent by a program. Whoever has the link can acknowledge for you: do not pass it on.",
    },
    "zh": {
        "acknowledge": "我已阅读此通知",
        "acknowledged": "已于 {} 确认，谢谢。",
        "by": "请在 {} 之前确认。",
        "could_not": "无法更正或删除",
        "corrected": "已更正",
        "copies": "您的副本",
        "copies_lead": "请说明您所取用的每个副本的处理结果。",
        "drill_short": "演练",
        "expired": "此链接无效或已过期。请使用最新邮件中的链接，或联系中心的联络人。",
        "expired_title": "页面不存在",
        "issued": "发布时间",
        "language": "English",
        "note": "备注",
        "note_needed": "请在备注中说明无法处理的原因。",
        "notice": "通知",
        "open": "请打开以下页面，确认此通知并说明副本的处理结果：",
        "other_texts": "其他语言",
        "partner": "合作方",
        "pickup": "{} 取用的副本（{}）",
        "refused": "未能保存：{}",
        "removed": "已删除",
        "saved": "已保存：{}",
        "save": "保存",
        "story": "稿件",
        "version": "第 {} 版",
        "automatic": "此邮件由程序自动发送。持有链接者可代您确认，请勿转发。",
    },
}


@dataclass(frozen=True)
class Said:
    """A text with its language and direction."""

    language: str
    text: str

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, as HTML has it."""
        return "rtl" if self.language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def preferred(languages: Sequence[str]) -> tuple[str, ...]:
    """English and Chinese in the order in which a partner reads them."""
    known = [tag.split("-")[0] for tag in languages]
    return tuple(sorted(LANGUAGES, key=lambda tag: known.index(tag) if tag in known else len(known)))


def nearest(texts: Mapping[str, str], languages: Sequence[str]) -> Said | None:
    """A notice's own text in the first of these languages that it has, or the nearest."""
    for tag in languages:
        for known in (tag, tag.split("-")[0]):
            if known in texts:
                return Said(known, texts[known])
    text = wording(texts, languages[0] if languages else "en")
    found = next((tag for tag, known in texts.items() if known == text), None)
    return None if text is None or found is None else Said(LanguageTag(found), text)


def when(moment: datetime) -> str:
    """A moment on the wall of the centre's clock, with its offset from UTC."""
    local = moment.astimezone(ZoneInfo(DEFAULT_ZONE))
    return f"{local:%Y-%m-%d %H:%M} (UTC{local.isoformat()[-6:]})"
