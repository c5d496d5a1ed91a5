"""How the runs that are shipped are made."""
