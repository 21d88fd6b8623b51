"""What a model says of every token of a batch, by the training's own forward pass."""

import torch
from demo_model.model.objective import both_ways, hidden_states


def all_scores(model, batch):
    """[clips, CODEBOOKS, steps, VOCABULARY]"""
    hidden = hidden_states(model, batch)
    return torch.stack([head(hidden) for head in model.decoder.lm_heads], dim=1)


def guided_scores(model, batch, guidance):
    with_text, without = all_scores(model, both_ways(batch)).chunk(2)
    return without + guidance * (with_text - without)
