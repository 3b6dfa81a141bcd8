"""Everything that has weights: a cell over time, levels of layers, a linear readout."""
