"""PyTorch on the CPU, for orientation beside the WebGPU libraries: the protocol of ../child.ts, spoken in Python.

Same cases, same numbers, same checks. No GPU is waited for: PyTorch's CPU calls return when they are done.
"""

import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

# ---- data: the fills of ../../src/bench/inputs.ts, bit for bit ----


def mix(value):
    """MurmurHash3's finalizer on uint32 arrays."""
    h = np.asarray(value).astype(np.uint32)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def uniform(spec):
    i = np.arange(np.prod(spec["shape"], dtype=np.int64), dtype=np.uint32)
    bits = mix(i ^ mix(np.uint32(spec["seed"]))) >> np.uint32(8)
    return ((bits.astype(np.float64) / 0x800000 - 1) * spec["bound"]).astype(np.float32)


def distinct(spec):
    *outer, h, w = spec["shape"]
    planes = np.arange(np.prod(outer, dtype=np.int64), dtype=np.uint32)[:, None]
    key = mix((planes * np.uint32(0x9E3779B1)) ^ np.uint32(spec["seed"])).astype(np.int64)
    v = (np.arange(h * w, dtype=np.int64)[None, :] * 0x2545 + key) & 0x3FFF
    v = ((v ^ (v >> 7)) * ((key >> 13) | 1)) & 0x3FFF
    v = ((v ^ (v >> 7)) * 0x1B35) & 0x3FFF
    return ((v ^ (v >> 7)) / 0x2000 - 1).astype(np.float32).ravel()


def labels(spec):
    i = np.arange(spec["shape"][0], dtype=np.uint32)
    return (mix(i ^ mix(np.uint32(spec["seed"]))) % np.uint32(spec["classes"])).astype(np.int64)


def windows(spec):
    rows = np.arange(spec["shape"][0], dtype=np.uint32)

    def draw(k, choices):
        return (mix(mix(np.uint32(spec["seed"] + k)) ^ rows) % np.asarray(choices).astype(np.uint32)).astype(np.int64)

    side = spec.get("side")
    h = np.full(len(rows), side) if side else 2 + draw(0, spec["height"] - 1)
    w = np.full(len(rows), side) if side else 2 + draw(1, spec["width"] - 1)
    y = draw(2, spec["height"] - h + 1)
    x = draw(3, spec["width"] - w + 1)
    return np.stack([draw(4, spec["images"]), y, x, y + h, x + w], axis=1)


FILLS = {"uniform": uniform, "distinct": distinct, "labels": labels, "windows": windows}


def inputs_of(case):
    return {
        name: torch.from_numpy(FILLS[spec["fill"]](spec)).reshape(spec["shape"]) for name, spec in case["inputs"].items()
    }


# ---- cases: each returns step() -> {output name: tensor} ----


def matmul(case, t):
    return lambda: {"y": t["a"] @ t["b"]}


def adds(case, t):
    def step():
        y = t["x"]
        for _ in range(case["attributes"]["count"]):
            y = y + t["b"]
        return {"y": y}

    return step


def with_gradients(f, names, t):
    """y = f(), and where a dy is given the gradients to the named inputs."""
    if "dy" not in t:

        def forward():
            with torch.no_grad():
                return {"y": f()}

        return forward
    leaves = [t[name].requires_grad_() for name in names]

    def step():
        y = f()
        gradients = torch.autograd.grad(y, leaves, t["dy"])
        return {"y": y, **{"d" + name: g for name, g in zip(names, gradients)}}

    return step


def conv(case, t):
    a = case["attributes"]
    return with_gradients(lambda: F.conv2d(t["x"], t["w"], t["b"], a["stride"], a["padding"]), ["x", "w", "b"], t)


def maxpool(case, t):
    a = case["attributes"]
    return with_gradients(lambda: F.max_pool2d(t["x"], a["kernel"], a["stride"]), ["x"], t)


def pyramid(x, levels):
    return torch.cat([F.adaptive_max_pool2d(x, n).flatten(1) for n in levels], 1)


def spp(case, t):
    levels = case["attributes"]["levels"]
    if "windows" not in t:
        return with_gradients(lambda: pyramid(t["x"], levels), ["x"], t)
    boxes = t["windows"].tolist()
    return with_gradients(
        lambda: torch.cat([pyramid(t["x"][i : i + 1, :, y0:y1, x0:x1], levels) for i, y0, x0, y1, x1 in boxes]), ["x"], t
    )


