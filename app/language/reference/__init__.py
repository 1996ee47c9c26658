"""Documents the language from its own tables, so that what `/language` says is what the parser accepts."""
