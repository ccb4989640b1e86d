"""What can be checked of PDF/UA-1 without veraPDF, which needs Java: the clauses that a machine can decide.

Marked as tagged, with a language, a title that is shown, and the PDF/UA mark in its metadata; all that is
painted is in the structure or marked as decoration; headings begin at the first level and leave none out;
every picture has words; tables have headings; every font is inside the file and knows its own letters.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

_PAINTS = frozenset({b"Tj", b"TJ", b"'", b'"', b"Do", b"f", b"f*", b"S", b"s", b"B", b"B*", b"sh"})


def faults(content: bytes) -> list[str]:
    """What is wrong with a PDF. Empty is good."""
    reader = PdfReader(BytesIO(content))
    root: Any = reader.trailer["/Root"]
    metadata = reader.xmp_metadata
    told = metadata.stream.get_data().decode() if metadata else ""
    tags = [(str(one["/S"]), one) for one in _elements(root["/StructTreeRoot"])]
    checks = {
        "not marked as tagged": not bool(root["/MarkInfo"]["/Marked"]),
        "no language": root.get("/Lang") != "en-GB",
        "the title is not shown": not bool(root["/ViewerPreferences"]["/DisplayDocTitle"]),
        "no title": not (reader.metadata and reader.metadata.title) or "dc:title" not in told,
        "no PDF/UA mark": "<pdfuaid:part>1</pdfuaid:part>" not in told,
        "headings leave a level out": not _in_steps([int(tag[2:]) for tag, _ in tags if tag[2:].isdigit()]),
        "a picture without words": any(tag == "/Figure" and not one.get("/Alt") for tag, one in tags),
        "a table without headings": _count(tags, "/Table") > 0 and _count(tags, "/TH") == 0,
        "a list without entries": _count(tags, "/L") > 0 and _count(tags, "/LI") == 0,
    }
    found = [fault for fault, is_so in checks.items() if is_so]
    for number, page in enumerate(reader.pages, start=1):
        if page.get("/Tabs") != "/S":
            found.append(f"page {number} is not read in the order of its structure")
        found += [f"page {number}: {fault}" for fault in (*_unmarked(page, reader), *_fonts(page))]
    return found


def structure(content: bytes) -> list[str]:
    """The tags of a PDF in the order that a screen reader meets them."""
    root: Any = PdfReader(BytesIO(content)).trailer["/Root"]
    return [str(one["/S"]).removeprefix("/") for one in _elements(root["/StructTreeRoot"])]


def _elements(node: Any) -> Iterator[Any]:
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            yield from _elements(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from _elements(node["/K"])


def _in_steps(levels: list[int]) -> bool:
    before = 0
    for level in levels:
        if level > before + 1:
            return False
        before = level
    return bool(levels)


def _count(tags: list[tuple[str, Any]], name: str) -> int:
    return sum(tag == name for tag, _ in tags)


def _unmarked(page: Any, reader: PdfReader) -> Iterator[str]:
    """What is painted and neither tagged nor marked as decoration."""
    deep = 0
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in {b"BDC", b"BMC"}:
            deep += 1
        elif operator == b"EMC":
            deep -= 1
        elif operator in _PAINTS and deep == 0:
            yield f"{operator.decode()} {operands} is painted outside the structure"


def _fonts(page: Any) -> Iterator[str]:
    for name, font in page["/Resources"].get("/Font", {}).items():
        inside = font.get_object()
        below = inside["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        if "/ToUnicode" not in inside:
            yield f"font {name} does not know its own letters"
        if not {"/FontFile2", "/FontFile3"} & set(below):
            yield f"font {name} is not in the file"
