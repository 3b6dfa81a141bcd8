"""Links to files and folders of the checkout lead to pages that show them.

GitHub follows ``[variants/gru.py](../../variants/gru.py)`` to the file. In the site each file that
is linked, and each file of a folder that is linked, becomes a page of its own below ``checkout/``.
"""

from html import escape
from os.path import relpath
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {".py": "python", ".toml": "toml"}  # other files, such as data, are downloaded
INCLUDED = {"README.md": "index", "CONTRIBUTING.md": "contributing", "CHANGELOG.md": "changelog"}


def setup(app):
    app.add_transform(CheckoutLinks)
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": False, "parallel_write_safe": True}


class CheckoutLinks(SphinxTransform):
    """Turns a page's links to the checkout into links to the pages that show it."""

    default_priority = 500

    def apply(self, **_):
        found = self.env.__dict__.setdefault("checkout", {})[self.env.docname] = set()
        kinds = lambda node: isinstance(node, addnodes.download_reference | addnodes.pending_xref)
        for node in [*self.document.findall(kinds)]:
            path = self.linked(node)
            if path in INCLUDED:
                self.replace(node, INCLUDED[path])
            elif path:
                found.add(path)
                self.replace(node, f"checkout/{path}")

    def linked(self, node):
        """The path in the checkout that a link leads to, if a page shows it; else None."""
        beside = Path(self.env.doc2path(self.env.docname)).parent
        name = node["reftarget"].partition("#")[0]
        for top in (beside, ROOT):  # links of the README start at the root
            for path in ((top / name).resolve(), (top / f"{name}.md").resolve()):
                if name and shown(path):
                    return path.relative_to(ROOT).as_posix()
        return None

    def replace(self, node, page):
        target = relpath(f"{page}.html", Path(self.env.docname).parent)
        node.replace_self(nodes.reference("", "", *node.children, refuri=target, internal=True))


def shown(path):
    """Whether a path is outside of docs/, where pages are, and has a page all the same."""
    outside = path.is_relative_to(ROOT) and not path.is_relative_to(ROOT / "docs")
    known = path.suffix in LANGUAGES or path.name in INCLUDED
    return outside and (path.is_dir() or (known and path.is_file()))


def pages(app):
    """One page per file, highlighted, and per folder, a list of its files."""
    linked = set().union(*app.env.checkout.values())
    folders = {path for path in linked if (ROOT / path).is_dir()}
    files = linked - folders
    for folder in sorted(folders):
        inside = sorted(p.name for p in (ROOT / folder).iterdir() if p.suffix in LANGUAGES)
        files |= {f"{folder}/{name}" for name in inside}
        yield page(folder, listing(Path(folder).name, inside))
    for file in sorted(files):
        language = LANGUAGES[Path(file).suffix]
        source = (ROOT / file).read_text("utf-8")
        shown = app.builder.highlighter.highlight_block(source, language)
        yield page(file, f'<div class="checkout">{shown}</div>')


def page(path, body):
    title = escape(path)
    return f"checkout/{path}", {"title": title, "body": f"<h1>{title}</h1>\n{body}"}, "page.html"


def listing(folder, names):
    lines = [f'<li><a href="{folder}/{name}.html">{name}</a></li>' for name in names]
    return f"<ul>{''.join(lines)}</ul>"
