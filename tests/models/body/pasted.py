"""What the clipboard holds after copying from the programs that editors write in: source and body of each."""

from __future__ import annotations

from typing import NamedTuple


class Pasted(NamedTuple):
    """A source as pasted, and the body that it is."""

    source: str
    body: str


_WORD_HEAD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15">
<link rel=File-List href="file:///C:/DOCUME~1/clip_filelist.xml">
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]-->
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom></w:WordDocument></xml><![endif]-->
<style><!-- /* Font Definitions */ @font-face {font-family:宋体; panose-1:2 1 6 0 3 1 1 1 1 1;}
p.MsoNormal {mso-style-unhide:no; margin:0cm; font-size:10.5pt;} --></style>
<!--[if gte mso 10]><style>table.MsoNormalTable {mso-style-name:普通表格;}</style><![endif]--></head>
"""

WORD_IN_CHINESE = Pasted(
    _WORD_HEAD
    + """<body lang=ZH-CN link="#0563C1" style='tab-interval:21.0pt;text-justify-trim:punctuation'><!--StartFragment-->
<h1 align=center style='text-align:center'><a name="_Toc190000001"><span style='font-family:黑体'>大运湖畔，机器人
送来第一杯早茶</span></a><span lang=EN-US><o:p></o:p></span></h1>
<p class=MsoNormal style='text-indent:21.0pt;mso-char-indent-count:2.0'><span style='font-family:宋体;mso-ascii-font-family:
Calibri'>　　清晨六点，龙岗区大运湖绿道上，</span><b style='mso-bidi-font-weight:normal'><span lang=EN-US>12</span></b><b
style='mso-bidi-font-weight:normal'><span style='font-family:宋体'>台配送机器人</span></b><span style='font-family:宋体'>排队出发。
“比我还准时。”晨跑的阿丽娜笑着说。</span><span lang=EN-US><o:p></o:p></span></p>
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<h2 style='mso-list:l1 level2 lfo2'><![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>1.1<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]><b>路线</b></h2>
<p class=MsoListParagraph style='margin-left:21.0pt;mso-para-margin-left:0gd;text-indent:-21.0pt;mso-list:l0 level1 lfo1'><![if
 !supportLists]><span lang=EN-US style='font-family:Wingdings;mso-fareast-font-family:Wingdings'><span
style='mso-list:Ignore'>l<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span></span><![endif]><span
style='font-family:宋体'>大运湖北门</span><span lang=EN-US><o:p></o:p></span></p>
<p class=MsoListParagraph style='margin-left:42.0pt;text-indent:-21.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span
lang=EN-US><span style='mso-list:Ignore'>1)<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]><span
style='font-family:宋体'>早茶铺</span></p>
<p class=MsoListParagraph style='margin-left:42.0pt;text-indent:-21.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span
lang=EN-US><span style='mso-list:Ignore'>2)<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]><span
style='font-family:宋体'>书店</span></p>
<p class=MsoListParagraph style='margin-left:21.0pt;text-indent:-21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
lang=EN-US style='font-family:Wingdings'><span style='mso-list:Ignore'>l<span style='font:7.0pt "Times New Roman"'>&nbsp;
</span></span></span><![endif]><span style='font-family:宋体'>国际大学园</span></p>
<p class=MsoNormal style='mso-list:l3 level1 lfo4'><![if !supportLists]><span style='mso-list:Ignore'>一、</span><![endif]><span
style='font-family:宋体'>谁在用</span></p>
<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;border:none'>
 <tr style='mso-yfti-irow:0;mso-yfti-firstrow:yes'><td width=277 valign=top style='width:207.4pt;border:solid windowtext 1.0pt'>
  <p class=MsoNormal><b><span style='font-family:宋体'>时段</span></b></p></td>
  <td width=277 colspan=1><p class=MsoNormal><b><span style='font-family:宋体'>单数</span></b></p></td></tr>
 <tr><td><p class=MsoNormal><span style='font-family:宋体'>早上</span></p></td><td><p class=MsoNormal><span
  lang=EN-US>1,208<o:p></o:p></span></p></td></tr>
