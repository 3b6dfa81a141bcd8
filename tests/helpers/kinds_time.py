"""Kinds of times, and of the order of rows."""

from datetime import date, datetime, timedelta

from helpers.kinds import Kind
from helpers.written_tables import LOAD, N, day, rows

PLAIN = rows()
LINES = PLAIN.splitlines()
FIRST = (LOAD[0],)
IN_ORDER = "sort=True puts rows into time order"
MERGED = 'duplicates="mean" (or first, last) makes one row of those of one time'
AS_THEY_STAND = 'time="none" takes rows in order as they stand'
GAPS = (
    'gaps="interpolate" makes the rows between, gaps="split" lets no window cross, or gaps="keep" '
    "takes it as the next step (as for trading days)"
)


def moment(i: int, minutes: int = 60) -> datetime:
    """The time of row i."""
    return datetime(2023, 1, 1) + timedelta(minutes=minutes * i)


def days(form: str) -> str:
    """A table of days in a form of strftime."""
    return rows(when=lambda i: f"{date.fromisoformat(day(i)):{form}}")


def hours(form: str) -> str:
    """A table of hours in a form of strftime."""
    return rows(when=lambda i: f"{moment(i):{form}}")


def in_order(places) -> str:
    """The table with its rows in another order."""
    return "\n".join([LINES[0], *(LINES[1 + place] for place in places)]) + "\n"


