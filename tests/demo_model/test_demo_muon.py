import pytest
import torch
from demo_model.model import parallel
from demo_model.model.muon import Muon, orthogonal
from torch import nn


def test_an_update_keeps_its_directions_and_gets_equal_strengths_in_all():
    matrices = torch.randn(3, 24, 60, generator=torch.Generator().manual_seed(1))
    made = orthogonal(matrices)
    strengths = torch.linalg.svdvals(made)
    assert strengths.min() > 0.5
    assert strengths.max() < 1.4
    left, _, right = torch.linalg.svd(matrices, full_matrices=False)
    assert torch.allclose(left.mT @ made @ right.mT, torch.diag_embed(strengths), atol=0.4)
    assert torch.allclose(orthogonal(matrices.mT), made.mT, atol=1e-5)


def test_matrices_of_any_shape_move_against_their_gradient():
    matrices = [
        nn.Parameter(torch.randn(8, 20)),
        nn.Parameter(torch.randn(20, 8)),
        nn.Parameter(torch.randn(8, 20)),
    ]
    optimizer = Muon(matrices, lr=0.05)
    before = [float(it.detach().square().sum()) for it in matrices]
    for _ in range(20):
        optimizer.zero_grad()
        sum(it.square().sum() for it in matrices).backward()
        optimizer.step()
    after = [float(it.detach().square().sum()) for it in matrices]
    assert all(one < 0.9 * other for one, other in zip(after, before, strict=True))


def _train_a_little(folder):
    """Each process learns from its own half of the examples."""
    torch.manual_seed(0)
    model = nn.Linear(6, 5, bias=False)
    examples = torch.randn(4, 6)
    optimizer = Muon([model.weight], lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        mine = examples[parallel.rank() :: parallel.size()]
        model(mine).square().mean().backward()
        parallel.average_gradients(model)
        optimizer.step()
    torch.save(model.weight.detach(), folder / f"{parallel.size()}-{parallel.rank()}.pt")


@pytest.mark.slow
def test_two_processes_learn_what_one_does_and_stay_alike(tmp_path):
    _train_a_little(tmp_path)
    parallel.run_on(2, _train_a_little, tmp_path)
    alone, first, second = (torch.load(tmp_path / f"{name}.pt") for name in ("1-0", "2-0", "2-1"))
    assert torch.equal(first, second)
    assert torch.allclose(alone, first, atol=1e-5)
