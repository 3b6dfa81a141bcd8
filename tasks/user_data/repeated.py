"""Texts that nothing can be learned from: one character, or the same stretch again and again."""


def period(text: str) -> int:
    """The smallest number of characters after which a text repeats itself; 0 if it does not.

    A text repeats itself if at least its second half is a copy of what stands before: "ababa" has
    period 2, "abcab" has none.
    """
    half = text[: len(text) // 2]
    at = text.find(half, 1) if half else -1
    while 0 < at <= len(text) // 2:
        if text.startswith(text[at:]):
            return at
        at = text.find(half, at + 1)
    return 0
