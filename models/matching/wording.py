"""The reasons of a score in words, in English and Chinese."""

from __future__ import annotations

from models.language import LanguageTag, language_name
from models.matching.score import MatchReasonCode, Reason

_ENGLISH = {
    MatchReasonCode.NOT_COVERED: "No agreement in force covers it in {language}.",
    MatchReasonCode.NOTHING_PERMITTED: "Nothing may be done with it in {language} where this partner publishes.",
    MatchReasonCode.PERMITTED: "It may be used in {language} where this partner publishes.",
    MatchReasonCode.PUBLIC_READS: "Its public reads {language}.",
    MatchReasonCode.TERRITORIES: "It may be used in {0} of {1} countries or regions where its public is.",
    MatchReasonCode.TOOK_LANGUAGE: "{0} per cent of what it took is in {language}, newer pickups counting more.",
    MatchReasonCode.TOOK_SUBJECTS: "{0} per cent of what it took shares a subject with this story, newer pickups counting more.",
    MatchReasonCode.TOOK_SERIES: "{0} per cent of what it took is of the same series, newer pickups counting more.",
    MatchReasonCode.TOOK_TOPIC: "{0} per cent of what it took hangs on the same topic, newer pickups counting more.",
    MatchReasonCode.TOOK_RECENTLY: "It last took something {0} days ago.",
}
_CHINESE = {
    MatchReasonCode.NOT_COVERED: "没有一份生效的协议涵盖{language}版。",
    MatchReasonCode.NOTHING_PERMITTED: "在该合作方的发布范围内，{language}版不得作任何使用。",
    MatchReasonCode.PERMITTED: "在该合作方的发布范围内，{language}版可以使用。",
    MatchReasonCode.PUBLIC_READS: "其受众阅读{language}。",
    MatchReasonCode.TERRITORIES: "其受众所在的{1}个国家或地区中，有{0}个可以使用。",
    MatchReasonCode.TOOK_LANGUAGE: "其所取内容中，{language}占{0}%（越近权重越高）。",
    MatchReasonCode.TOOK_SUBJECTS: "其所取内容中，{0}%与本稿题材相同（越近权重越高）。",
    MatchReasonCode.TOOK_SERIES: "其所取内容中，{0}%属于同一系列（越近权重越高）。",
    MatchReasonCode.TOOK_TOPIC: "其所取内容中，{0}%属于同一专题（越近权重越高）。",
    MatchReasonCode.TOOK_RECENTLY: "其最近一次取稿在{0}天前。",
}
_NOT_READ = ("Its public does not read {language}.", "其受众不阅读{language}。")
_NOTHING_TAKEN = ("It has not taken anything yet.", "其尚未取过稿。")


def message(reason: Reason, language: LanguageTag) -> str:
    """A reason as a sentence.

    :param language: Chinese for `zh` and what it covers, English for all others.
    """
    is_chinese = language.split("-")[0] == "zh"
    wording = (_CHINESE if is_chinese else _ENGLISH)[reason.code]
    if reason.code is MatchReasonCode.PUBLIC_READS and reason.values == (0,):
        wording = _NOT_READ[is_chinese]
    if reason.code is MatchReasonCode.TOOK_RECENTLY and not reason.values:
        wording = _NOTHING_TAKEN[is_chinese]
    named = language_name(reason.language, LanguageTag("zh" if is_chinese else "en"))
    return wording.format(*reason.values, language=named)
