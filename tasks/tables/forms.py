"""The forms in which people write a day, a time of day and a zone."""

import re

#: Months by how their names begin in English, German, French, Spanish, Italian, Portuguese, Dutch.
MONTHS = {
    **dict.fromkeys(("jan", "ene", "gen"), "jan"),
    **dict.fromkeys(("feb", "fev", "fév"), "feb"),
    **dict.fromkeys(("mar", "mär", "mrz", "maa"), "mar"),
    **dict.fromkeys(("apr", "abr", "avr"), "apr"),
    **dict.fromkeys(("may", "mai", "mei", "mag"), "may"),
    **dict.fromkeys(("jun", "juin", "giu"), "jun"),
    **dict.fromkeys(("jul", "juil", "lug"), "jul"),
    **dict.fromkeys(("aug", "ago", "aoû", "aou"), "aug"),
    **dict.fromkeys(("sep", "set"), "sep"),
    **dict.fromkeys(("oct", "okt", "ott", "out"), "oct"),
    **dict.fromkeys(("nov",), "nov"),
    **dict.fromkeys(("dec", "dez", "dic", "déc"), "dec"),
}
_MONTH = rf"(?:{'|'.join(MONTHS)})[^\W\d_]*\.?"
_WEEKDAYS = """
    mon(?:day)? tue(?:s(?:day)?)? wed(?:nesday)? thu(?:rs(?:day)?)? fri(?:day)? sat(?:urday)?
    sun(?:day)? (?:mon|diens|donners|frei|sams|sonn)tag mittwoch mo di mi do fr sa so
    lun(?:di|es)? mar(?:di|tes)? mer(?:credi)? mié(?:rcoles)? jeu(?:di)? jue(?:ves)?
    ven(?:dredi)? vie(?:rnes)? sam(?:edi)? sáb(?:ado)? dim(?:anche)? dom(?:ingo)?
"""
_WEEKDAY = rf"(?:{'|'.join(_WEEKDAYS.split())})\.?"
_SPACE = r"(?:[-/ .,]|\bde\b)*"  # 1 de enero de 2023
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_DAY = "|".join(
    [
        r"\d{4}(?P<a>[-/. ])\d{1,2}(?P=a)\d{1,2}",  # 2023-01-31
        r"\d{1,2}(?P<b>[-/. ])\d{1,2}(?P=b)(?:\d{4}|\d{2})",  # 31.01.2023, 1/31/23
        rf"{_NTH}{_SPACE}{_MONTH}{_SPACE}(?:\d{{4}}|'?\d{{2}})",  # 31-Jan-23, 31 January 2023
        rf"{_MONTH}[-/ ]*{_NTH},?[-/ ]+\d{{4}}",  # Jan 31, 2023
        rf"{_MONTH}{_SPACE}(?:\d{{4}}|'?\d{{2}})",  # Jan-23, January 2023
        rf"\d{{4}}[-/ .]*{_MONTH}(?:[-/ .]*\d{{1,2}})?",  # 2023 Jan, 2023-Jan-31
        r"(?:19|20)\d{6}(?=[\sT_])",  # 20230131 00:00; alone, it is a number
        r"\d{4}[-/ ]\d{1,2}",  # 2023-01
        r"\d{1,2}[-/ ]\d{4}",  # 01/2023
        r"\d{4}M\d{1,2}",  # 2023M01
        r"\d{4}[-/ ]?Q[1-4]",  # 2023Q1
        r"Q[1-4][-/ ]?\d{4}",  # Q1 2023
        r"\d{4}-?W\d\d",  # 2023-W05
    ]
)
_COLONS = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?|\d{1,2}\.\d\d\.\d\d"
_CLOCK = rf"{_COLONS}|\d{{1,2}}(?= ?[ap]\.? ?m)|\d\d(?:\d\d(?:\d\d)?)?"
_HALF = r" ?(?P<half>[ap])\.? ?m\.?"
ZONES = {  # hours east of Greenwich; where a word means two zones, it is not here
    **{"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2},
    **{"EET": 2, "EEST": 3, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6},
    **{"PST": -8, "PDT": -7, "JST": 9, "AEST": 10, "AEDT": 11},
}
_ZONE = rf" ?(?P<zone>(?:UTC|GMT)?[-+]\d\d(?::?\d\d)?|{'|'.join(ZONES)})(?:\[[\w/+-]+\])?"
_DATED = (
    rf"(?:{_WEEKDAY},?\s+)?(?P<day>{_DAY})(?:(?:\s*T|[\s_:,]+)(?P<clock>{_CLOCK})(?:{_HALF})?)?"
)
#: "2023-01-01 00:00 - 2023-01-01 01:00": a row is where its stretch of time begins.
_UNTIL = r"\s+(?:[-–—]|to|until)\s+\d{1,4}\D.*"
DATED = re.compile(rf"{_DATED}(?:{_ZONE})?(?:{_UNTIL})?", re.IGNORECASE)
DOTTED = re.compile(r"\d{1,2}\.[0-5]\d\.[0-5]\d")
CLOCKED = re.compile(rf"(?P<clock>{_COLONS}|\d{{1,2}}(?= ?[ap]\.? ?m))(?:{_HALF})?", re.IGNORECASE)