</table>
<p class=MsoNormal><span style='font-family:宋体'>详见</span><span lang=EN-US><a href="https://longgang.example.org/早茶?a=1&amp;b=2"><span
style='mso-char-type:symbol'>网页</span></a></span><a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1"><span
class=MsoFootnoteReference><span lang=EN-US>[1]</span></span></a><span class=MsoCommentReference><a class=msocomanchor
href="#_msocom_1">[王1]</a></span><span style='font-family:宋体'>。</span></p>
<div style='mso-element:comment-list'><p class=MsoCommentText>数字再核一下</p></div>
<!--EndFragment--></body></html>""",
    "<h2>大运湖畔，机器人送来第一杯早茶</h2>"
    "<p>清晨六点，龙岗区大运湖绿道上，<strong>12台配送机器人</strong>排队出发。“比我还准时。”晨跑的阿丽娜笑着说。</p>"
    "<h2>1.1 路线</h2>"
    "<ul><li>大运湖北门<ol><li>早茶铺</li><li>书店</li></ol></li><li>国际大学园</li></ul>"
    "<p>一、谁在用</p>"
    "<table><tbody><tr><td><strong>时段</strong></td><td><strong>单数</strong></td></tr>"
    "<tr><td>早上</td><td>1,208</td></tr></tbody></table>"
    '<p>详见<a href="https://longgang.example.org/早茶?a=1&amp;b=2" rel="noopener">网页</a>[1]。</p>',
)

WORD_IN_ENGLISH = Pasted(
    "Version:1.0\r\nStartHTML:000000191\r\nEndHTML:000004021\r\nStartFragment:000003981\r\nEndFragment:000003989\r\n\r\n"
    + _WORD_HEAD
    + """<body lang=EN-GB><!--StartFragment--><p class=MsoTitle>A Robot Brings the First Tea<o:p></o:p></p>
<p class=MsoNormal><st1:City w:st="on"><st1:place w:st="on">Shenzhen</st1:place></st1:City>, 6&nbsp;a.m.<span
style='mso-spacerun:yes'>&nbsp; </span>Twelve delivery robots <i style='mso-bidi-font-style:normal'>queue</i> at the lake<del
cite="mailto:Ed" datetime="2026-03-02T09:00"> in the rain</del><ins cite="mailto:Ed" datetime="2026-03-02T09:00"> in the
sun</ins>.<span style='display:none;mso-hide:all'>hidden note</span></p>
<p class=MsoNormal>The route has three stops:</p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span><![endif]>the tea house</p>
<p class=MsoListParagraphCxSpMiddle style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>2.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span><![endif]>the bookshop</p>
<p class=MsoNormal>Then a pause of 10&nbsp;minutes.</p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>3.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span><![endif]>the campus</p>
<p class=MsoQuote>It is more <b style='mso-bidi-font-weight:normal'>punctual </b>than me.</p>
<p class=MsoIntenseQuote>And it never asks for a tip.</p>
<p class=MsoNormal style='mso-outline-level:3'>H<sub>2</sub>O, 10 m<span style='vertical-align:super'>2</span></p>
<!--[if gte vml 1]><v:shape id="_x0000_i1025" type="#_x0000_t75"><v:imagedata src="file:///C:/clip_image001.png"/></v:shape><![endif]-->
<![if !vml]><img width=400 height=300 src="file:///C:/clip_image002.jpg" v:shapes="_x0000_i1025"><![endif]>
<p class=MsoNormal><a href="file:///C:/draft.docx">The draft</a> and <a
href="mailto:desk@longgang.example.org">the desk</a>.</p><!--EndFragment--></body></html>""",
    "<h2>A Robot Brings the First Tea</h2>"
    "<p>Shenzhen, 6&nbsp;a.m. Twelve delivery robots <em>queue</em> at the lake in the sun.</p>"
    "<p>The route has three stops:</p><ol><li>the tea house</li><li>the bookshop</li></ol>"
    '<p>Then a pause of 10&nbsp;minutes.</p><ol start="3"><li>the campus</li></ol>'
    "<blockquote><p>It is more <strong>punctual</strong> than me.</p><p>And it never asks for a tip.</p></blockquote>"
    "<h3>H<sub>2</sub>O, 10 m<sup>2</sup></h3>"
    '<p>The draft and <a href="mailto:desk@longgang.example.org" rel="noopener">the desk</a>.</p>',
)

WORD_IN_ARABIC = Pasted(
    """<body lang=EN-US><div class=WordSection1 dir=RTL>
