"""Studies whose processes are killed at random: nothing may be lost, doubled or changed by it."""
