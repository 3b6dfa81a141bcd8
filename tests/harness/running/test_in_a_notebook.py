"""A study in a notebook: one output that is drawn anew, errors of a line, no worker left behind."""

import time

import pytest
from helpers.packages import needs

pytestmark = pytest.mark.starts_workers
STUDY = """
from gatelab import Study, tasks
from gatelab.variants import Variant, register, sigmoid, tanh

@register("mine")
class Mine(Variant):
    def step(self, p, x, h):
        z = sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        return z * h + (1 - z) * tanh(p.W_n @ x + p.b_n)

task = tasks.make("adding", length=8, valid_sequences=16, test_sequences=16)
given = {"finals": 0, "workers": 1, "page": False}
small = {"updates": 5, "hidden": 4, "batch": 8}
"""
LONG = 'Study([task], [Mine], trials=1, settings=small | {"updates": 10**6}, out="long", **given)'


class Notebook:
    """A kernel, and what its cells put out."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    def run(self, code, meanwhile=lambda said: None):
        """The outputs of a cell: (kind, plain text, HTML), each display as it was at last.

        Args:
            meanwhile: called with the text of each output as it arrives.
        """
        found = {}

        def hear(message):
            kind, content = message["msg_type"], message["content"]
            key = content.get("transient", {}).get("display_id") or len(found)
            data = content.get("data", {})
            text = data.get("text/plain") or content.get("text") or ""
            if kind == "error":
                text = "\n".join(content["traceback"])
            if kind in ("stream", "error", "execute_result", "display_data", "update_display_data"):
                kept = kind.removeprefix("update_")
                found[key] = (kept, text, data.get("text/html", ""))
                meanwhile(text)

        self.client.execute_interactive(code, timeout=120, output_hook=hear, allow_stdin=False)
        return [*found.values()]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    needs("ipykernel", "jupyter_client")
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(cwd=str(tmp_path_factory.mktemp("notebook")))
    notebook = Notebook(manager, client)
    assert notebook.run(STUDY) == []
    yield notebook
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_a_study_is_one_output_and_its_result_shows_the_answer(notebook):
    notebook.run('study = Study([task], [Mine], trials=2, settings=small, out="out", **given)')
    ((_, line, page),) = notebook.run("study")
    assert line == "<Study of mine on adding: 2 trials of each cell, random search, in out>"
    assert "searched: lr" in page
    ((kind, said, page),) = notebook.run("result = study.run()")
    assert kind == "display_data"
    assert "2 training runs to go" in said
    assert page.startswith("<pre>")
    ((_, text, page),) = notebook.run("result")
    assert "mine" in text
    assert "<table" in page


def test_an_error_is_one_line(notebook):
    ((kind, text, _),) = notebook.run('Study([task], ["standrd"])')
    assert (kind, text) == (
        "error",
        "VariantError: unknown variant 'standrd'; did you mean standard or star?",
    )


def test_a_cell_that_is_written_again_is_another_one(notebook):
    notebook.run(STUDY.replace("+ p.b_n", "+ p.R_n @ h + p.b_n"))
    *_, (kind, text, _) = notebook.run(  # certifying it may have been said before
        'Study([task], [Mine], trials=2, settings=small, out="out", **given).run()'
    )
    assert kind == "error"
    assert text.startswith("StudyError: out has other settings: the equations of mine were `h'")
    assert "R_n" in text.partition(", now `")[2]
    assert notebook.run('Study([task], [Mine], trials=1, settings=small, out="b", **given).run();')


def test_an_interrupt_leaves_no_worker_behind(notebook):
    interrupted = []

    def interrupt(said):
        if "to go" in said and not interrupted:
            time.sleep(1)  # the trial begins
            interrupted.append(notebook.manager.interrupt_kernel())

    *_, (kind, text, _) = notebook.run(f"{LONG}.run()", interrupt)
    assert (kind, text) == (
        "error",
        "stopped; everything finished is kept: run it again to continue",
    )
    code = "import psutil; print([p.cmdline() for p in psutil.Process().children(recursive=True)])"
    ((_, left, _),) = notebook.run(code)
    assert "LokyProcess" not in left
