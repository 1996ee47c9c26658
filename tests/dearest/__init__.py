"""What requests cost, and the search for the dearest."""
