"""What several tests need: each thing once. Fixtures of all tests stand in conftest.py.

For any test:

drawing        generators of random numbers, and the seeds that hypothesis tries
differences    slopes by finite differences
processes      Python in a process of its own
packages       packages that may be missing; packages that bring cells
refusals       errors of one line
command        the command line, called in this process
studies        studies and tasks of toy size

Cells and networks:

layers         small layers in double precision, and a random problem for each
kernels        the same, made once for all tests of kernels
scalar         elementwise functions in loops
networks       small networks, batches for them
steps          cells out of files; that a step is traced, computed and derived
pictures       what a drawing says of itself
certified      a cell for tests to spoil
cells_command  what ``gatelab cells`` prints, taken apart

Tasks:

batches        the first batch of a stream, and whether two are the same
drawn          drawn sequences, taken apart again
languages      batches of a formal language, read back
reber          Reber's grammar as a regular expression
series         series made up for tests
scores         outputs and targets to score
real           tasks of real data, by name
tables         a table of somebody's own
downloads      what is left of a download
written        tasks whose networks can write on

Trials and studies:

records        records of trials that nobody has run
training       a network that follows a script
measured       tasks that are measured in further ways
searches       searches, records told to them
tracked        trials sent to a tracker, and what MLflow holds of them
running, ends  studies that repeat, continue, are killed
compared       ``gatelab compare`` at toy size
protocols      records of runs until a task is solved
"""
