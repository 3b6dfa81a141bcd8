"""What every task stands on: the class, batches, scores, checks, the registry."""
