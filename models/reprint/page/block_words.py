"""The words of pages that stand in front of articles, in Chinese, English, Russian, Japanese, Korean, Greek, Arabic, German, French and
Spanish. Each is something that a page says to its reader, not something that is said about pages.
"""

from __future__ import annotations

import re
from typing import Final


def _any(*expressions: str) -> re.Pattern[str]:
    return re.compile("|".join(expressions), re.IGNORECASE)


CHALLENGE: Final = _any(
    r"_cf_chl_opt",
    r"/cdn-cgi/challenge-platform/h/\w/orchestrate",
    r"captcha-delivery\.com",
    r"awswaf\.com/.{0,200}challenge",
    r"\bacw_sc__v2\b",
    r"/TSPD/",
    r"px-captcha",
)
"""In scripts and their addresses: Cloudflare, DataDome, AWS, Alibaba Cloud, F5, HUMAN."""

CAPTCHA: Final = _any(
    r"(?:verify|confirm|prove) (?:that )?you(?:['’]re| are) (?:a )?(?:human|not a robot)",
    r"are you a (?:human|robot)\b\?",
    r"^\W*i['’]?m not a robot",
    r"(?:complete|solve|enter) the (?:captcha|characters|security check)",
    r"unusual traffic from your",
    r"security (?:check|verification)\W*$",
    r"^\W*access (?:to this page has been )?denied",
    r"(?:您|你)的(?:访问|请求)(?:已|已经)?被(?:阻断|拦截|拒绝)",
    r"^\W*доступ (?:к (?:сайту|странице|ресурсу|информационному ресурсу) )?(?:ограничен|запрещ[её]н|закрыт)\b",
    r"^\W*human verification",
    r"请(?:完成|进行|通过|输入|拖动|按住)[^。]{0,12}(?:验证|验证码|滑块)",
    r"^\W*(?:安全验证|人机验证|访问验证|滑动验证)",
    r"訪問驗證",
    r"請完成[^。]{0,8}驗證",
    r"(?:访问|操作)过于频繁",
    r"подтвердите,? что (?:вы не робот|запросы отправляли вы)",
    r"(?:я|вы) не робот\W*$",
    r"введите (?:символы|код) с картинки",
    r"подтвердите,? что вы человек",
    r"(?:проверка|проверяем)[^.]{0,12}(?:вашего браузера|безопасност\w+ (?:вашего )?(?:подключения|соединения))",
    r"(?:验证|确认|證明|证明|驗證|確認)(?:您|你)是(?:真人|人类|人類)",
    r"ロボットではありません",
    r"画像認証",
    r"로봇이 아닙니다",
    r"δεν είμαι ρομπότ",
    r"δεν είστε ρομπότ",
    r"لست روبوت",
    r"لست برنامج روبوت",
    r"ich bin kein roboter",
    r"je ne suis pas un robot",
    r"no soy un robot",
)

CONSENT: Final = _any(
    r"(?:we|our partners|we and our[^.]{0,40}partners)\b[^.]{0,80}\b(?:use|store)[^.]{0,60}\bcookies",
    r"before you continue to\b",
    r"(?:accept|agree|consent)[^.]{0,60}\bcookies",
    r"\bcookies\b[^.]{0,60}(?:accept|agree|consent)",
    r"your privacy choices",
    r"we value your privacy",
    r"(?:使用|接受|同意)[^。]{0,20}cookie",
    r"используе[мт][^.]{0,40}(?:cookie|куки)",
    r"クッキー[^。]{0,30}(?:使用|同意)",
    r"cookie[^。]{0,20}(?:を使用|に同意)",
    r"χρησιμοποι(?:ούμε|εί)[^.]{0,40}cookies",
    r"(?:نستخدم|يستخدم)[^.]{0,40}ملفات تعريف الارتباط",
    r"ملفات تعريف الارتباط[^.]{0,40}(?:قبول|موافق)",
    r"verwende[nt][^.]{0,40}cookies",
    r"utilis(?:ons|e|ent)[^.]{0,40}cookies",
    r"utiliza(?:mos)?[^.]{0,40}cookies",
    r"쿠키[^.]{0,30}(?:사용|동의)",
)

LOGIN: Final = _any(
    r"(?:log|sign) ?in (?:to|or)\b[^.]{0,60}\b(?:continue|see|view|read|sign up|register|create)",
    r"you must (?:log|sign) ?in",
    r"^\W*(?:log|sign) ?in(?:to| to)\b(?! (?:comment|reply))",
    r"请(?:先)?登录(?:后|以|才)",
    r"请先登[录陆]\W*$",
    r"登录后(?:可|即可|才能)?(?:查看|阅读|继续|浏览)",
    r"請先?登入",
    r"登入後",
    r"(?:войдите|авторизуйтесь)[^.]{0,30}(?:чтобы|для)",
    r"ログイン(?:して|が必要|すると)",
    r"로그인(?:이 필요| 후|하세요)",
    r"συνδεθείτε[^.]{0,20}για να",
    r"απαιτείται σύνδεση",
    r"(?:سجل|تسجيل) الدخول (?:ل|من أجل|للمتابعة)",
    r"melden sie sich[^.]{0,20} an, um",
    r"connectez-vous pour",
    r"inicia(?:r)? sesión para",
)

