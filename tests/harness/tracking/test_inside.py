"""What is read from MLflow's file without MLflow is what MLflow says."""

from helpers.tracked import trial

from gatelab.tracking import finding, mlruns


def test_a_variant_s_trials_are_those_that_mlflow_finds(tracker):
    parents = {variant: tracker.start_parent("adding", variant) for variant in ("gru", "rnn")}
    for parent in parents.values():
        for slot in range(3):
            trial(tracker, parent, slot=slot)
        tracker.start_trial(parent, 3, 3)
        tracker.start_trial(parent, 0, 0, "best 1")
    tracker.flush()
    runs, found = tracker.runs, {}
    for variant, parent in parents.items():
        condition = finding.trials(None, variant=variant)
        found[variant] = runs.search("adding", condition, kept=mlruns._in_short)
        assert runs.trials(parent) == found[variant]
        assert len(found[variant]) == 5
        assert {run.info.status for run in found[variant]} == {"FINISHED", "RUNNING"}
        assert {finding.place(run) for run in found[variant]} >= {("", "3"), ("best 1", "0")}
        below = runs.search("adding", finding.condition(**{finding.PARENT: parent.id}))
        children = runs.children(parent.id, "adding")
        assert {*children} == {run.info.run_id for run in below}
        assert len(children) == len(below) == 5
    gone, *left = found["gru"]
    runs.delete(gone.info.run_id)
    assert runs.trials(parents["gru"]) == left
    assert gone.info.run_id not in runs.children(parents["gru"].id, "adding")
    assert runs.trials(parents["rnn"]) == found["rnn"]
