"""Rules and runs at toy size."""


def record(sequences, solved=True, wrong=0):
    test = {"wrong": wrong, "of": 256, "error": 0.0}
    return {"sequences": sequences, "solved": solved, "test": test, "seconds": 1.0}
