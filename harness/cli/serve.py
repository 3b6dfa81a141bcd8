"""Answer requests over HTTP with a study's best network: raw rows, text or sequences in.

    gatelab serve runs/own load
    gatelab serve runs/own load --cell gru --port 8001
    curl --data-binary @latest.csv 127.0.0.1:8000/predict

The network is that which was best on validation. GET / says what to send, GET /health that the
server is up; what cannot be read is answered with status 400 and one line. Only this machine can
reach the server unless --host names another address; there are no passwords. Ctrl-C ends it.
"""

import signal

import click

from . import options
from .words import command


@command("serve", __doc__)
@click.argument("out", type=options.PATH)
@click.argument("task", type=options.TASK)
@click.option("--cell", type=options.CELL, metavar="CELL", help="whose network (the best)")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, metavar="N", help="to listen on (8000)"
)
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="to listen on (127.0.0.1)")
@options.import_files
def serve(out, task, cell, port, host, files):
    from .. import Result
    from ..serving import requests
    from ..serving.server import listening

    fitted = Result.load(out).best(task, cell)
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs ignore Ctrl-C's
        signal.signal(ending, signal.default_int_handler)
    with listening(fitted, host, port) as server:
        said = requests.about(fitted, f"http://{host}:{port}")
        print(f"{fitted.task} by {fitted.cell}: {said['takes']}\n    {said['example']}")
        print("Ctrl-C stops it", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