<h1 dir=RTL style='text-align:right;direction:rtl;unicode-bidi:embed'><span lang=AR-SA>روبوت يحمل أول كوب شاي</span></h1>
<p class=MsoNormal dir=RTL lang=AR-SA style='text-align:right;direction:rtl;unicode-bidi:embed'><span lang=AR-SA
style='font-family:"Arial",sans-serif'>انطلق </span><span dir=LTR></span><span dir=LTR lang=EN-US>12</span><span dir=RTL></span><span
lang=AR-SA> روبوتًا (SZ-7)&rlm; صباحًا.</span><span dir=LTR><o:p></o:p></span></p>
<p class=MsoNormal dir=RTL style='direction:rtl;unicode-bidi:embed'><span dir=LTR lang=EN-US>Longgang, 2026&lrm;</span></p>
<p class=MsoListParagraph dir=RTL style='margin-right:36.0pt;direction:rtl;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span dir=RTL style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]><span lang=FA>می&zwnj;رود</span></p></div></body>""",
    "<h2>روبوت يحمل أول كوب شاي</h2>"
    '<p dir="rtl" lang="ar-SA">انطلق 12 روبوتًا (SZ-7)\u200f صباحًا.</p>'
    "<p>Longgang, 2026</p>"
    '<ul><li><p dir="rtl">می\u200cرود</p></li></ul>',
)

WPS_IN_CHINESE = Pasted(
    """<html><head><meta charset="utf-8"><meta name="ProgId" content="Word.Document"/><meta name="Generator" content="Kingsoft"/>
<style>@font-face{font-family:"Times New Roman";} p.MsoNormal{mso-style-name:正文;} span.10{font-family:'Times New Roman';}
p.p15{margin-top:5.0000pt;}</style></head><body style="tab-interval:21pt;text-justify-trim:punctuation;"><!--StartFragment-->
<div class="Section0" style="layout-grid:15.6000pt;"><h2 ><b><span style="mso-spacerun:'yes';font-family:黑体;font-weight:bold;
font-size:16.0000pt;mso-font-kerning:1.0000pt;" ><font face="黑体" >夜市的灯</font></span></b><b><span
style="mso-spacerun:'yes';font-family:黑体;font-weight:bold;" ><o:p></o:p></span></b></h2>
<p class="p15"  style="text-indent:21.0000pt;mso-char-indent-count:2.0000;" ><span style="mso-spacerun:'yes';font-family:宋体;
font-size:10.5000pt;mso-font-kerning:1.0000pt;" ><font face="宋体" >　　布吉夜市有</font><font face="Calibri" >200</font><font
face="宋体" >多盏灯，</font></span><b><span style="mso-spacerun:'yes';font-family:宋体;font-weight:bold;" ><font
face="宋体" >一盏也没有熄</font></span></b><span style="mso-spacerun:'yes';font-family:宋体;" ><font face="宋体" >。&nbsp;&nbsp;“等最后一位
客人。”</font></span><span style="mso-spacerun:'yes';" ><o:p></o:p></span></p>
<p class="MsoNormal" ><span style="mso-spacerun:'yes';" ><o:p>&nbsp;</o:p></span></p>
<p class="MsoNormal"  style="margin-left:21.0000pt;text-indent:-21.0000pt;mso-list:l0 level1 lfo1;" ><![if !supportLists]><span
style="font-family:Wingdings;mso-spacerun:'yes';" ><span style='mso-list:Ignore;' >Ø<span>&nbsp;</span></span></span><![endif]><span
style="mso-spacerun:'yes';font-family:宋体;" ><font face="宋体" >肠粉</font></span></p>
<p class="MsoNormal"  style="mso-list:l0 level1 lfo1;" ><span style="font-family:Symbol;" >·&nbsp;</span><span ><font
face="宋体" >糖水</font></span></p></div><!--EndFragment--></body></html>""",
    "<h2>夜市的灯</h2>"
    "<p>布吉夜市有200多盏灯，<strong>一盏也没有熄</strong>。 “等最后一位客人。”</p>"
    "<ul><li>肠粉</li><li>糖水</li></ul>",
)

