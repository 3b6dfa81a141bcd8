"""What GitHub reads differently from Sphinx: pages are written once, for both."""

import re

ANCHOR = re.compile(r'^<a id="([\w-]+)"></a>$', re.M)
LINK = re.compile(r'<a href="([\w/]+)\.md">')
BESIDE = "\n```{toctree}\n:hidden:\n:glob:\n\n*\n```\n"  # what lies in the folder of a README


def setup(app):
    app.connect("source-read", convert)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def convert(app, page, source):
    """Named places become targets, links in HTML lead to pages, a README holds its folder."""
    text = ANCHOR.sub(r"(\1)=", source[0])
    text = LINK.sub(r'<a href="\1.html">', text)
    source[0] = text + BESIDE if page.endswith("/README") else text
