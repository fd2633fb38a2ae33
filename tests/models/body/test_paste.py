"""What is pasted from the programs that editors write in comes out as plain editorial HTML."""

from __future__ import annotations

import pytest

from models.body import clean, plain_text
from tests.models.body.pasted import EVERY, Pasted


@pytest.mark.parametrize("pasted", EVERY.values(), ids=EVERY)
def test_what_a_program_copies_becomes_a_body_and_stays_one(pasted: Pasted) -> None:
    assert clean(pasted.source) == pasted.body
    assert clean(pasted.body) == pasted.body


MARKS = [
    ('<p style="FONT-WEIGHT: 600 !important">a</p>', "<p><strong>a</strong></p>"),
    ('<p style="mso-bidi-font-weight:bold;font-weight:500">a</p>', "<p>a</p>"),
    (
        "<p style=\"font:italic bold 12px/1.5 'A'\">a <i style='font: 12px A'>b</i></p>",
        "<p><strong><em>a</em></strong> b</p>",
    ),
    ('<b style="font-weight:normal">a <b>b</b></b>', "<p>a <strong>b</strong></p>"),
    ("<p>a<b> b </b>c</p>", "<p>a <strong>b</strong> c</p>"),
    ("<p><b>a</b> <b>b</b><i></i></p>", "<p><strong>a b</strong></p>"),
    ("<p><b>a<i>b</b>c</i>d</p>", "<p><strong>a<em>b</em></strong>cd</p>"),
    ("<b><p>a</p><p>b</b>c</p>d", "<p><strong>a</strong></p><p><strong>bc</strong></p><p>d</p>"),
    (
        "<p><em>a <strong>b</strong></em><strong>c</strong></p>",
        "<p><em>a <strong>b</strong></em><strong>c</strong></p>",
    ),
    (
        "<p>x<sup>2<sub>i</sub></sup><span style='vertical-align:super'>3</span></p>",
        "<p>x<sup>2</sup><sub>i</sub><sup>3</sup></p>",
    ),
    ("<u>a</u><font color=red>b</font><small>c</small><s>d</s>", "<p>abcd</p>"),
    ("<p>he <q>said</q></p>", "<p>he “said”</p>"),
]

