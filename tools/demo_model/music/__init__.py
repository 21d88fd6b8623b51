"""Songs by rule, and their tokens."""
