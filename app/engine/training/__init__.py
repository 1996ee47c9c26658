"""Trains a recurrence: the loop over windows, the optimizers, checkpoints, and what changes parameters beforehand."""
