"""The study that is soaked, as words of ``gatelab compare``."""

#: A data set, a stream, and a stream whose state is carried; two optimizers, dropout, zoneout.
TASKS = (
    "adding:length=30,valid_sequences=64,test_sequences=64",
    "continual_reber:length=50,test_length=200,valid_sequences=16,test_sequences=16",
    "digits:order=rows",
)
SETTINGS = ("hidden=16", "batch=16", "updates=1000", "zoneout=0.1", "recurrent_dropout=0.1")
WORDS = (
    "--tasks", *TASKS, "--variants", "standard", "gru", "--trials", "2", "--finals", "1",
    "--noise-draws", "1", "--workers", "2", "--set", *SETTINGS, "--search",
    "optimizer=adam,nesterov", "lr=1e-3:1e-2:log", "--checkpoint-seconds", "0.5", "--no-page",
)  # fmt: skip
