"""A study seen from outside, while it runs or later: nothing is trained, changed or locked."""
