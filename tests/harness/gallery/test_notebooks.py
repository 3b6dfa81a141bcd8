"""Reading the course's notebooks: what they say, and what their solutions are."""

import sys

import pytest
from helpers.packages import needs

from gatelab.foundation.processor import processor
from gatelab.gallery import notebooks

HIDDEN = """**Exercise 1.** Add.

<details><summary>Hint</summary>

```python
1 + 0
```

</details>

<details><summary>Solution</summary>

```python
a = 1 + 1
```

And then:

```python
assert a == 2
```

</details>
"""


def notebook(*cells, **metadata):
    made = needs("nbformat.v4").new_notebook(cells=[*cells])
    made.metadata.update(metadata)
    return made


def code(name, printed, *tags):
    v4 = needs("nbformat.v4")
    found = v4.new_code_cell("...", id=name)
    found.metadata.tags = [*tags]
    found.outputs = [v4.new_output("stream", text=f"{printed}\n")]
    return found


def test_what_training_says_counts_on_the_processor_that_ran_it():
    cells = code("a", "1"), code("b", "2", "trained")
    assert notebooks.said(notebook(*cells, processor=processor())) == {"a": "1", "b": "2"}
    assert notebooks.said(notebook(*cells, processor="another")) == {"a": "1"}


@pytest.mark.parametrize("tags", [(), ("trained",)])
def test_only_a_notebook_that_trains_says_which_processor_ran_it(tags, monkeypatch):
    needs("nbclient")
    monkeypatch.setattr("nbclient.NotebookClient.execute", lambda client: None)
    after = notebooks.run(notebook(code("a", "1", *tags), processor="another"), ".")
    assert after.metadata.get("processor") == (processor() if tags else None)


def test_solutions_are_the_code_behind_the_word_and_no_hint():
    text = needs("nbformat.v4").new_markdown_cell(HIDDEN)
    assert notebooks.solutions(notebook(text)) == ["a = 1 + 1\n\nassert a == 2\n"]


def test_a_missing_package_is_named_in_one_line(tmp_path, capsys, monkeypatch):
    (tmp_path / "1.ipynb").write_text("{}")
    monkeypatch.setitem(sys.modules, "nbclient", None)
    assert notebooks.main([str(tmp_path)]) == 2
    assert "error: nbclient is missing; pip install" in capsys.readouterr().err
