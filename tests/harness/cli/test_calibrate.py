"""``gatelab calibrate``: simulated studies at toy size."""

from gatelab.cli.command import main


def test_the_report_goes_to_standard_output_and_the_progress_does_not(capsys):
    assert main(["calibrate", "--studies", "2", "--seed", "1", "--workers", "1"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# Do the decisions keep their word?\n\n2 simulated studies")
    assert "| equal | 100 |" in printed
    assert "simulated studies " not in printed.partition("\n\n2 simulated studies")[2][:20]


def test_no_studies_are_refused(capsys):
    assert main(["calibrate", "--studies", "0"]) == 2
    assert main(["calibrate", "--workers", "0"]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 2
    assert errors[0].startswith("error: --studies: ")
    assert errors[1].startswith("error: workers is 0")
