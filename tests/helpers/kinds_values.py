"""Kinds of numbers."""

from helpers.kinds import Kind
from helpers.written_tables import LOAD, TEMPERATURE, once, rows, swapped

BIG = [30 * value + 1000 for value in LOAD]


def _two(i):
    return f"{LOAD[i]:.2f}"


KINDS = (
    Kind(
        "decimal commas",
        "load.csv",
        rows(lambda i: swapped(_two(i)), ";"),
        first=(100.0,),
        noted="column 'load': ',' was read as the decimal mark",
    ),
    Kind(
        "decimal commas with three digits, one column",
        "load.csv",
        rows(lambda i: swapped(f"{LOAD[i]:.3f}"), ";"),
        override='decimal="comma"',
        first=(100.0,),
        refused=(
            "column 'load' holds '100,000': ',' may be a mark between thousands or "
            'the decimal mark; thousands="comma" or decimal="comma" says which'
        ),
    ),
    Kind(
        "thousands, 1,010.50",
        "load.csv",
        rows(lambda i: f'"{BIG[i]:,.2f}"'),
        first=(4000.0,),
        noted="column 'load': ',' was read as a mark between thousands",
    ),
    Kind(
        "thousands beside smaller numbers, 1,010 and 985",
        "load.csv",
        rows(lambda i: f'"{10 * LOAD[i]:,.0f}"'),
        first=(1000.0,),
        noted="column 'load': ',' was read as a mark between thousands",
    ),
    Kind(
        "thousands only, no number below 1,000",
        "load.csv",
        rows(lambda i: f'"{BIG[i]:,.0f}"'),
        override='thousands="comma"',
        first=(4000.0,),
        refused=(
            "column 'load' holds '4,000': ',' may be a mark between thousands or the "
            'decimal mark; thousands="comma" or decimal="comma" says which'
        ),
    ),
    Kind(
        "the same, the comma being the decimal mark",
        "load.csv",
        rows(lambda i: f'"{BIG[i]:,.0f}"'),
        override='decimal="comma"',
        first=(4.0,),
        refused=(
            "column 'load' holds '4,000': ',' may be a mark between thousands or the "
            'decimal mark; thousands="comma" or decimal="comma" says which'
        ),
    ),
    Kind(
        "thousands, 1.010,50",
        "load.csv",
        rows(lambda i: swapped(f"{BIG[i]:,.2f}"), ";"),
        first=(4000.0,),
        noted=(
            "column 'load': '.' was read as a mark between thousands; column 'load': "
            "',' was read as the decimal mark"
        ),
    ),
    Kind(
        "thousands, 1.234.567",
        "load.csv",
        rows(lambda i: swapped(f"{999 * BIG[i]:,.0f}"), ";"),
        first=(3996000.0,),
        noted="column 'load': '.' was read as a mark between thousands",
    ),
    Kind(
        "thousands, 4.010, one column",
        "load.csv",
        rows(lambda i: swapped(f"{BIG[i]:,.0f}"), ";"),
        override='thousands="."',
        first=(4000.0,),
        refused=(
            "column 'load' holds '4.000': '.' may be a mark between thousands or the "
            'decimal mark; thousands="." or decimal="." says which'
        ),
    ),
    Kind(
        "thousands, 1.010 beside 985",
        "load.csv",
        rows(lambda i: swapped(f"{10 * LOAD[i]:,.0f}")),
        first=(1000.0,),
        noted="column 'load': '.' was read as a mark between thousands",
    ),
    Kind(
        "thousands, 1'010.50",
        "load.csv",
        rows(lambda i: f"{BIG[i]:,.2f}".replace(",", "'")),
        first=(4000.0,),
        noted="column 'load': \"'\" was read as a mark between thousands",
    ),
    Kind(
        "thousands, 1 010,50",
        "load.csv",
        rows(lambda i: f"{BIG[i]:,.2f}".replace(",", "\u202f").replace(".", ","), ";"),
        first=(4000.0,),
        noted=(
            "column 'load': ' ' was read as a mark between thousands; column 'load': "
            "',' was read as the decimal mark"
        ),
    ),
    Kind(
        "percent",
        "load.csv",
        rows(lambda i: f"{_two(i)}%"),
        first=(100.0,),
        noted="column 'load': '%' behind its numbers was left out",
    ),
    Kind(
        "percent in some rows",
        "load.csv",
        rows(once(7, "99.4%")),
        override='missing="99.4%",fill="interpolate"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is '99.4%', where most have neither unit "
            "nor currency: write all in one form, or "
            'missing="99.4%",fill="interpolate" fills it in'
        ),
    ),
    Kind(
        "currency",
        "load.csv",
        rows(lambda i: f"${_two(i)}"),
        first=(100.0,),
        noted="column 'load': '$' before or behind its numbers was left out",
    ),
    Kind(
        "currency behind the number",
        "load.csv",
        rows(lambda i: f"{swapped(_two(i))} €", ";"),
        first=(100.0,),
        noted=(
            "column 'load': '€' behind its numbers was left out; column 'load': ',' "
            "was read as the decimal mark"
        ),
    ),
    Kind(
        "a unit",
        "load.csv",
        rows(lambda i: f"{_two(i)} kWh"),
        first=(100.0,),
        noted="column 'load': 'kWh' behind its numbers was left out",
    ),
    Kind(
        "another unit in one row",
        "load.csv",
        rows(once(7, "0.1 MWh", lambda i: f"{_two(i)} kWh")),
        override='missing="0.1 MWh",fill="interpolate"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is '0.1 MWh', where most have 'kWh': write"
            ' all in one form, or missing="0.1 MWh",fill="interpolate" fills it in'
        ),
    ),
    Kind("units in the names", "load.csv", rows(names="date,load (MW)"), first=(100.0,)),
    Kind(
        "K and M for thousands and millions",
        "load.csv",
        rows(lambda i: f"{_two(i)}K" if i % 3 else f"{LOAD[i] / 1000:.4f}M"),
        first=(100000.0,),
        noted=("column 'load': K and M behind numbers were read as thousands, millions and so on"),
    ),
    Kind(
        "negative numbers in parentheses",
        "load.csv",
        rows(once(0, "(100.00)")),
        first=(-100.0,),
        noted="column 'load': numbers in parentheses were read as negative",
    ),
    Kind("1e5", "load.csv", rows(lambda i: f"{LOAD[i]:.4e}"), first=(100.0,)),
    Kind(
        "truth values",
        "load.csv",
        rows(lambda i: f"{i % 3 == 0},{_two(i)}", names="date,holiday,load"),
        first=(1.0, 100.0),
        noted="column 'holiday': true was read as 1, false as 0",
    ),
    Kind(
        "words",
        "load.csv",
        rows(lambda i: f"{('NW', 'SE', 'cv')[i % 3]},{_two(i)}", names="date,wind,load"),
        override='columns="load"',
        first=(100.0,),
        refused=(
            "column 'wind', row 1 (line 2) is 'NW', no finite number; columns=\"load\" "
            "reads the others"
        ),
    ),
    Kind(
        "a word among numbers",
        "load.csv",
        rows(once(7, "sensor fault")),
        override='missing="sensor fault",fill="interpolate"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is 'sensor fault', no finite number; "
            'missing="sensor fault",fill="interpolate" fills it in, drop="sensor '
            'fault" leaves such rows out'
        ),
    ),
    Kind(
        "infinity",
        "load.csv",
        rows(once(7, "inf")),
        override='missing="inf",fill="interpolate"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is 'inf', no finite number; "
            'missing="inf",fill="interpolate" fills it in, drop="inf" leaves such '
            "rows out"
        ),
    ),
    Kind(
        "a date among numbers",
        "load.csv",
        rows(once(7, "2023-05-01")),
        override='drop="2023-05-01",gaps="split"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is '2023-05-01', no finite number; "
            'missing="2023-05-01",fill="interpolate" fills it in, drop="2023-05-01" '
            "leaves such rows out"
        ),
    ),
    Kind(
        "hexadecimal numbers",
        "load.csv",
        rows(lambda i: hex(int(LOAD[i]))),
        refused=(
            "column 'load', row 1 (line 2) is '0x64', no finite number; no column holds numbers"
        ),
    ),
    Kind(
        "empty cells",
        "load.csv",
        rows(once(7, "")),
        override='fill="interpolate"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is missing; fill=\"interpolate\" or "
            'fill="previous" fills them in, fill="split" leaves such rows out'
        ),
    ),
    Kind(
        "missing values marked NA, ?, -, null and so on",
        "load.csv",
        rows(once(7, "?")),
        override='fill="previous"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is '?', a missing value; "
            'fill="interpolate" or fill="previous" fills them in, fill="split" leaves'
            " such rows out"
        ),
    ),
    Kind(
        "missing values, of which no window may be made",
        "load.csv",
        rows(once(7, "#N/A")),
        override='fill="split"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is '#N/A', a missing value; "
            'fill="interpolate" or fill="previous" fills them in, fill="split" leaves'
            " such rows out"
        ),
    ),
    Kind(
        "no value before some row",
        "load.csv",
        rows(lambda i: "NA" if i < 3 else f"{LOAD[i]:.2f}"),
        override='fill="interpolate"',
        first=(round(LOAD[3], 2),),
        refused=(
            "column 'load', row 1 (line 2) is 'NA', a missing value, and so in 2 more"
            ' rows; fill="interpolate" or fill="previous" fills them in, fill="split"'
            " leaves such rows out"
        ),
    ),
    Kind(
        "a column without values",
        "load.csv",
        rows(lambda i: f"{_two(i)},", names="date,load,b"),
        override='columns="load"',
        first=(100.0,),
        refused="column 'b' holds no value; columns=\"load\" reads the others",
    ),
    Kind(
        "-999 for what is missing",
        "load.csv",
        rows(lambda i: "-999" if i % 20 == 7 else _two(i)),
        override='missing="-999",fill="interpolate"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is -999, which comes 3 times, far from all"
            ' other values; missing="-999",fill="interpolate" counts it as missing, '
            'missing="none" takes it as it is'
        ),
    ),
    Kind(
        "-1 far from all other values",
        "load.csv",
        rows(lambda i: "-1" if i % 20 == 7 else _two(i)),
        override='missing="none"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is -1, which comes 3 times, far from all "
            'other values; missing="-1",fill="interpolate" counts it as missing, '
            'missing="none" takes it as it is'
        ),
    ),
    Kind(
        "one huge value",
        "load.csv",
        rows(once(7, "1e12")),
        override="clip=10",
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is 1000000000000, so far from all others "
            "that they would be 0; clip=10 sets such values to a bound, "
            'missing="1000000000000",fill="interpolate" counts it as missing, '
            'missing="none" takes it as it is'
        ),
    ),
    Kind(
        "one huge value that counts as missing",
        "load.csv",
        rows(once(7, "1000000")),
        override='missing="1000000",fill="interpolate"',
        first=(100.0,),
        refused=(
            "column 'load', row 8 (line 9) is 1000000, so far from all others that "
            "they would be 0; clip=10 sets such values to a bound, "
            'missing="1000000",fill="interpolate" counts it as missing, '
            'missing="none" takes it as it is'
        ),
    ),
    Kind(
        "values whose squares are no numbers",
        "load.csv",
        rows(lambda i: f"{LOAD[i]:.2f}e200"),
        first=(1e202,),
    ),
    Kind(
        "a column that never changes in the training rows",
        "load.csv",
        rows(lambda i: f"{_two(i)},{int(i > 50)}", names="date,load,flag"),
        override='columns="load"',
        first=(100.0,),
        refused=(
            "column 'flag' never changes in the training rows; columns=\"load\" reads the others"
        ),
    ),
    Kind(
        "several columns with decimals of three digits",
        "load.csv",
        rows(lambda i: f"{LOAD[i]:.3f};{TEMPERATURE[i]:.3f}", ";", "date,load,temperature"),
        first=(LOAD[0], TEMPERATURE[0]),
    ),
)
