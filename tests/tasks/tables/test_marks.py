"""Numbers are written and read again: whatever the marks, the values are the same or refused."""

import numpy as np
import pytest
from helpers.written_tables import rows, swapped
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab.tasks import TaskError
from gatelab.tasks.tables import Reading
from gatelab.tasks.tables.layout import cells_of_text
from gatelab.tasks.tables.table import table_of

WRITERS = {
    "plain": str,
    "commas": lambda text: swapped(text).replace(".", ""),
    "English": lambda text: text,
    "German": swapped,
    "Swiss": lambda text: text.replace(",", "'"),
    "French": lambda text: text.replace(",", " ").replace(".", ","),
}
values = st.lists(
    st.integers(-(10**7), 10**7), min_size=5, max_size=60, unique=True
)  # in units of the last digit


@settings(deadline=None, max_examples=40)
@given(values, st.integers(0, 4), st.sampled_from([*WRITERS]), st.sampled_from(",;\t|"))
def test_numbers_are_read_as_they_were_meant_or_refused(units, digits, writer, separator):
    wanted = [unit / 10**digits for unit in units]
    text = "a\n".replace("a", f"n{separator}a")
    for n, value in enumerate(wanted):
        said = f"{value:.{digits}f}" if writer == "plain" else f"{value:,.{digits}f}"
        text += f'{n}{separator}"{WRITERS[writer](said)}"\n'
    cells = cells_of_text(text, Reading())
    try:
        table = table_of(cells, Reading(missing="none"))
    except TaskError:
        with pytest.raises(TaskError, match="may be a mark between thousands or the decimal mark"):
            table_of(cells, Reading(missing="none"))
        return
    read = table.values[:, 1]
    # Where every number is 1.234, three digits may be all that is left of thousands: such a column
    # is plain numbers to every program, and is read so from a file of commas, tabs or bars.
    if not np.allclose(read, wanted, rtol=1e-12):
        assert writer == "German"
        assert digits == 0
        assert all(1000 <= abs(unit) < 10**6 for unit in units)
        assert np.allclose(read, np.array(wanted) / 1000, rtol=1e-12)


@pytest.mark.parametrize("mark", ["comma", ","])
def test_advice_on_marks_makes_two_readings_of_one_table(mark):
    text = rows(lambda i: f'"{1000 + 7 * i:,d}"')
    with pytest.raises(TaskError, match=r'thousands="comma" or decimal="comma"'):
        table_of(cells_of_text(text, Reading()), Reading())
    whole, part = (
        table_of(cells_of_text(text, how), how).values
        for how in (Reading(thousands=mark), Reading(decimal=mark))
    )
    assert whole[0] == 1000
    assert np.allclose(whole, 1000 * part)


def test_what_one_column_leaves_open_another_decides():
    text = rows(lambda i: f"{1000 + 7 * i:,d}".replace(",", ".") + f";{i},5", ";", "date,a,b")
    table = table_of(cells_of_text(text, Reading()), Reading())
    assert table.values[0].tolist() == [1000, 0.5]


def test_a_decimal_mark_that_no_number_has_is_refused():
    how = Reading(decimal="comma")
    with pytest.raises(TaskError, match=r"no number has a decimal ',': .*thousands=\"\.\""):
        table_of(cells_of_text(rows(), how), how)
    whole = Reading(decimal="comma", thousands=".")
    text = rows(lambda i: f"{1000 + i:,d}".replace(",", "."), ";")
    assert table_of(cells_of_text(text, whole), whole).values[0] == 1000


@pytest.mark.parametrize(("name", "given"), [("thousands", ";"), ("decimal", "'"), ("decimal", 1)])
def test_an_impossible_mark_is_refused(name, given):
    how = Reading(**{name: given})
    with pytest.raises(TaskError, match=f"{name} must be "):
        table_of(cells_of_text(rows(), how), how)
