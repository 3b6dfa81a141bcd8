"""Tasks of real data, by name."""

#: Tasks of real data.
REAL = {
    "chorales", "digits", "etth1", "japanese_vowels", "nottingham", "nyc_taxi", "santa_fe",
    "shakespeare", "sms_spam", "spoken_digits", "surnames", "ucr_anomaly",
}  # fmt: skip
