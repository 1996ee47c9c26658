"""Compiles loops over small arrays to machine code, since NumPy needs a call for each operation of each step."""
