"""Single files out of a stranger's ZIP."""
