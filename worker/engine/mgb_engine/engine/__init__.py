"""Clips in a running batch: who gets in, the step, who is let go. Knows no protocol and no file format."""
