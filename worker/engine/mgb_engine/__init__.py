"""MusicGen as a process: JSON lines in, audio files out. Knows nothing of queues, S3 or AWS."""

__version__ = "0.2.0"