WECHAT = Pasted(
    """<div class="rich_media_content js_underline_content" id="js_content" style="visibility: hidden; opacity: 0;">
<section data-tool="mdnice编辑器" data-website="https://editor.example.org" data-powered-by="xiumi.us" style="box-sizing: border-box;">
<section class="_135editor" data-tools="135编辑器" data-id="94301"><section style="margin: 10px auto;text-align: center;"><section
style="display: inline-block;"><p style="font-weight: bold;font-size: 18px;"><span leaf="">“无人机快递”飞进大山\u200b</span></p></section>
</section></section>
<p style="text-align: center;"><img class="rich_pages wxw-img" data-ratio="0.66" data-src="https://mmbiz.qpic.cn/a/640?wx_fmt=jpeg"
data-type="jpeg" data-w="1080" style="visibility: visible !important;width: 677px !important;"></p>
<section style="font-size: 15px;line-height: 1.75em;text-indent: 2em;"><span style="letter-spacing: 1px;"><span
style="color: rgb(63, 63, 63);"><span leaf="">　　三月的一天，</span></span></span><span style="letter-spacing: 1px;font-weight: 700;"><span
leaf="">园山街道</span></span><span leaf="" style="letter-spacing: 1px;">的茶农收到了一包种子\ufeff。</span></section>
<p><br></p><section><br></section><p style="margin: 0px;"><span leaf=""><br class="ProseMirror-trailingBreak"></span></p>
<p><span leaf="">从起飞到落地，<em>只用了</em>&nbsp;&nbsp;<strong><strong>8分钟</strong></strong>。</span></p>
<section style="text-align: right;"><section><section><section><span leaf="">文／李想　图／周宁</span></section></section></section>
</section>
<p><a href="javascript:;" class="weapp_text_link" data-miniprogram-appid="wx0" data-miniprogram-path="p/i">打开小程序</a>，或看<a
class="normal_text_link" target="_blank" href="https://mp.weixin.qq.com/s/abc" textvalue="上一篇" data-linktype="2">上一篇</a>。</p>
<section class="mp_profile_iframe_wrp"><mp-common-profile class="js_uneditable" data-nickname="龙岗" data-id="Mz" data-from="0">名片
</mp-common-profile></section><mpvoice name="录音">0:31</mpvoice>
<p style="display: none;"><mp-style-type data-value="3"></mp-style-type></p></section></div>
<script type="text/javascript" nonce="1">var first_sceen__time = (+new Date());</script>""",
    "<p><strong>“无人机快递”飞进大山</strong></p>"
    "<p>三月的一天，<strong>园山街道</strong>的茶农收到了一包种子。</p>"
    "<p>从起飞到落地，<em>只用了</em> <strong>8分钟</strong>。</p>"
    "<p>文／李想　图／周宁</p>"
    '<p>打开小程序，或看<a href="https://mp.weixin.qq.com/s/abc" rel="noopener">上一篇</a>。</p>',
)

