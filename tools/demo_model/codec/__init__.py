"""A codec by formula: from tokens to sound."""
