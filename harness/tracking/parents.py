"""The run that shows a variant: taken up in each session, replaced when another trial leads.

Every operation may raise, and is safe to repeat if it has.
"""

from ..errors import StudyError
from . import finding
from .colours import colour
from .finding import HOME, PARENT, STUDY
from .mlruns import FILES, MLRuns
from .runs import fingerprint, outcome, replay

COLOUR = "mlflow.runColor"
ELSEWHERE = (
    "this study has been continued in another place since it last ran in {}: if this folder is a "
    "copy, run its command with --as-copy, which makes it a study of its own; if not, go on in "
    "that place"
)
SHOWS, UNFINISHED = "shows", "unfinished"


class Elsewhere(StudyError):
    """Two folders take themselves for one study."""


class StudyRuns(MLRuns):
    """An MLflow client for the runs of a study, those of its variants included.

    Args:
        out, uri, identity: see ``MLRuns``.
        homes: the marks of all places where the study has lived, the present one first; () if it
            does not matter.
    """

    def __init__(self, out, uri=None, identity=None, homes=()):
        super().__init__(out, uri, identity)
        self.homes = (*homes,) if uri else ()
        self._colours: dict[str, str] = {}

    def take_up(self, run):
        """Continue the newest parent run of an earlier session; False if there is none.

        Older ones were replaced (see ``show``) and are now removed.

        Raises:
            Elsewhere: another folder, such as a copy on another host, has continued it.
        """
        parents = self._parents(run)
        if not parents:
            return False
        newest, *replaced = parents
        self._refuse_elsewhere(newest, self.homes)
        run.id, run.start = newest.info.run_id, newest.info.start_time
        run.tags |= newest.data.tags
        if self.homes:
            self.mark(run, **{HOME: self.homes[0]})
        run.metrics = dict(newest.data.metrics)
        for old in replaced:
            self._remove(old.info.run_id, run)
        return True

    def check_home(self, run):
        """Make sure that no other folder has taken over a variant's run since it was taken up.

        Two that begin at the same moment both find the place that they were copied from.

        Raises:
            Elsewhere: one has.
        """
        if self.homes:
            self._refuse_elsewhere(self.client.get_run(run.id), self.homes[:1])

    def _refuse_elsewhere(self, found, homes):
        home = found.data.tags.get(HOME)
        if self.homes and home and home not in homes:
            raise Elsewhere(ELSEWHERE.format(self.out))

    def _parents(self, run):
        """A variant's parent runs, newest first; also sets the colour and place of ``run``."""
        parents = self.search(run.task, finding.condition(kind="study"))
        self._colours |= {p.data.tags["variant"]: p.data.tags.get(COLOUR, "") for p in parents}
        taken = self._colours.values()
        run.tags[COLOUR] = self._colours.get(run.variant) or colour(run.variant, taken)
        self._colours[run.variant] = run.tags[COLOUR]
        ours = [p for p in parents if self.identity in (None, p.data.tags.get(STUDY))]
        mine = [p for p in ours if p.data.tags["variant"] == run.variant]
        run.tags.setdefault("place", str(1 + len({p.data.tags["variant"] for p in ours})))
        return sorted(mine, key=lambda p: p.info.start_time, reverse=True)

    def _remove(self, old, run):
        """Move the trials of a replaced parent run to ``run``, then delete the parent run."""
        for child in self.children(old, run.task):
            self.tag(child, **{PARENT: run.id})
        self.delete(old)

    def show(self, run, record, score=None):
        """Log the best trial and the interval to its variant's parent run, unless they are there.

        MLflow cannot delete logged values. So when another trial has become the best, or its score
        has another interval, a new run of the same name replaces the old one and takes over its
        children.
        """
        interval = score.points(int(run.tags["place"])) if score else []
        shows = [fingerprint(record.to_json()), *([fingerprint(interval)] if interval else [])]
        half = [*shows, UNFINISHED]
        shown = run.tags.get(SHOWS, "").split()
        if shown == shows:
            return
        if [word for word in shown if word != UNFINISHED] != shows[: len(shown)]:
            run.start += 1  # ``take_up`` continues the newest.
            self.create(run, **{SHOWS: " ".join(half)})
            run.tags[SHOWS], shown = " ".join(half), half
        if shown == half:
            self.take_up(run)
            run.tags.pop(FILES, None)
            self.log_data(run)
        self.mark(run, **{SHOWS: " ".join(half)})
        tags = {**outcome(record), **replay(record, run), "optuna.trial": str(record.trial)}
        self.log(run, record, tags, interval)
        self.mark(run, **{SHOWS: " ".join(shows)})
