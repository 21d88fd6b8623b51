"""The language model: what it learns from, how, and how it is saved and sampled."""
