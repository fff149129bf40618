"""Rich text: nothing that runs comes through, every word does, and the same again changes nothing."""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjulet.core import richtext
from hjulet.core.richtext import blocks, clean, from_form, from_plain, outline, text_of, with_anchors

pytestmark = [pytest.mark.capability("DOC-2")]

ALLOWED = {
    *("p", "h2", "h3", "h4", "strong", "em", "u", "code", "a", "br", "hr", "blockquote", "ul", "ol", "li"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "rel"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEME = re.compile(r"^(https?:|mailto:|tel:|[^:/\\#]|/[^/\\])", re.I)
VOID = {"br", "hr"}


class Strict(HTMLParser):
    """Fails on whatever is not the small HTML, well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert {name for name, _value in attrs} <= ATTRIBUTES.get(tag, set()), attrs
        for name, value in attrs:
            assert name != "href" or SCHEME.match(value or ""), value
        assert not (tag in {"p", "h2", "h3", "h4"} and {"p", "h2", "h3", "h4"} & set(self.open[-1:])), self.open
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def hold_up(html: str) -> None:
    strict = Strict()
    strict.feed(html)
    strict.close()
    assert not strict.open
    levels = [heading.level for heading in outline(html)]
    assert all(level <= before + 1 for before, level in zip([1, *levels], levels, strict=False)), levels


# Attacks of our own making: each way that we know of to get something run, followed, loaded or broken out of.
HOSTILE = [
    "<script>steal()</script>",
    "<scr<script>ipt>steal()</scr</script>ipt>",
    "<SCRIPT\x00>steal()</SCRIPT >",
    "<scr<!-- -->ipt>steal()</script>",
    "<p onclick=steal()>x</p>",
    '<p title="x" onmouseover = "steal()">x</p>',
    "<p/onpointerenter=steal()>x",
    "<img src=x onerror=steal()>",
    "<img src='data:image/svg+xml,<svg onload=steal()>'>",
    "<image src=x onerror=steal()>",
    "<svg onload=steal()><a xlink:href='javascript:steal()'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=steal()></style></svg>",
    "<svg></p><style><a title='</style><img src=x onerror=steal()>'>",
    "<math><mi xlink:href='javascript:steal()'>x</mi></math>",
    "<math><annotation-xml encoding='text/html'><script>steal()</script></annotation-xml></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=steal()>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=steal()>",
    "<noscript><p title='</noscript><img src=x onerror=steal()>'></noscript>",
    "<textarea><p title='</textarea><img src=x onerror=steal()>'>",
    "<xmp><p title='</xmp><img src=x onerror=steal()>'>",
    "<title><p title='</title><img src=x onerror=steal()>'>",
    "<noembed><img src=x onerror=steal()></noembed><noframes><script>steal()</script></noframes>",
    "<plaintext><script>steal()</script>",
    "<template><script>steal()</script><p onclick=steal()>x</template>",
    "<iframe srcdoc='<script>steal()</script>'></iframe><iframe src=javascript:steal()>",
    "<object data=javascript:steal()><embed src=javascript:steal()></object>",
    "<a href='javascript:steal()'>x</a>",
    "<a href=' JaVaScRiPt:steal()'>x</a>",
    "<a href='java\nscript:steal()'>x</a>",
    "<a href='java\tscript:steal()'>x</a>",
    "<a href='&#106;&#97;vascript&colon;steal()'>x</a>",
    "<a href='&#x6A;avascript&#58;steal()'>x</a>",
    "<a href='\x01javascript:steal()'>x</a>",
    "<a href='vbscript:steal()'>x</a><a href='data:text/html,<script>steal()</script>'>x</a>",
    "<a href='//thief.example'>x</a><a href='/\\thief.example'>x</a><a href='\\\\thief'>x</a>",
    "<a href='file:///etc/passwd'>x</a><a href='blob:x'>x</a><a href='feed:javascript:x'>x</a>",
    "<a href='https://x' target=_blank style='position:fixed'>x</a>",
    "<a href='x\"><script>steal()</script>'>x</a>",
    "<base href='https://thief.example/'><link rel=stylesheet href=//thief><meta http-equiv=refresh content='0;//thief'>",
    "<style>@import '//thief'</style><p style='background:url(//thief)'>x</p>",
    "<form action=//thief><input name=password><button formaction=javascript:steal()>x</button></form>",
    "<isindex action=javascript:steal()><keygen autofocus onfocus=steal()>",
    "<video><source onerror=steal()></video><audio src=x onerror=steal()><details open ontoggle=steal()>x</details>",
    "<div id=innehall class=error-summary name=location>x</div>",
    "<p is=x-thing slot=y part=z data-island=editor hx-get=/ hx-trigger=load>x</p>",
    "<!--><script>steal()</script>--><!--[if gte IE 4]><script>steal()</script><![endif]-->",
    "<![CDATA[<script>steal()</script>]]><?php steal() ?><!DOCTYPE x [<!ENTITY y 'z'>]>&y;",
    "<b><p><i><table><b><td></p><a href=x><div><a href=y></b></i>x",
    "<table><script>steal()</script><tr onclick=steal()><td background=//thief>x<tfoot><tr><th style=x>y",
    "<select><option><style></option></select><img src=x onerror=steal()></style>",
    "&lt;script&gt;steal()&lt;/script&gt;",
    "<p>\u202egnp.exe &#x202e; &#0; &#xd800;</p>",
    "<span data-f='x onclick=steal()'>x</span><span data-f=\"strong><script>steal()</script>\">y</span>",
    "<p style='mso-list:l0 level9 lfo1'><span style='mso-list:Ignore'><script>steal()</script>1.</span>x</p>",
    "<ol start='1 onclick=steal()' type='x'><li value=9>x</ol><td colspan='9e9' rowspan='-1'>y</td>",
    "<table><tr><td colspan=99999 rowspan='&#49;\" onclick=\"'>x</table>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_what_is_hostile_comes_out_harmless(html: str) -> None:
    for whole in (html, f"<p>före {html} efter</p>", f"<table><tr><td>{html}</table>", html * 3):
        made = clean(whole)
        hold_up(made)
        assert clean(made) == made


def test_what_was_shown_as_text_stays_text() -> None:
    assert clean("<p>&lt;script&gt;1 &lt; 2 &amp;amp; 3&lt;/script&gt;</p>") == (
        "<p>&lt;script&gt;1 &lt; 2 &amp;amp; 3&lt;/script&gt;</p>"
    )


WORDS = st.text(alphabet="abcåäö<>&\"' \n;#-\u00a0\u0301\u0338\u2003é123§·.", max_size=12)
NAMES = st.sampled_from(
    [
        *("p", "h1", "h2", "h3", "h4", "h5", "b", "i", "u", "em", "strong", "span", "div", "ul", "ol", "li", "a", "br"),
        *("hr", "blockquote", "table", "tr", "td", "th", "thead", "tbody", "caption", "pre", "code", "section", "font"),
    ]
)
MARKS = st.sampled_from(
    [
        "",
        ' class="MsoNormal"',
        ' style="mso-list:l0 level1 lfo1"',
        ' style="mso-list:l0 level3 lfo1"',
        ' style="mso-list:Ignore"',
        ' style="font-weight:bold"',
        ' style="font-weight:normal"',
        ' href="/a?b=1&amp;c=2"',
        ' href="#x"',
        ' start="4" type="a"',
        ' colspan="2"',
        ' rowspan="3"',
        ' scope="row"',
    ]
)
TREES = st.recursive(
    WORDS.map(escape),
    lambda inner: st.tuples(NAMES, MARKS, st.lists(inner, max_size=5)).map(
        lambda made: f"<{made[0]}{made[1]}>{''.join(made[2])}</{made[0]}>"
    ),
    max_leaves=30,
)
SOUP = st.lists(
    st.one_of(
        WORDS,
        st.tuples(st.sampled_from(["<", "</"]), NAMES, MARKS, st.sampled_from([">", "/>", ""])).map("".join),
        st.sampled_from(HOSTILE),
    ),
    max_size=25,
).map("".join)


@given(st.one_of(TREES, SOUP, st.text(max_size=200)))
def test_clean_twice_is_clean_once_and_always_the_small_html(html: str) -> None:
    made = clean(html)
    hold_up(made)
    assert clean(made) == made


def letters(text: str) -> str:
    return re.sub(r"[^a-zåäö0-9]", "", text)


BLOCK_TREES = st.recursive(
    st.text(alphabet="abcåäö <&>123", max_size=12).map(escape),
    lambda inner: st.tuples(
        st.sampled_from(["div", "b", "i", "span", "ul", "li", "section", "h2", "h5", "font", "blockquote"]),
        st.lists(inner, max_size=5),
    ).map(lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"),
    max_leaves=30,
)


@given(BLOCK_TREES)
def test_every_word_comes_out_in_its_place(html: str) -> None:
    expected = letters(unescape(re.sub(r"<[^>]*>", "", html)))
    made = clean(html)
    assert letters(unescape(re.sub(r"<[^>]*>", "", made))) == expected
    assert letters(text_of(made)) == expected


CELLS = st.lists(
    st.lists(st.text(alphabet="abcåäö123", min_size=1, max_size=6), min_size=1, max_size=5), min_size=1, max_size=6
)


@given(CELLS, st.booleans(), st.booleans())
def test_every_cell_comes_out(rows: list[list[str]], paragraphs: bool, heads: bool) -> None:
    def cell(text: str, name: str) -> str:
        return f"<{name} style='width:1px'>" + (f"<p class=x>{text}</p>" if paragraphs else text) + f"</{name}>"

    names = ["th" if heads and number == 0 else "td" for number in range(len(rows))]
    html = "<table><colgroup><col></colgroup>" + "".join(
        "<tr>" + "".join(cell(text, name) for text in row) + "</tr>" for name, row in zip(names, rows, strict=True)
    )
    made = clean(html + "</table>")
    assert [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in re.findall(r"<tr>(.*?)</tr>", made)] == rows
    assert blocks(made) == [" | ".join(row) for row in rows]
    assert ("<thead>" in made) is heads
    assert made.count('scope="col"') == (len(rows[0]) if heads else 0)


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset=utf-8><title>Rutin</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm;} @list l0:level1 {mso-level-number-format:bullet;} --></style></head>
<body lang=SV><!--StartFragment-->
<h1><span style='mso-list:Ignore'>1<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>Syfte<o:p></o:p></h1>
<p class=MsoNormal><span lang=SV style='font-size:12.0pt'>Rutinen g<span style='mso-spacerun:yes'>  </span>äller <b
style='mso-bidi-font-weight:normal'>alla</b>.<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]><b>Först</b> detta<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;</span></span>under</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>Sedan det</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>b)<span>&nbsp;</span></span>Punkt b</p>
<p class=MsoNormal style='mso-list:l2 level1 lfo3'><span style='mso-list:Ignore'>3.1.2<span>&nbsp;</span></span>Krav</p>
<h3>Ansvar</h3>
<table class=MsoTableGrid border=1 cellspacing=0><colgroup><col width=100><col></colgroup>
<tr style='mso-yfti-irow:0;mso-yfti-firstrow:yes'><td width=301 valign=top style='border:solid'><p class=MsoNormal><b>Roll<o:p></o:p></b></p></td>
<td><p class=MsoNormal><b>Gör</b><o:p></o:p></p></td></tr>
<tr><td rowspan=2><p class=MsoNormal>Chef</p></td><td><p class=MsoNormal>Leder</p><p class=MsoNormal>Följer upp</p></td></tr>
<tr><td><p class=MsoListParagraph style='mso-list:l3 level1 lfo4'><span style='mso-list:Ignore'>·</span>Svarar</p></td></tr></table>
<!--EndFragment--></body></html>"""


def test_what_is_pasted_from_word_comes_out_whole() -> None:
    made = clean(WORD)
    assert made == (
        "<h2>1 Syfte</h2><p>Rutinen g äller <strong>alla</strong>.</p>"
        "<ul><li><strong>Först</strong> detta<ul><li>under</li></ul></li><li>Sedan det</li></ul>"
        '<ol start="2" type="a"><li>Punkt b</li></ol><p>3.1.2 Krav</p><h3>Ansvar</h3>'
        '<table><thead><tr><th scope="col"><strong>Roll</strong></th><th scope="col"><strong>Gör</strong></th></tr></thead>'
        '<tbody><tr><td rowspan="2">Chef</td><td><p>Leder</p><p>Följer upp</p></td></tr>'
        "<tr><td><ul><li>Svarar</li></ul></td></tr></tbody></table>"
    )
    assert clean(made) == made


def test_what_is_pasted_from_a_web_page_or_google_docs() -> None:
    html = (
        '<b style="font-weight:normal" id="docs-internal-guid"><p dir=ltr><span style="font-weight:700">Fet</span>'
        '<span style="font-style:italic"> lutad</span></p></b><div>Rad ett<br>rad två</div><div>Nytt</div>'
    )
    assert clean(html) == ("<p><strong>Fet</strong> <em>lutad</em></p><p>Rad ett<br>rad två</p><p>Nytt</p>")


@pytest.mark.parametrize(
    ("given_levels", "kept"),
    [
        ("123", "234"),
        ("223", "223"),
        ("3", "2"),
        ("244", "233"),
        ("1353", "2343"),
        ("123456", "234444"),
        ("4224", "2223"),
    ],
)
def test_headings_start_below_the_page_and_skip_no_level(given_levels: str, kept: str) -> None:
    html = "".join(f"<h{level}>R</h{level}><p>x</p>" for level in given_levels)
    assert "".join(str(heading.level) for heading in outline(clean(html))) == kept


def test_a_heading_in_a_cell_an_item_or_a_quotation_is_bold() -> None:
    assert clean("<table><tr><td><h2>A</h2>x</table><ul><li><h3>B</h3></ul><blockquote><h1>C</h1></blockquote>") == (
        "<table><tbody><tr><td><p><strong>A</strong></p><p>x</p></td></tr></tbody></table>"
        "<ul><li><strong>B</strong></li></ul><blockquote><p><strong>C</strong></p></blockquote>"
    )


def test_header_cells_keep_what_they_head() -> None:
    html = (
        "<table><caption>Tider</caption><tr><th></th><th>Må</th></tr><tr><th>A</th><td>1</td></tr>"
        '<tr><th scope="rowgroup">B</th><td>2</td></tr></table>'
    )
    assert clean(html) == (
        '<table><caption>Tider</caption><thead><tr><th scope="col"></th><th scope="col">Må</th></tr></thead>'
        '<tbody><tr><th scope="row">A</th><td>1</td></tr><tr><th scope="rowgroup">B</th><td>2</td></tr></tbody></table>'
    )


def test_a_table_in_a_table_gives_its_cells_to_the_outer_one() -> None:
    made = clean("<table><tr><td>a<table><tr><td>b<td>c</table>d</table>")
    assert made == "<table><tbody><tr><td><p>a</p><p>b</p><p>c</p><p>d</p></td></tr></tbody></table>"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://www.ivo.se/a?b=1&amp;c=2", True),
        ("mailto:a@example.se", True),
        ("tel:+46123", True),
        ("/dokument/7/", True),
        ("bilaga.pdf", True),
        ("#_Toc123", False),
        ("ftp://x", False),
        ("//x", False),
    ],
)
def test_links(address: str, kept: bool) -> None:
    expected = f'<p><a href="{address}" rel="noopener">se</a></p>' if kept else "<p>se</p>"
    assert clean(f'<a href="{address}" target="_blank">se</a>') == expected


