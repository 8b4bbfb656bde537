"""PyTorch on CUDA (eager, cuDNN, TF32 off) on the cases of `sppgpu bench --list --json`: `python3 torch_cuda.py cases.json [budget in seconds]`.

One JSON line per case: {case, peer, ok, ms, gflops, gbps, problem?}. Inputs and computations are those of torch_cpu.py, on the
card. A time is the median of samples of many executions and one synchronisation, as in ../../src/bench/harness.ts.
"""

import json
import statistics
import sys
import time

import torch
import torch_cpu

MOST_SAMPLES = 15


def main():
    if not torch.cuda.is_available():
        sys.exit("torch_cuda.py: this PyTorch finds no CUDA device")
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    peer = f"PyTorch {torch.__version__} ({torch.cuda.get_device_name()})"
    budget = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = [case for case in json.load(file) if case.get("kind") in torch_cpu.KINDS]
    failed = False
    for case in cases:
        about = {"case": case["name"], "peer": peer}
        try:
            ms = time_case(case, budget)
            rates = {"gflops": case["flops"] / ms / 1e6, "gbps": case["bytes"] / ms / 1e6}
            print(json.dumps({**about, "ok": True, "ms": ms, **rates}), flush=True)
        except Exception as error:  # one case that fails does not end the others
            failed = True
            print(json.dumps({**about, "ok": False, "problem": str(error).split("\n")[0]}), flush=True)
    sys.exit(1 if failed else 0)


def time_case(case, budget):
    inputs = {name: tensor.cuda() for name, tensor in torch_cpu.inputs_of(case).items()}
    step = torch_cpu.KINDS[case["kind"]](case, inputs)

    def sample(inner):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(inner):
            step()
        torch.cuda.synchronize()
        return 1000 * (time.perf_counter() - start) / inner

    sample(1)
    inner = max(1, min(torch_cpu.MOST_INNER, round(torch_cpu.SAMPLE_MS / sample(1))))
    start = time.perf_counter()
    times = [sample(inner)]
    while len(times) < MOST_SAMPLES and time.perf_counter() - start < budget:
        times.append(sample(inner))
    return statistics.median(times)


if __name__ == "__main__":
    main()
