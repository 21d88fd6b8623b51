"""What a prompt says: the words that are known, and what they ask for."""
