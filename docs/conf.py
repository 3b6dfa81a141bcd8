"""The site: every page of docs/, with search. `make docs` builds it; it needs no network."""

import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))

project = "gatelab"
extensions = ["myst_nb", "github_markdown", "mathml", "checkout_links"]
exclude_patterns = ["_extensions", "_static"]
highlight_language = "text"
smartquotes = False  # what a message quotes can be copied

# Pages are Markdown as GitHub shows it, and notebooks with the outputs that were committed.
myst_enable_extensions = ["amsmath", "dollarmath", "html_image"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4
nb_execution_mode = "off"

# Browsers show mathematics well only in a font made for it: STIX Two, which ziamath carries.
MATH_FONT = Path(find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"

html_theme = "furo"
html_title = "gatelab"
html_static_path = ["_static", str(MATH_FONT)]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
