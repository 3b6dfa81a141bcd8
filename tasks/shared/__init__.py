"""What several tasks share: grammars, encodings, splits, baselines."""
