"""Show the folder of compiled kernels and certificates, and its size.

    gatelab cache
    gatelab cache --clear

GATELAB_CACHE names another folder. Cleared kernels are compiled again when they are needed.
"""

import click

from .words import command


@command("cache", __doc__)
@click.option("--clear", is_flag=True, help="delete what is in it")
def cache(clear):
    from ..foundation import cache_folder

    taken = cache_folder.clear() if clear else cache_folder.size()
    print(f"{cache_folder.folder()}: {taken / 1e6:.1f} MB{' deleted' if clear else ''}")
