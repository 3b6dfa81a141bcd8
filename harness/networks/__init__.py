"""A cell over time, layers above each other, a readout: everything that has weights."""
