"""Kinds of files and of their lines."""

from helpers.kinds import Kind
from helpers.written_tables import LOAD, rows

PLAIN = rows()
FIRST = (LOAD[0],)

KINDS = (
    Kind("a plain table", "load.csv", PLAIN, first=FIRST),
    Kind("semicolons, tabs or bars between cells", "load.csv", rows(separator=";"), first=FIRST),
    Kind("tabs in a .csv", "load.csv", rows(separator="\t"), first=FIRST),
    Kind("spaces between cells", "load.csv", rows(separator="  "), first=FIRST),
    Kind(
        "a first line that says the separator",
        "load.csv",
        "sep=;\n" + rows(separator=";"),
        first=FIRST,
    ),
    Kind(
        "a byte order mark",
        "load.csv",
        ("\ufeff" + PLAIN).encode(),
        shown="UTF-8 with a mark",
        first=FIRST,
    ),
    Kind("UTF-16, with a mark", "load.csv", PLAIN.encode("utf-16"), shown="UTF-16", first=FIRST),
    Kind(
        "UTF-16, without a mark", "load.csv", PLAIN.encode("utf-16-le"), shown="UTF-16", first=FIRST
    ),
    Kind(
        "another encoding",
        "load.csv",
        rows(names="date,load °C").encode("latin-1"),
        shown="`date,load °C` in latin-1",
        override='encoding="latin-1"',
        first=FIRST,
        refused=(
            "is not UTF-8: byte 10 is 0xb0; encoding=\"latin-1\" reads '°C'; if that is"
            " wrong, name another or save it as UTF-8"
        ),
    ),
    Kind(
        "the encoding of older Windows programs",
        "load.csv",
        rows(lambda i: f"{LOAD[i]:.2f} €").encode("cp1252"),
        shown="`100.00 €` in cp1252",
        override='encoding="cp1252"',
        first=FIRST,
        refused=(
            "is not UTF-8: byte 28 is 0x80; encoding=\"cp1252\" reads '€'; if that is "
            "wrong, name another or save it as UTF-8"
        ),
    ),
    Kind(
        "line ends of Windows or of old Macs",
        "load.csv",
        PLAIN.replace("\n", "\r\n"),
        first=FIRST,
        shown="lines that end with `\\r\\n`",
    ),
    Kind(
        "every second line blank",
        "load.csv",
        PLAIN.replace("\n", "\n\n"),
        first=FIRST,
        noted="60 blank lines were left out",
    ),
    Kind(
        "blank rows at the end",
        "load.csv",
        PLAIN + ",\n,\n",
        first=FIRST,
        shown="ends with `,` and `,`",
        noted="blank rows at the end were left out",
    ),
    Kind(
        "a separator at the end of each line",
        "load.csv",
        PLAIN.replace("\n", ",\n"),
        first=FIRST,
        noted="a column with neither name nor cells was left out",
    ),
    Kind(
        "a title above the names",
        "load.csv",
        "Export of station 7\n\n" + PLAIN,
        first=FIRST,
        noted="line 1 ('Export of station 7') above the names was left out",
    ),
    Kind(
        "a comment above the names",
        "load.csv",
        "# station 7\n" + PLAIN,
        first=FIRST,
        noted="line 1 ('# station 7') above the names was left out",
    ),
    Kind(
        "a title with as many cells as the table",
        "load.csv",
        "Station 7,Berlin\n" + PLAIN,
        override="skip=1",
        first=FIRST,
        refused=(
            "the names of the columns, Station 7, Berlin, stand above line 2, which "
            "begins with 'date': skip=1 leaves out what is above it, drop=\"load\" the "
            "line"
        ),
    ),
    Kind(
        "a line of units",
        "load.csv",
        PLAIN.replace("load\n", "load\n,MW\n"),
        first=FIRST,
        noted="line 2, units (MW), was left out",
    ),
    Kind(
        "words below the names that may be anything",
        "load.csv",
        PLAIN.replace("load\n", "load\nwhen,what\n"),
        override='drop="what"',
        first=FIRST,
        refused=(
            "the names of the columns, date, load, stand above line 2, which begins "
            "with 'when': skip=1 leaves out what is above it, drop=\"what\" the line"
        ),
    ),
    Kind(
        "names that are repeated",
        "load.csv",
        PLAIN.replace("2023-02-01", "date,load\n2023-02-01"),
        first=FIRST,
        shown="`date,load` again in line 33",
        noted="names were repeated in line 33 ('date,load'); 1 row was left out",
    ),
    Kind(
        "no line of names",
        "load.csv",
        PLAIN.partition("\n")[2],
        refused=(
            "the first line must name the columns, got 2023-01-01, 100.00; put a line"
            " of names above it"
        ),
    ),
    Kind(
        "two columns of one name",
        "load.csv",
        rows(lambda i: f"{LOAD[i]},{LOAD[i]}", names="date,load,load"),
        refused="two columns are called 'load'; rename one",
    ),
    Kind(
        "row numbers without a name",
        "load.csv",
        "\n".join(f"{i - 1 if i else ''},{line}" for i, line in enumerate(PLAIN.splitlines())),
        first=FIRST,
        noted="the first column, which has no name, was left out",
    ),
    Kind(
        "row numbers as R writes them",
        "load.csv",
        "\n".join(f"{f'{i},' if i else ''}{line}" for i, line in enumerate(PLAIN.splitlines())),
        first=FIRST,
        noted="the first column, which has no name, was left out",
    ),
    Kind(
        "a line of totals",
        "load.csv",
        PLAIN + "Total,6000.0\n",
        override='drop="Total"',
        first=FIRST,
        shown="ends with `Total,6000.0`",
        refused=(
            "row 61 (line 62), which begins with 'Total', is not like the rows above;"
            ' drop="Total" leaves out such rows'
        ),
    ),
    Kind(
        "a footer of several lines",
        "load.csv",
        PLAIN + "\nMean,100.0\nSource: the operator, 2023\n",
        override='drop="Mean,Source"',
        first=FIRST,
        shown="ends with `Mean,100.0` and `Source: the operator, 2023`",
        refused=(
            "rows 61-62 (lines 63-64), the first of which begins with 'Mean', are not"
            ' like the rows above; drop="Mean,Source" leaves out such rows'
        ),
    ),
    Kind(
        "totals without a word",
        "load.csv",
        PLAIN + ",6000.1\n",
        override='drop="6000.1"',
        first=FIRST,
        shown="ends with `,6000.1`",
        refused=(
            "row 61 (line 62), which begins with '6000.1', is not like the rows "
            'above; drop="6000.1" leaves out such rows'
        ),
    ),
    Kind(
        "a row with a cell too many",
        "load.csv",
        PLAIN.replace("2023-01-05,", "2023-01-05,1,"),
        shown="`2023-01-05,1,103.3` in line 6",
        refused=(
            "row 5 (line 6) has more cells than there are names, 3 and 2: mend that "
            "line; a cell that holds a separator needs quotes"
        ),
    ),
    Kind(
        "a second column of times",
        "load.csv",
        rows(lambda i: f"2024-01-01,{LOAD[i]:.2f}", names="date,read,load"),
        first=FIRST,
        noted="column 'read' holds times and was left out",
    ),
)