PAYWALL: Final = _any(
    r"subscri(?:be|ption)[^.]{0,30}to (?:continue(?: reading|\W*$)|keep reading|read (?:the (?:full|whole|rest)|this|on|more)|unlock)",
    r"(?:to (?:continue|keep) reading)[^.]{0,60}(?:subscri|sign|register)",
    r"(?:for|available to) subscribers(?: only)?\W*$",
    r"this (?:article|content|story) is (?:reserved )?for (?:paid )?(?:subscribers|members)",
    r"本文为?(?:付费|会员|收费)[^。]{0,6}(?:内容|文章|专享)",
    r"(?:订阅|付费|开通会员|购买)后?[^。]{0,6}(?:阅读|查看|解锁)(?:全文|剩余|完整)",
    r"剩余[^。]{0,8}(?:付费|订阅)",
    r"訂閱[^。]{0,10}(?:閱讀|全文)",
    r"(?:оформите подписку|доступно (?:только )?(?:по подписке|подписчикам))",
    r"чтобы (?:читать|дочитать)[^.]{0,30}подпи",
    r"有料会員(?:限定|に|登録)",
    r"この記事は[^。]{0,12}会員限定",
    r"(?:유료|구독자) 전용",
    r"(?:μόνο για|αποκλειστικά για) συνδρομητές",
    r"γίνετε συνδρομητής για",
    r"(?:للمشتركين فقط|اشترك (?:لقراءة|لمتابعة))",
    r"(?:nur für|exklusiv für) abonnenten",
    r"jetzt abonnieren und weiterlesen",
    r"(?:réservé aux|article réservé à nos) abonnés",
    r"(?:solo|exclusivo) para suscriptores",
)

NO_SCRIPT: Final = _any(
    r"javascript is (?:not available|disabled|required)",
    r"(?:enable|turn on|requires?|need)[^.]{0,30}javascript",
    r"without javascript enabled",
    r"(?:启用|开启|打开|啟用|開啟)[^。]{0,12}javascript",
    r"(?:включите|требуется|необходим)[^.]{0,20}javascript",
    r"javascript\s*を有効",
    r"ενεργοποιήσ[^.]{0,20}javascript",
    r"(?:تفعيل|تمكين)[^.]{0,20}(?:javascript|جافا)",
    r"aktivieren sie[^.]{0,20}javascript",
    r"activ[^.]{0,20}javascript",
    r"자바스크립트[^.]{0,12}(?:사용|활성)",
)

GONE: Final = _any(
    r"^\W*(?:error )?404\b",
    r"\b404\W*$",
    r"(?:page|article|story|content|post)[^.]{0,30}(?:not found|no longer (?:available|exists)|(?:has been|was) (?:removed|deleted))",
    r"(?:can['’]?t|cannot|could ?n[o'’]t) (?:be found|find (?:the|that|this|what))",
    r"this (?:page|content) (?:isn['’]t|is not) available",
    r"^\W*(?:page )?not found\W*$",
    r"(?:页面|网页|内容|文章|帖子|信息)[^。]{0,10}(?:不存在|未找到|已(?:被)?删除|已下线|找不到|走丢|失效)",
    r"(?:找不到|无法找到|未找到)[^。]{0,8}(?:页面|网页|内容|文章)",
    r"(?:頁面|網頁|文章|內容)[^。]{0,10}(?:不存在|已(?:被)?刪除|找不到)",
    r"找不到[^。]{0,6}(?:頁面|網頁)",
    r"(?:страница|материал|статья)[^.]{0,20}(?:не найден|не существует|удален|удалён)",
    r"ページ(?:が|は)[^。]{0,10}(?:見つかりません|存在しません|ありません|削除)",
    r"페이지를 찾을 수 없",
    r"(?:η σελίδα|το άρθρο)[^.]{0,20}δεν (?:βρέθηκε|υπάρχει)",
    r"(?:الصفحة|المقال)[^.]{0,20}(?:غير موجود|لم يتم العثور|لا يوجد)",
    r"(?:صفحة )?غير موجودة\W*$",
    r"seite (?:wurde )?nicht gefunden",
    r"page introuvable",
    r"página no encontrada",
)

WECHAT_CHECK: Final = _any(r"环境异常", r"完成验证后即可继续访问", r"去验证", r"请在微信客户端打开", r"参数错误")

WECHAT_REMOVED: Final = _any(
    r"该内容已被发布者删除",
    r"此内容(?:因|被)?[^。]{0,20}无法查看",
    r"此内容发送失败无法查看",
    r"该公众号已(?:迁移|注销)",
    r"该帐号已(?:被)?(?:注销|封|冻结|自主注销)",
    r"已停止访问该网页",
    r"(?:链接|内容)已过期",
    r"该文章已被作者删除",
    r"该内容暂时无法查看",
)

SINA_VISITOR: Final = _any("sina visitor system", "新浪通行证", "微博通行证")

CHALLENGE_TITLE: Final = _any(
    r"just a moment", r"attention required! \| cloudflare", r"ddos-guard", r"checking your browser"
)

FACEBOOK_TITLE: Final = _any(
    r"^(?:facebook|instagram)$",
    r"log ?in(?:to| to| •)? (?:facebook|instagram)",
    r"(?:登录|登入|войти|вход|ログイン|σύνδεση|تسجيل الدخول).{0,12}(?:facebook|instagram)",
    r"(?:facebook|instagram).{0,12}(?:登录|登入|войти|ログイン|σύνδεση)",
)
