"""BPMN 2.0 files out: what came in, and what has been changed since."""

from __future__ import annotations

from lxml import etree

from hjulet.processes.bpmn.model import Diagram


def write(diagram: Diagram) -> bytes:
    """The whole document in UTF-8. An unchanged one is the same XML as was read (equal in canonical form): ids, names,
    prefixes, other tools' elements, comments, instructions and places in the drawing. Blanks between elements too.
    """
    alone = ' standalone="yes"' if diagram.tree.docinfo.standalone else ""
    text: str = etree.tostring(diagram.tree, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"{alone}?>\n{text}\n'.encode()
