"""Comments and instructions that the drawing tool leaves out come back, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hjulet.core.flow import Refused
from hjulet.processes import actions
from hjulet.processes.bpmn.layout import complete
from hjulet.processes.bpmn.model import Diagram
from hjulet.processes.bpmn.reading import read
from hjulet.processes.bpmn.remarks import carry_over
from hjulet.processes.bpmn.steps import rows
from hjulet.processes.bpmn.writing import write

from .conftest import draft
from .drawings import FILES

pytestmark = [pytest.mark.capability("PRO-2")]

# (where among the tree's places, what is said, target of an instruction, how far into the text there, 0–9 tenths)
REMARKS = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.sampled_from((" Ring först ", "", "åäö <>&", "TODO", "x='1'")),
        st.sampled_from(("", "", "", "verktyg", "xml-stylesheet")),
        st.integers(0, 9),
    ),
    max_size=12,
)


def tool(data: bytes) -> bytes:
    """A file as the drawing tool writes it: read into objects that know no comments."""
    options: Any = {"remove_comments": True, "remove_pis": True, "resolve_entities": False}
    return bytes(etree.tostring(etree.fromstring(data, etree.XMLParser(**options)), encoding="utf-8"))


def bare_form(data: bytes) -> bytes:
    return canonical(tool(data))


def canonical(data: bytes) -> bytes:
    return bytes(etree.tostring(etree.fromstring(data), method="c14n"))


def remarked(data: bytes, remarks: list[tuple[int, str, str, int]]) -> Diagram:
    """The file with remarks put in anywhere: before and after the root, among elements and in the midst of text."""
    one = read(tool(data))
    for place, text, target, tenths in remarks:
        elements = list(one.tree.getroot().iter(etree.Element))
        node: Any = etree.ProcessingInstruction(target, text) if target else etree.Comment(text)
        if place % 11 == 0:
            (one.tree.getroot().addprevious if place % 2 else one.tree.getroot().addnext)(node)
            continue
        parent = elements[place % len(elements)]
        if tenths % 2 and parent.getparent() is not None:
            tail = parent.tail or ""
            cut = len(tail) * tenths // 10
            parent.tail, node.tail = tail[:cut], tail[cut:]
            above = parent.getparent()
            above.insert(above.index(parent) + 1, node)
        else:
            inner = parent.text or ""
            cut = len(inner) * tenths // 10
            parent.text, node.tail = inner[:cut], inner[cut:]
            parent.insert(0, node)
    return one


def steps(one: Diagram) -> list[Any]:
    return [vars(row) for row in rows(one)]


@settings(max_examples=60, deadline=None)
@given(path=st.sampled_from(FILES), remarks=REMARKS)
def test_they_come_back_wherever_they_stood(path: Any, remarks: list[tuple[int, str, str, int]]) -> None:
    older = remarked(path.read_bytes(), remarks)
    whole = write(older)
    sent = read(tool(whole))
    assert carry_over(sent, read(whole)) == len(remarks)
    assert canonical(write(sent)) == canonical(whole)
    assert steps(sent) == steps(read(tool(whole)))
    # sent once more, since the answer was lost, it is the same to the last character
    again = read(tool(whole))
    carry_over(again, read(write(sent)))
    assert write(again) == write(sent)
    # and a file that has them is left as it is
    assert carry_over(read(whole), read(whole)) == 0


@settings(max_examples=60, deadline=None)
@given(
    path=st.sampled_from(FILES), remarks=REMARKS, cuts=st.lists(st.integers(0, 10_000), max_size=4), flip=st.booleans()
)
def test_nothing_but_remarks_is_brought_back(
    path: Any, remarks: list[tuple[int, str, str, int]], cuts: list[int], flip: bool
) -> None:
    """Whatever the tool takes away, moves or writes with other blanks."""
    whole = write(remarked(path.read_bytes(), remarks))
    changed = etree.fromstring(tool(whole))
    for cut in cuts:
        some = [one for one in changed.iter(etree.Element) if one.getparent() is not None and one.get("id")]
        if some[2:]:
            gone = some[cut % len(some)]
            gone.getparent().remove(gone)
    if flip:
        changed[:] = list(reversed(changed))
        etree.indent(changed)
    data = bytes(etree.tostring(changed, encoding="utf-8"))
    if b"process" not in data or not list(changed.iter("{*}process")):
        return
    sent = read(data)
    carry_over(sent, read(whole))
    assert bare_form(write(sent)) == canonical(data)
    again = read(data)
    carry_over(again, read(write(sent)))
    assert write(again) == write(sent)


BEFORE = """<?xml version="1.0" encoding="UTF-8"?>
<?verktyg läge="1"?>
<!-- Ritad av kvalitetsgruppen -->
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:x">
  <process id="p">
    <!-- Ring först -->
    <task id="a" name="A"><!-- i A --></task> <!-- om A -->
    <!-- före B -->
    <task id="b" name="B"><!-- i B --></task>
    <!-- sist -->
  </process>
</definitions>
<!-- slut -->
"""


def test_each_follows_its_element() -> None:
    """B is taken away, A has come into another step, and the blanks are the tool's own."""
    data = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:x">'
        '<process id="p"><subProcess id="s"><task id="a" name="Aa"/></subProcess></process></definitions>'
    )
    sent = read(data.encode())
    assert carry_over(sent, read(BEFORE.encode())) == 8
    text = write(sent).decode()
    assert (
        '<subProcess id="s"><!-- Ring först --><task id="a" name="Aa"><!-- i A --></task><!-- om A --><!-- före B -->'
        "</subProcess><!-- sist --></process></definitions><!-- slut -->" in text
    )
    assert "<?verktyg" in text and "i B" not in text


@pytest.mark.django_db
def test_what_is_drawn_keeps_them_and_what_is_read_in_anew_does_not(written: Any, actor: Any, at: Any) -> None:
    made, who = written(), actor("asa")
    text = draft(made).xml.replace("<bpmn:task ", "<!-- Ring först --><bpmn:task ", 1) + "<!-- slut -->\n"
    actions.save_file(draft(made), text.encode(), revision=None, actor=who, at=at)
    kept = draft(made)
    assert "Ring först" in kept.xml
    drawn = tool(kept.xml.replace("Kvittera larmet", "Svara").encode())
    saved = actions.save_file(kept, drawn, revision=kept.revision, drawn=True, actor=who, at=at)
    assert "Ring först" in saved.xml and "<!-- slut -->" in saved.xml and "Svara" in saved.xml
    # the answer was lost and it is sent again: no conflict, no new saving
    twice = actions.save_file(kept, drawn, revision=kept.revision, drawn=True, actor=who, at=at)
    assert twice.revision == saved.revision == draft(made).revision
    with pytest.raises(Refused, match="DOCTYPE"):
        hostile = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + drawn
        actions.save_file(saved, hostile, revision=saved.revision, drawn=True, actor=who, at=at)
    actions.save_file(saved, drawn, revision=None, actor=who, at=at)
    assert "Ring först" not in draft(made).xml


def test_a_thousand_take_no_time() -> None:
    body = "".join(f'<!-- {n} --><task id="t{n}" name="Steg {n}"/>\n' for n in range(1000))
    text = f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">{body}</process></definitions>'
    sent = read(tool(text.encode()))
    assert carry_over(sent, read(text.encode())) == 1000
    complete(sent)
