"""matplotlib's SVG as an element of a page: its ids are its own, its colours follow the theme."""

import re
from html import escape

#: Colours of a figure that the page's theme decides; see style.css.
THEME = {
    "#222222": "ink", "#8a8a8a": "faint", "#e4e4e4": "grid", "#fefefe": "paper",
    "#000000": "c-000000", "#332288": "c-332288", "#882255": "c-882255", "#661100": "c-661100",
}  # fmt: skip
HEX = re.compile("#[0-9a-f]{6}")


def inlined(text, name, title, about):
    """The ``<svg>`` element of a file.

    Args:
        text: of an SVG file by matplotlib.
        name: prefix of the ids, so that those of several figures do not collide.
        title, about: what a screen reader says.
    """
    body = text[text.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", body, flags=re.S)
    body = re.sub(r">\s*<!--.*?-->\s*<", "><", body, flags=re.S)
    body = re.sub(r">\s+<", "><", body)
    body = HEX.sub(_themed, _own_ids(slim(body), name))
    view = re.search(r'viewBox="([^"]+)"', body)
    head = (
        f'<svg viewBox="{view[1] if view else "0 0 252 170"}" role="img" '
        f'aria-labelledby="{name}-title {name}-about"><title id="{name}-title">{escape(title)}'
        f'</title><desc id="{name}-about">{escape(about)}</desc>'
    )
    return re.sub(r"^<svg[^>]*>", lambda _: head, body.strip())


def slim(body):
    """A third of the size: hundredths of a point, one style for all points of a curve, no fonts."""
    body = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\.\d\d)\d+", r"\1", tag[0]), body)
    body = re.sub(r' transform="rotate\(-0 [^"]*"', "", body)
    body = body.replace("font-family: 'DejaVu Sans', sans-serif; ", "")
    body = re.sub(r"'DejaVu Sans', sans-serif", "sans-serif", body)
    return re.sub(r"<g([^>]*)>((?:<use [^>]*/>){2,})</g>", _one_style, body)


def _one_style(match):
    styles = set(re.findall(r'style="[^"]*"', match[2]))
    if len(styles) != 1 or "style=" in match[1]:
        return match[0]
    style = styles.pop()
    return f"<g{match[1]} {style}>{match[2].replace(f' {style}', '')}</g>"


def _themed(match):
    word = THEME.get(match[0])
    return f"var(--{word})" if word else match[0]


def _own_ids(body, name):
    """Prefix the ids that are referred to, and drop the others."""
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', body))
    body = re.sub(r' id="([^"]+)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", body)
    body = body.replace("url(#", f"url(#{name}-")
    return re.sub(r'(?:xlink:)?href="#', f'href="#{name}-', body)
