"""How fast: the engine beside hand-written NumPy and PyTorch, measured in one run. `python -m benchmarks` prints it."""