def cross_entropy(case, t):
    if case["direction"] == "fwd":

        def forward():
            with torch.no_grad():
                return {"loss": F.cross_entropy(t["x"], t["labels"]).reshape(1)}

        return forward
    t["x"].requires_grad_()

    def step():
        loss = F.cross_entropy(t["x"], t["labels"])
        (dx,) = torch.autograd.grad(loss, [t["x"]])
        return {"loss": loss.reshape(1), "dx": dx}

    return step


class Cnn:
    def __init__(self, case, t):
        self.case, self.t, self.names = case, t, case["attributes"]["parameters"]
        self.reset()

    def reset(self):
        a = self.case["attributes"]
        self.parameters = [self.t[name].clone().requires_grad_() for name in self.names]
        self.optimizer = torch.optim.SGD(self.parameters, lr=a["learningRate"], momentum=a["momentum"])

    def forward(self):
        parameter = dict(zip(self.names, self.parameters))
        x = self.t["x"]
        for layer in self.case["attributes"]["layers"]:
            kind, name = layer["type"], layer["name"]
            if kind == "conv":
                weight, bias = parameter[name + ".weight"], parameter[name + ".bias"]
                x = F.conv2d(x, weight, bias, layer["stride"], layer["padding"])
            elif kind == "maxpool":
                x = F.max_pool2d(x, layer["kernel"], layer["stride"], ceil_mode=layer["ceilMode"])
            elif kind == "spp":
                x = pyramid(x, layer["levels"])
            else:
                x = F.linear(x.flatten(1), parameter[name + ".weight"], parameter[name + ".bias"])
            if layer.get("relu"):
                x = F.relu(x)
        return x

    def __call__(self):
        if self.case["direction"] == "infer":
            with torch.no_grad():
                return {"logits": self.forward()}
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.forward(), self.t["labels"])
        loss.backward()
        self.optimizer.step()
        return {"loss": loss}

    def outputs(self):
        if self.case["direction"] == "infer":
            return self()
        self.reset()
        losses = [self()["loss"].reshape(1) for _ in range(2)]
        return {"losses": torch.cat(losses), **dict(zip(self.names, self.parameters))}


KINDS = {
    "matmul": matmul,
    "adds": adds,
    "conv": conv,
    "maxpool": maxpool,
    "spp": spp,
    "crossEntropy": cross_entropy,
    "cnn": Cnn,
}

# ---- timing: as in ../../src/bench/harness.ts ----

SAMPLE_MS = 60
MOST_INNER = 100


def sample(step, inner):
    start = time.perf_counter()
    for _ in range(inner):
        step()
    return 1000 * (time.perf_counter() - start) / inner


class Session:
    def __init__(self):
        self.case = self.step = None
        self.inner = 0

    def setup(self, message):
        torch.set_num_threads(len(os.sched_getaffinity(0)))
        adapter = f"CPU, {torch.get_num_threads()} threads"
        return {"library": f"PyTorch {torch.__version__} (CPU)", "adapter": adapter, "software": True}

    def prepare(self, message):
        self.case = message["case"]
        return {"ways": ["cpu"]}

    def verify(self, message):
        self.step = KINDS[self.case["kind"]](self.case, inputs_of(self.case))
        self.inner = 0
        cold = sample(self.step, 1)
        outputs = self.step.outputs() if isinstance(self.step, Cnn) else self.step()
        values = {}
        for name, indices in message["positions"].items():
            flat = outputs[name].detach().reshape(-1)
            values[name] = flat[torch.tensor(indices, dtype=torch.int64)].tolist()
        return {"coldMs": cold, "values": values, "problems": []}

    def time(self, message):
        if not self.inner:
            self.inner = max(1, min(MOST_INNER, round(SAMPLE_MS / sample(self.step, 1))))
        start = time.perf_counter()
        ms = [sample(self.step, self.inner)]
        while len(ms) < message["samples"] and 1000 * (time.perf_counter() - start) < message["budgetMs"]:
            ms.append(sample(self.step, self.inner))
        return {"ms": ms, "inner": self.inner}

    def finish(self, message):
        self.case = self.step = None
        return {}


def main():
    session = Session()
    for line in sys.stdin:
        message = json.loads(line)
        try:
            answer = getattr(session, message["command"])(message)
        except Exception as error:  # whatever fails is this case's result, not the end of the run
            answer = {"error": str(error).split("\n")[0]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
