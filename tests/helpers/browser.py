"""Pages as headless Chromium shows them."""

import shutil
import subprocess

import pytest

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
#: Milliseconds by the page's own clock. They can pass before a page has drawn itself on a machine
#: with other work, and a page that is never drawn costs little real time.
BUDGETS = (15_000, 60_000, 240_000)


def shown(address, folder, *, until, size=(1280, 1400)):
    """The HTML that Chromium makes of an address, once ``until`` is true of it.

    Args:
        address: of the page.
        folder: for the browser's own files.
        until: a function of the HTML: is all of it drawn?
        size: of the window, in pixels.

    Raises:
        AssertionError: not drawn after three tries, with the end of what there was.
    """
    for budget in BUDGETS:
        done = subprocess.run(
            [
                BROWSER, "--headless", "--no-sandbox", "--disable-gpu",
                f"--window-size={size[0]},{size[1]}", f"--virtual-time-budget={budget}",
                f"--user-data-dir={folder / f'profile-{budget}'}", "--dump-dom", address,
            ],
            capture_output=True, text=True, timeout=150,
        )  # fmt: skip
        if until(done.stdout):
            return done.stdout
    pytest.fail(f"never drawn:\n{done.stdout[-2000:]}\n{done.stderr[-500:]}")
