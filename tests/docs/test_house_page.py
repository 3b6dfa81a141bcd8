"""docs/house.md names every folder of the package."""

import re
from itertools import chain

from helpers.processes import ROOT

TOPS = ("studies", "harness", "tasks", "variants")


def test_every_folder_is_named_in_its_place():
    page = (ROOT / "docs" / "house.md").read_text("utf-8")
    shown, top = set(), ""
    for indent, name in re.findall(r"^    (  )?(\w+)/", page, re.M):
        top = top if indent else name
        shown.add((top, name))
    there = chain.from_iterable((ROOT / t).glob("*/__init__.py") for t in TOPS)
    inside = {(init.parent.parent.name, init.parent.name) for init in there}
    assert shown == inside | {(top, top) for top in (*TOPS, "tests")}
