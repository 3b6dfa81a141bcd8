"""Runs until a task is solved, as they are kept; a job that workers can import."""


def record(sequences, solved=True, wrong=0):
    test = {"wrong": wrong, "of": 256, "error": 0.0}
    return {"sequences": sequences, "solved": solved, "test": test, "seconds": 1.0}


def divmod_of(a, b):
    return divmod(a, b)
