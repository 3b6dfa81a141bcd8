"""One training run: settings, search space, training loop, measurements, record."""
