"""A checkpoint: its files, sizes and tensors; the decoder, the text encoder and the codec that it holds."""