GOOGLE_DOCS_IN_RUSSIAN = Pasted(
    """<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-5b1f0c2e-7fff-1"><h1 dir="ltr"
style="line-height:1.38;margin-top:20pt;"><span style="font-size:20pt;font-weight:400;white-space:pre-wrap;">Чайный робот</span></h1><br><p
dir="ltr" style="line-height:1.38;"><span style="font-weight:400;font-style:normal;white-space:pre-wrap;">В шесть утра у озера </span><span
style="font-weight:700;white-space:pre-wrap;">двенадцать роботов </span><span style="font-weight:400;font-style:italic;">ждут</span><span
style="font-weight:400;"> заказов.</span></p><ol style="margin-top:0;" start="4"><li dir="ltr" style="list-style-type:decimal;"
aria-level="1"><p dir="ltr" role="presentation"><span style="font-weight:400;">чай</span></p></li><ol style="margin-top:0;"><li dir="ltr"
style="list-style-type:lower-alpha;" aria-level="2"><p dir="ltr" role="presentation"><span>зелёный</span></p></li></ol><li dir="ltr"
aria-level="1"><p dir="ltr" role="presentation"><span>булочки</span></p></li></ol><br><p dir="ltr"><a
href="https://longgang.example.org/чай" style="text-decoration:none;"><span style="text-decoration:underline;">Меню</span></a></p><div
dir="ltr" align="left"><table style="border:none;"><colgroup><col width="200"/><col width="200"/></colgroup><tbody><tr><td><p
dir="ltr"><span style="font-weight:700;">День</span></p></td><td><p dir="ltr"><span>9</span></p></td></tr></tbody></table></div></b><br
class="Apple-interchange-newline">""",
    "<h2>Чайный робот</h2><p>В шесть утра у озера <strong>двенадцать роботов</strong> <em>ждут</em> заказов.</p>"
    '<ol start="4"><li>чай<ol><li>зелёный</li></ol></li><li>булочки</li></ol>'
    '<p><a href="https://longgang.example.org/чай" rel="noopener">Меню</a></p>'
    "<table><tbody><tr><td><strong>День</strong></td><td>9</td></tr></tbody></table>",
)

WEB_PAGE_IN_JAPANESE = Pasted(
    """<article><header><h1 class="title">ロボットの朝</h1></header><div class="body"><div>深圳市<ruby>龍崗<rp>(</rp>
<rt>りゅうこう</rt><rp>)</rp>
</ruby>区の湖畔で、<q>早い</q>と住民は話す。<br><br>　料金は　無料だ。</div><figure><img src="/a.jpg"
alt="写真"><figcaption>湖の朝</figcaption></figure>
<button>共有</button><noscript>画像</noscript></div></article>""",
    "<h2>ロボットの朝</h2><p>深圳市龍崗（りゅうこう）区の湖畔で、“早い”と住民は話す。</p><p>料金は　無料だ。</p><p>湖の朝</p>",
)

WEB_PAGE_IN_GREEK = Pasted(
    """<div lang="en"><p lang="el">Ο ρομποτικός <strong style="font-weight: 400">διανομέας</strong> ξεκινά&nbsp;στις 6.<p lang="en">Και
φτάνει<span>&shy;</span> στις 7.<ul><li>τσάι<li>βιβλία<ul><li>παλιά</ul></ul><dl><dt>Πόλη<dd>Λονγκάνγκ</dl><hr><hr>
<center>Τέλος</center></div>""",
    '<p lang="el">Ο ρομποτικός διανομέας ξεκινά&nbsp;στις 6.</p><p>Και φτάνει στις 7.</p>'
    "<ul><li>τσάι</li><li>βιβλία<ul><li>παλιά</li></ul></li></ul><p>Πόλη</p><p>Λονγκάνγκ</p><hr><p>Τέλος</p>",
)

EVERY = {
    "Word, Chinese": WORD_IN_CHINESE,
    "Word, English": WORD_IN_ENGLISH,
    "Word, Arabic": WORD_IN_ARABIC,
    "WPS, Chinese": WPS_IN_CHINESE,
    "WeChat": WECHAT,
    "Google Docs, Russian": GOOGLE_DOCS_IN_RUSSIAN,
    "page, Japanese": WEB_PAGE_IN_JAPANESE,
    "page, Greek": WEB_PAGE_IN_GREEK,
}
