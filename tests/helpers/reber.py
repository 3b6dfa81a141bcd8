"""Reber's grammar, embedded, as a regular expression: shared by no automaton of a task."""

LATE = r"(?:XT*VP)*(?:S|XT*VV)"  # after B T S* X or after ... V P
EMBEDDED = rf"B([TP])B(?:TS*X{LATE}|PT*V(?:V|P{LATE}))E\1E"
