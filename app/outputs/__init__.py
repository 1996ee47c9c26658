"""Computes what a link can be asked for, as bytes and without HTTP: the service and the command line share it."""
