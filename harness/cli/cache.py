"""Where compiled kernels and certificates are kept, and how large they are.

    gatelab cache
    gatelab cache --clear

GATELAB_CACHE names another folder. Whatever is cleared is compiled again when it is needed.
"""

import shutil

import click

from .words import command


@command("cache", __doc__)
@click.option("--clear", is_flag=True, help="delete what is in it")
def cache(clear):
    from ..kernels.backends.compiled import folder

    place = folder()
    files = [path for path in place.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    if clear:
        for path in place.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    print(f"{place}: {'was ' if clear else ''}{size:.1f} MB in {len(files)} files")
