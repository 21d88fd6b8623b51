"""musicgen-demo: a toy text-to-music checkpoint in the format of Hugging Face MusicGen.

Everything in it is made here: songs are composed by rule, written as symbolic tokens, and a small
language model learns to continue them from their description. The EnCodec decoder is not trained:
its weights are computed, and make it an additive synthesizer of the tokens.

The order of the rooms is the order of the work: music (what a song is, its notes as tokens), words (what
is said of it), codec (tokens to sound), model (what learns them), then train, evaluation and evaluate.
"""
