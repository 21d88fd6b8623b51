"""musicgen-demo: a toy text-to-music checkpoint in the format of Hugging Face MusicGen.

Everything in it is made here: songs are composed by rule, written as symbolic tokens, and a small
language model learns to continue them from their description. The EnCodec decoder is not trained:
its weights are computed, and make it an additive synthesizer of the tokens.

The order of the modules is the order of the work: plan (what a song is), prompt (what is said of
it), song (its notes as tokens), codec_weights (tokens to sound), train, evaluate.
"""
