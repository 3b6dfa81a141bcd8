"""What several tests need: each thing once. Fixtures of all tests stand in conftest.py.

drawing      generators of random numbers, and the seeds that hypothesis tries
layers       small layers in double precision, and a random problem for each
networks     small networks, batches for them
differences  slopes by finite differences
steps        cells out of files and strings; that a step is traced, computed and derived
studies      studies and tasks of toy size
processes    Python in a process of its own
packages     packages that may be missing; packages that bring cells
refusals     errors of one line
command      the command line, called in this process
pictures     what a drawing says of itself
written      tasks whose networks can write on
"""
