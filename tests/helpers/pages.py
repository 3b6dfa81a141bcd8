"""Pages as a parser and as a browser see them."""

import json
import re
from html import unescape
from html.parser import HTMLParser

from helpers.browser import shown

VOID = {"meta", "link", "br", "hr", "img", "input"}
MEASURE = """
<script>
const box = e => e.getBoundingClientRect(), name = e => e.textContent.trim().slice(0, 40);
const meets = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5
  && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1.5;
const found = {width: innerWidth, scroll: document.documentElement.scrollWidth, cut: [], over: []};
for (const svg of document.querySelectorAll("figure svg")) {
  const frame = box(svg), texts = [...svg.querySelectorAll("text")].filter(t => name(t));
  const where = svg.closest("figure").id;
  texts.forEach((t, k) => {
    const b = box(t);
    if (b.left < frame.left - 1 || b.right > frame.right + 1 || b.top < frame.top - 1
        || b.bottom > frame.bottom + 1) found.cut.push(where + ": " + name(t));
    for (const other of texts.slice(k + 1))
      if (meets(b, box(other))) found.over.push(where + ": " + name(t) + " / " + name(other));
  });
}
const blocks = [...document.querySelectorAll("figure, h2, h3, .verdict, p, .table")];
for (const e of blocks) {
  if (e.closest("details:not([open])")) continue;
  if (box(e).right > innerWidth + 1 && !e.parentElement.closest(".scroll, .picture"))
    found.cut.push(e.tagName + ": " + name(e));
}
const figures = [...document.querySelectorAll("figure")];
figures.forEach((f, k) => figures.slice(k + 1).forEach(g => {
  if (meets(box(f), box(g))) found.over.push(f.id + " / " + g.id);
}));
parent.postMessage(JSON.stringify(found), "*");
</script>
"""
#: A frame of the width that is wanted: Chromium's own window is at least 500 pixels wide.
FRAME = """<!doctype html><pre id="measured"></pre>
<script>onmessage = m => document.getElementById("measured").textContent = m.data</script>
<iframe src="page.html" style="border:0;width:{width}px;height:900px"></iframe>
"""


class Tree(HTMLParser):
    """The elements of a page: (tag, attributes, path of tags above it), and its text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        opened = self.open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)

    @property
    def words(self):
        """The text that a reader sees, with single spaces."""
        return " ".join(" ".join(self.text).split())


def figures(text):
    """{id: text of a <figure>} of a page."""
    return {m[1]: m[0] for m in re.finditer(r'<figure id="([^"]+)".*?</figure>', text, re.DOTALL)}


def measured(page, width, folder):
    """What Chromium measures on a page, in a window of ``width`` pixels.

    Args:
        page: its text.
        width: of the window.
        folder: an empty one, for a copy of the page that measures itself.

    Returns:
        dict: width of the window, ``scroll`` width of the page, and what is ``cut`` or ``over``
        something else.
    """
    (folder / "page.html").write_text(page.replace("</body>", f"{MEASURE}</body>"), "utf-8")
    frame = folder / "frame.html"
    frame.write_text(FRAME.format(width=width), encoding="utf-8")
    drawn = re.compile(r'<pre id="measured">({.*?)</pre>', re.DOTALL)
    html = shown(frame.as_uri(), folder, until=drawn.search, size=(1400, 900))
    return json.loads(unescape(drawn.search(html)[1]))
