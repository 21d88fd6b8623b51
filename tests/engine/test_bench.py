import json
import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.mark.slow
def test_the_benchmark_runs_at_tiny_dimensions_and_names_every_figure():
    command = [sys.executable, "bench/engine/run.py", "--quick", "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert ended.returncode == 0, ended.stderr
    result = json.loads(ended.stdout)
    rates = ("reference_one", "reference_batched", "engine_fp32", "ratio_fp32")
    assert all(result[name] > 0 for name in rates)
    assert (result["ratio_bf16"] is None) == isinstance(result["ratio_bf16_reason"], str)
    assert result["token_exact"] is True
    assert result["step_over_roofline"]["fp32"] > 0
    assert result["step_over_floors"]["fp32"] <= result["step_over_roofline"]["fp32"]
    assert set(result["reference_best"]) == set(result["ratios"]) == {"mixed", "equal", "eight", "one"}
    assert result["reference_best"]["mixed"]["fp32"]["rate"] >= result["reference_batched"]
    assert result["codec"]["engine"] > 0
    assert set(result["traffic_ratio"]) == {"reference", "engine"}
    assert set(result["details"]["step"]["fp32"]["breakdown_ms"]) == {
        "products",
        "attention",
        "sampling",
        "rest",
    }
    assert result["details"]["engine"]["mixed"]["fp32"]["peak_memory_mb"] > 0
    assert "8/8 clips" in ended.stderr