BLOCKS = [
    (
        "a<div>b<section>c</section>d</div><span style='display:block'>e</span>",
        "<p>a</p><p>b</p><p>c</p><p>d</p><p>e</p>",
    ),
    ("<p>a<br>b<br/>&nbsp;<br>c<br></p>", "<p>a<br>b</p><p>c</p>"),
    ("<pre>a\n b\n\nc</pre>", "<p>a<br>b</p><p>c</p>"),
    ('<p style="white-space: pre-wrap">a\nb</p>', "<p>a<br>b</p>"),
    ("<p>a\u2028b\u2029c</p>", "<p>a<br>b</p><p>c</p>"),
    ("<p>&nbsp;</p><p>\u200b</p><p><b><br></b></p><h2> </h2><ul><li></ul><blockquote><p></blockquote>", ""),
    ("<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5>", "<h2>a</h2><h2>b</h2><h3>c</h3><h4>d</h4><h4>e</h4>"),
    (
        "<p class=MsoHeading3>a</p><p class='Heading1 x'>b</p><p class=MsoHeading1Char>c</p>",
        "<h3>a</h3><h2>b</h2><p>c</p>",
    ),
    ("<div role=heading aria-level=3>a</div><p style='mso-outline-level:7'>b</p>", "<h3>a</h3><h4>b</h4>"),
    ('<p style="font-size:30px"><b>big and bold</b></p>', "<p><strong>big and bold</strong></p>"),
    ("<h2><section><b>a</b></section><p>b</p></h2>", "<h2>a</h2><h2>b</h2>"),
    ("<blockquote>a<p>b</blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
    ("<figure><img src=a><figcaption>a</figcaption></figure>", "<p>a</p>"),
    (
        "<figure><blockquote>a</blockquote><figcaption>b</figcaption></figure>",
        "<figure><blockquote><p>a</p></blockquote><figcaption>b</figcaption></figure>",
    ),
    ("<figure><table><td>a<td>b</table></figure>", "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"),
    ("</p>a</div></b><td>b</td><li>c</li><tr>d", "<p>a</p><p>b</p><p>c</p><p>d</p>"),
]

LISTS = [
    ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
    ("<ul><li>a</li><ol><li>b</li></ol></ul>", "<ul><li>a<ol><li>b</li></ol></li></ul>"),
    ("<ul><li>a</li></ul> <ul><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
    (
        "<ol><li>a</li></ol><ol start=2><li>b</ol><ol start='5'><li>c</ol>",
        '<ol><li>a</li><li>b</li></ol><ol start="5"><li>c</li></ol>',
    ),
    ("<ol><li>a<li value=4>b<li>c</ol>", '<ol><li>a</li></ol><ol start="4"><li>b</li><li>c</li></ol>'),
    ("<ol start=x><li>a</ol><p>-<ol start=9999999><li>b</ol>", "<ol><li>a</li></ol><p>-</p><ol><li>b</li></ol>"),
    (
        "<ul>a<li><p>b<p>c<ul><li>d</ul>e</ul>",
        "<ul><li>a</li><li><p>b</p><p>c</p><ul><li>d</li></ul><p>e</p></li></ul>",
    ),
    ("<menu><li>a</menu>", "<ul><li>a</li></ul>"),
]


def word_item(level: int, marker: str, text: str) -> str:
    """A paragraph of a list as Word writes it."""
    mark = f"<![if !supportLists]><span style='mso-list:Ignore'>{marker}<span>&nbsp; </span></span><![endif]>"
    return f"<p class=MsoListParagraph style='text-indent:-21pt;mso-list:l0 level{level} lfo1'>{mark if marker else ''}{text}</p>"


WORD_LISTS = [
    ([(1, "·", "a"), (1, "·", "b")], "<ul><li>a</li><li>b</li></ul>"),
    (
        [(1, "3.", "a"), (1, "4.", "b"), (1, "6.", "c")],
        '<ol start="3"><li>a</li><li>b</li></ol><ol start="6"><li>c</li></ol>',
    ),
    ([(2, "o", "a"), (1, "·", "b")], "<ul><li>a</li><li>b</li></ul>"),
    ([(1, "·", "a"), (3, "§", "b"), (2, "o", "c")], "<ul><li>a<ul><li>b</li><li>c</li></ul></li></ul>"),
    ([(1, "1)", "a"), (2, "·", "b"), (1, "2)", "c")], "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
    ([(1, "１．", "甲"), (1, "２．", "乙")], "<ol><li>甲</li><li>乙</li></ol>"),
    (
        [(1, "（一）", "甲"), (1, "a)", "b"), (1, "1.2", "c"), (1, "①", "丁")],
        "<p>（一）甲</p><p>a) b</p><p>1.2 c</p><p>① 丁</p>",
    ),
    (
        [(1, "", "· a"), (1, "", "<b>2.</b> b"), (1, "", "c")],
        '<ul><li>a</li></ul><ol start="2"><li>b</li></ol><ul><li>c</li></ul>',
    ),
    ([(1, "", "3.5 m")], "<ul><li>3.5 m</li></ul>"),
    ([(1, "·", "a<br><br>b"), (1, "·", "c")], "<ul><li><p>a</p><p>b</p></li><li>c</li></ul>"),
    ([(1, "·", ""), (1, "·", "a")], "<ul><li>a</li></ul>"),
]

TABLES = [
    ("<table><tr><td>only</table>", "<p>only</p>"),
    (
        "<table><td><table><td>a<td>b</table><td>c</table>",
        "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table><p>c</p>",
    ),
    ("<table><tr><td><td></table>", ""),
    (
        "<table><caption>t</caption><thead><tr><th scope=COL colspan=2 style=x>h<tbody><tr><td rowspan=1>a<td rowspan=0><p>b<p>c</table>",
        '<p>t</p><table><thead><tr><th colspan="2" scope="col">h</th></tr></thead>'
        "<tbody><tr><td>a</td><td><p>b</p><p>c</p></td></tr></tbody></table>",
    ),
    (
        "<table>stray<tr><td>a</div></p><td>b</table>c",
        "<p>stray</p><table><tbody><tr><td>a</td><td>b</td></tr></tbody></table><p>c</p>",
    ),
    (
        "<table><tr><td>a<td>b<tfoot><tr><td>c<td>d</table>",
        "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></tbody></table>",
    ),
]

CHARACTERS = [
    ("<p>龙岗\n区，\n“灯”\nTea\ntime</p>", "<p>龙岗区，“灯” Tea time</p>"),
    ("<p>용강구\n차</p>", "<p>용강구 차</p>"),
    ("<p>　　首行<br>　次行　</p>", "<p>首行<br>次行</p>"),
    ("<p>文／李　图／周　　王 　赵</p>", "<p>文／李　图／周　王　赵</p>"),
    ("<p>10&nbsp;km &nbsp; a&nbsp;&nbsp;b\u2009c</p>", "<p>10&nbsp;km a b\u2009c</p>"),
    ("<p>a\u200bb\ufeffc\u00add\u2060e\ufffcf\x1fg\U000e0041</p>", "<p>abcdefg</p>"),
    ("<p>a\u200fb\u200d c\u200c</p>", "<p>ab c</p>"),
    ("<p>ن<b>می</b>&zwnj;<i>شود</i> a\u200cb</p>", "<p>ن<strong>می</strong>\u200c<em>شود</em> ab</p>"),
    ("<p>क्\u200dष क्\u200c</p>", "<p>क्\u200dष क्</p>"),
    ("<p>ไทย\u200bไทย</p>", "<p>ไทย\u200bไทย</p>"),
    ("<p>👩\u200d🚀 ❤\ufe0f\u200d🔥 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f</p>",) * 2,
    ("<p>葛\U000e0100 a\U000e0100 b\ufe0f\ufe0f</p>", "<p>葛\U000e0100 a b\ufe0f</p>"),
    ("<p>אב\u200f! \u202bגד\u202c<br>ab\u200f</p>", "<p>אב\u200f! \u202bגד\u202c<br>ab</p>"),
    (
        "<p>&lt;b&gt; &amp;amp; &copy &#8364; &#x1F375; &#0; &#55296; &#99999999999; a<b",
        "<p>&lt;b&gt; &amp;amp; © € 🍵 \ufffd \ufffd \ufffd a</p>",
    ),
    ("<p>1 < 2 <3 <中 </p>", "<p>1 &lt; 2 &lt;3 &lt;中</p>"),
    ("<p>&#" + "0" * 5000 + "65;&#" + "9" * 5000 + ";</p>", "<p>A\ufffd</p>"),
]

DIRECTIONS = [
    (
        "<div dir=rtl><p>שלום<p>hello<p dir=ltr>hi<p dir=auto>hey</div>",
        '<p dir="rtl">שלום</p><p>hello</p><p dir="ltr">hi</p><p dir="auto">hey</p>',
    ),
    ("<p dir=ltr>hello</p><p dir=rtl>你好</p>", "<p>hello</p><p>你好</p>"),
    ("<p dir=RTL>روبوت<span dir=ltr>A1</span></p>", '<p dir="rtl">روبوتA1</p>'),
    ("<h2 dir=rtl>שלום</h2><ul dir=rtl><li>אב</ul>", '<h2>שלום</h2><ul><li><p dir="rtl">אב</p></li></ul>'),
    (
        "<p lang=zh-cn>你好，Longgang</p><p lang=EN-US>你好</p><p lang=x>a</p>",
        '<p lang="zh-CN">你好，Longgang</p><p>你好</p><p>a</p>',
    ),
    ("<p lang=ja>朝のロボット</p><p lang=ru>Утро</p>", '<p lang="ja">朝のロボット</p><p lang="ru">Утро</p>'),
]

NOT_SHOWN = [
    ("a<!-- b --><!--[if mso]>c<![endif]--><!--> d <!--->e<!--x--!>f<?php g ?>h</ i>j<!k>l", "<p>a d efhjl</p>"),
    ("<style>a</style><SCRIPT>b</scriptx></script >c<title>d</title><xmp>e</xmp><textarea>f</textarea>", "<p>c</p>"),
    ("<xml><w:a>b</w:a></xml><o:p/>c<o:p>d</o:p><st1:place>e</st1:place>", "<p>cde</p>"),
    (
        "<p hidden>a</p><p style='display:none'>b<b>c</b></p><template>d</template><select><option>e</select>f",
        "<p>f</p>",
    ),
    ("<mp-common-profile>a</mp-common-profile><mpvideosnap>b</mpvideosnap><object>c</object>d", "<p>d</p>"),
    ("<math><mi>x</mi><annotation>\\x</annotation></math><svg><text>b</text></svg>", "<p>x</p>"),
]


@pytest.mark.parametrize(
    ("source", "body"),
    [
        *(MARKS + BLOCKS + LISTS + TABLES + CHARACTERS + DIRECTIONS + NOT_SHOWN),
        *(("".join(word_item(*item) for item in items), body) for items, body in WORD_LISTS),
    ],
)
def test_a_source_becomes_the_body_that_says_the_same(source: str, body: str) -> None:
    assert clean(source) == body
    assert clean(body) == body


def test_the_plain_text_has_a_line_for_each_block_and_row() -> None:
    body = clean(
        "<h1>a</h1><ul><li>b<ul><li>c</ul></ul><table><tr><th>d<td>e<tr><td>f<br>g<td>h</table><p>i&amp;j<br>k"
    )
    assert plain_text(body) == "a\nb\nc\nd e\nf\ng h\ni&j\nk"
