"""What every task stands on: the class, batches, scores, the registry."""