def test_plain_text_keeps_its_structure() -> None:
    made = from_plain(
        "# Rubrik\r\nförsta raden\r\nandra < raden\n\nnytt stycke\n- ett\n- två\n\n3. tre\n4. fyra\n## Under\nslut"
    )
    assert made == (
        "<h2>Rubrik</h2><p>första raden<br>andra &lt; raden</p><p>nytt stycke</p><ul><li>ett</li><li>två</li></ul>"
        '<ol start="3"><li>tre</li><li>fyra</li></ol><h3>Under</h3><p>slut</p>'
    )
    assert from_form("ett < två\n\n# Rubrik") == "<p>ett &lt; två</p><h2>Rubrik</h2>"
    assert from_form("<p>a</p>\n<p>b</p>") == "<p>a</p><p>b</p>"


@given(st.text(max_size=100))
def test_plain_text_is_never_anything_but_text(text: str) -> None:
    hold_up(from_plain(text))


def test_outline_and_anchors_agree_and_are_unique() -> None:
    html = clean("<h2>Syfte &amp; mål</h2><h3>Åtgärd</h3><h3>Åtgärd</h3><h2>§§</h2><p>x</p>")
    assert outline(html) == [
        (2, "Syfte & mål", "avsnitt-syfte-mal"),
        (3, "Åtgärd", "avsnitt-atgard"),
        (3, "Åtgärd", "avsnitt-atgard-2"),
        (2, "§§", "avsnitt-x"),
    ]
    shown = with_anchors(html)
    assert [heading.anchor for heading in outline(html)] == re.findall(r'<h\d id="([^"]+)">', shown)
    assert clean(shown) == html


