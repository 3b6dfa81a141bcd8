"""What GitHub reads differently from Sphinx: pages are written once, for both."""

import re

ANCHOR = re.compile(r'^<a id="([\w-]+)"></a>$', re.M)
LINK = re.compile(r'<a href="([\w/]+)\.md">')
BESIDE = "\n```{toctree}\n:hidden:\n:glob:\n\n*\n```\n"  # what lies in the folder of a README
ELSEWHERE = re.compile(r"\[[\w.]+\]\((\.\./\w+\.md)\)\s*")  # a page that is a link to a file
INCLUDED = "```{{include}} {}\n:relative-docs: docs/\n:relative-images:\n```\n"
PART = re.compile(r"^## (.*)\n((?:\n?\* .*\n)+)", re.M)  # of the list of all pages
PAGE = re.compile(r"^\* \[.*?\]\((.*?)\.md\)", re.M)


def setup(app):
    app.connect("source-read", convert)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def convert(app, page, source):
    """Named places become targets, links in HTML lead to pages, a README holds its folder."""
    text = ANCHOR.sub(r"(\1)=", source[0])
    text = LINK.sub(r'<a href="\1.html">', text)
    if page == "index":
        text = front(text)
    elif found := ELSEWHERE.fullmatch(text):
        text = INCLUDED.format(found[1])
    source[0] = text + BESIDE if page.endswith("/README") else text


def front(listed):
    """The site's first page: the README; the list of all pages becomes the navigation."""
    parts = (navigation(title, PAGE.findall(pages)) for title, pages in PART.findall(listed))
    return INCLUDED.format("../README.md") + "".join(parts)


def navigation(title, pages):
    listed = "\n".join(pages)
    return f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{listed}\n```\n"
