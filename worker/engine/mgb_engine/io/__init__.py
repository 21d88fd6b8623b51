"""Lines in, files and lines out: the protocol, the audio files, and the commands that drive an engine."""