def months(i: int) -> date:
    """The first day of month i."""
    return date(1949 + i // 12, 1 + i % 12, 1)


def business_days(holiday: str = "") -> str:
    """A table of business days, with or without one of them."""
    every = (date(2023, 1, 2) + timedelta(days=i) for i in range(2 * N))
    open_ = [str(each) for each in every if each.weekday() < 5 and str(each) != holiday]
    return rows(when=lambda i: open_[i])


def set_back(i: int) -> str:
    """Hours in Berlin around the night in which clocks are set back."""
    summer = datetime(2023, 10, 28) + timedelta(hours=i)
    return f"{summer - timedelta(hours=1) if i >= 27 else summer:%Y-%m-%d %H:%M}"


def two(names: str, order, labels: tuple[str, str]) -> str:
    """A table of two series."""
    cells = [f"{day(i // 2)},{labels[i % 2]},{LOAD[i]:.2f}" for i in order]
    return "\n".join([names, *cells]) + "\n"


INTERLEAVED = range(N)
STACKED = [*range(0, N, 2), *range(1, N, 2)]
BLOCKS = [i for start in range(0, N, 12) for i in range(start + 11, start - 1, -1)]
SHUFFLED = [37 * i % N for i in range(N)]

FORMS = (
    Kind("days as ISO writes them", "load.csv", PLAIN, first=FIRST),
    Kind("days first", "load.csv", days("%d/%m/%Y"), first=FIRST),
    Kind("months first", "load.csv", days("%m/%d/%Y"), first=FIRST),
    Kind("dots", "load.csv", days("%d.%m.%Y"), first=FIRST),
    Kind("years of two digits", "load.csv", days("%m/%d/%y"), first=FIRST),
    Kind("months as words", "load.csv", days("%d-%b-%y"), first=FIRST),
    Kind("spaces between", "load.csv", hours("%d %m %Y %H:%M"), first=FIRST),
    Kind("hours before and after noon", "load.csv", hours("%m/%d/%Y %I:%M %p"), first=FIRST),
    Kind(
        "days that may be months",
        "load.csv",
        rows(when=lambda i: f"01/02/{1950 + i}"),
        override='dates="day first"',
        first=FIRST,
        refused=(
            "column 'date': '01/02/1950' may be 1 February 1950 or 2 January 1950; say "
            'dates="day first" or dates="month first"'
        ),
    ),
    Kind(
        "a form of its own",
        "load.csv",
        rows(when=lambda i: f"{date.fromisoformat(day(i)):FY%Y/%j}"),
        override='time=date,dates="FY%Y/%j"',
        first=FIRST,
        refused=(
            "column 'date', row 1 (line 2) is 'FY2023/001', no finite number; "
            'columns="load" reads the others'
        ),
    ),
    Kind("seconds since 1970", "load.csv",
         rows(when=lambda i: str(1672531200 + 3600 * i), names="timestamp,load"), first=FIRST),
    Kind("thousandths of seconds since 1970", "load.csv",
         rows(when=lambda i: str(1000 * (1672531200 + 3600 * i)), names="timestamp,load"),
         first=FIRST),
    Kind("a spreadsheet's days", "load.csv",
         rows(when=lambda i: str(44927 + i)), first=FIRST),
    Kind("a zone", "load.csv", rows(when=lambda i: f"{moment(i):%Y-%m-%dT%H:%M:%S+01:00}"),
         first=FIRST),
    Kind("months", "load.csv", rows(when=lambda i: f"{months(i):%Y-%m}", names="Month,load"),
         first=FIRST),
    Kind("year, month, day and hour", "load.csv",
         rows(when=lambda i: f"{moment(i):%Y,%-m,%-d,%-H}", names="year,month,day,hour,load"),
         first=FIRST),
    Kind("a date and a time", "load.csv",
         rows(when=lambda i: f"{moment(i):%d/%m/%Y,%H:%M:%S}", names="Date,Time,load"),
         first=FIRST),
    Kind("a date and an hour", "load.csv",
         rows(when=lambda i: f"{moment(i):%d/%m/%Y,%-H}", names="Date,Hour,load"), first=FIRST),
    Kind("names of weekdays", "load.csv", days("%A"), override='columns="load"', first=FIRST,
         refused="column 'date', row 1 (line 2) is 'Sunday', no finite number; "
                 'columns="load" reads the others'),
    Kind("a time that is missing", "load.csv", rows(when=lambda i: "" if i == 7 else day(i)),
         override='time="none"', first=FIRST, options="window=4,horizon=2,columns=load",
         shown="the date of row 8 is empty",
         refused="column 'date', row 8 (line 9) is missing: nothing says when that row was; "
                 + AS_THEY_STAND),
)  # fmt: skip
ORDER = (
    Kind("rows newest first", "load.csv", in_order(range(N - 1, -1, -1)), override="sort=True",
         first=FIRST,
         refused="row 2 (line 3), 2023-02-28, does not come after row 1, 2023-03-01: all rows are "
                 "newest first; " + IN_ORDER),
    Kind("rows in blocks, each newest first", "load.csv", in_order(BLOCKS), override="sort=True",
         first=FIRST,
         refused="row 2 (line 3), 2023-01-11, does not come after row 1, 2023-01-12; " + IN_ORDER),
    Kind("rows in no order", "load.csv", in_order(SHUFFLED), override="sort=True", first=FIRST,
         refused="row 3 (line 4), 2023-01-15, does not come after row 2, 2023-02-07; " + IN_ORDER),
    Kind("a time that is repeated", "load.csv", in_order([*range(8), *range(7, N)]),
         override='duplicates="mean"', first=FIRST, shown="`2023-01-08` comes twice",
         refused=f"row 9 (line 10), 2023-01-08, repeats the time of row 8; {MERGED}, or "
                 + AS_THEY_STAND),
    Kind("days for hours", "load.csv", hours("%Y-%m-%d"), override='time="none"', first=FIRST,
         refused=f"row 2 (line 3), 2023-01-01, repeats the time of row 1; {AS_THEY_STAND}, or "
                 + MERGED),
    Kind("clocks set back", "load.csv", rows(when=set_back), override='zone="Europe/Berlin"',
         first=FIRST, shown="`2023-10-29 02:00` comes twice, in Berlin",
         refused="row 28 (line 29), 2023-10-29 02:00, repeats the time of row 27; if clocks were "
                 'set back or forward there, zone="Europe/Berlin" (or yours) reads them; '
                 f"otherwise {MERGED}, or {AS_THEY_STAND}"),
    Kind("a row that is missing", "load.csv", in_order([*range(7), *range(8, N)]),
         override='gaps="interpolate"', first=FIRST, shown="`2023-01-08` is missing",
         refused="row 8 (line 9), 2023-01-09, comes 2 days after row 7, where rows are 1 day "
                 "apart; " + GAPS),
    Kind("business days", "load.csv", business_days(), first=FIRST, shown="no weekends",
         noted="11 times the next row comes after hours or days of the week that the table never "
               "has (nights, weekends); it is taken as the next step"),
    Kind("business days and a holiday", "load.csv", business_days("2023-01-16"),
         override='gaps="keep"', first=FIRST, shown="no weekends, no `2023-01-16`",
         refused="row 11 (line 12), 2023-01-17, comes 4 days after row 10, where rows are 1 day "
                 "apart; " + GAPS),
    Kind("series under one another", "load.csv", two("date,id,load", STACKED, ("1", "2")),
         override='series="id"', first=FIRST, shown="series 1, below it series 2",
         refused="row 31 (line 32), 2023-01-01, does not come after row 30, 2023-01-30; if 'id' "
                 'says which series a row is of, series="id"; otherwise ' + IN_ORDER),
    Kind("series in turns", "load.csv", two("date,id,load", INTERLEAVED, ("1", "2")),
         override='series="id"', first=FIRST,
         refused="row 2 (line 3), 2023-01-01, repeats the time of row 1; if 'id' says which series "
                 f'a row is of, series="id"; otherwise {AS_THEY_STAND}, or {MERGED}'),
    Kind("series with names", "load.csv", two("date,sensor,load", INTERLEAVED, ("A", "B")),
         override='series="sensor"', first=FIRST,
         refused="column 'sensor', row 1 (line 2) is 'A', no finite number; if 'sensor' says which "
                 'series a row is of, series="sensor" or columns="load" reads the others'),
)  # fmt: skip
KINDS = FORMS + ORDER
