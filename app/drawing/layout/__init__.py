"""Places nodes, routes edges and finds room for labels."""