def test_words_of_all_kinds_of_blocks() -> None:
    html = clean(
        "<h2>R</h2><p>a<br>b</p><ul><li>c<ul><li>d</li></ul></li></ul><table><tr><td>1<td>2</table><blockquote>q</blockquote>"
    )
    assert text_of(html) == "R\na\nb\nc\nd\n1 | 2\nq"
    assert [(block.kind, block.text) for block in richtext.parts(html)] == [
        ("h2", "R"),
        ("p", "a\nb"),
        ("li", "c"),
        ("li", "d"),
        ("row", "1 | 2"),
        ("p", "q"),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "slut",
        "<b>x<p>" * 50_000,
        "".join(f"<i x={n}>" for n in range(5_000)) + "<p>x" * 20_000,
        "<table><tr><td>" * 10_000 + "slut",
        "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">slut</p>",
        "<!--" * 200_000,
        "<ul><li>" * 20_000 + "slut",
        ("<div>" * 190 + "<table><td>" + "</div>" * 190) * 100,
        "<" * 100_000,
        "&" * 300_000,
        "\xa0" * 300_000,
        "<a" * 200_000,
    ],
    ids=[
        "deep",
        "formatting",
        "carried-on",
        "tables",
        "attributes",
        "comments",
        "lists",
        "scopes",
        "less",
        "and",
        "fixed",
        "cut",
    ],
)
def test_odd_nesting_costs_no_more_than_its_length(html: str) -> None:
    """Without the taming each of these takes minutes, or all memory."""
    hold_up(clean(html))


def test_too_much_is_refused_in_words() -> None:
    with pytest.raises(richtext.TooMuchText, match="för lång"):
        clean("x" * (richtext.LONGEST + 1))
