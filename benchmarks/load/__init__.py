"""What a service answers in a second, asked over many connections at once, and what so many readers take."""
