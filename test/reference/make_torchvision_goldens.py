#!/usr/bin/env python3
"""Makes test/models/fixtures/torchvision.json: what torchvision's networks are called inside, and what they answer.

Run from anywhere: python3 test/reference/make_torchvision_goldens.py    (Debian: python3-torchvision)

Weights and pictures are numbers of a hash, which the test makes again (test/models/torchvision.test.ts), so none are stored.
"""
import json
import pathlib

import numpy
import torch
import torchvision

FILE = pathlib.Path(__file__).parent.parent / "models" / "fixtures" / "torchvision.json"
NETS = {
    "alexnet": "alexnet",
    "vgg16": "vgg16",
    "resnet18": "resnet18",
    "resnet34": "resnet34",
    "resnet50": "resnet50",
    "mobilenetv2": "mobilenet_v2",
    "squeezenet1_1": "squeezenet1_1",
}
SIZES = [[64, 64], [75, 96], [97, 70]]
SHOWN = 24


def noise(count, seed):
    """Numbers from -1 to 1."""
    x = numpy.arange(count, dtype=numpy.uint32) + numpy.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    x ^= x >> 16
    x *= numpy.uint32(0x7FEB352D)
    x ^= x >> 15
    x *= numpy.uint32(0x846CA68B)
    x ^= x >> 16
    return torch.from_numpy(x.astype(numpy.float64) / 2**31 - 1).float()


def fill(name, tensor, seed):
    u = noise(tensor.numel(), seed).reshape(tensor.shape)
    if tensor.dim() > 1:
        return u * (6 / tensor[0].numel()) ** 0.5
    if name.endswith("running_var"):
        return 1 + 0.5 * u
    norm = tensor.dim() == 1 and not name.endswith(("bias", "running_mean"))
    return 1 + 0.1 * u if norm else 0.1 * u


def summary(t):
    flat = t.reshape(-1)
    return {
        "shape": list(t.shape),
        "first": [float(f"{v:.7g}") for v in flat[:SHOWN].tolist()],
        "mean": float(f"{flat.double().mean():.8g}"),
        "magnitude": float(f"{flat.double().abs().mean():.8g}"),
    }


def answers(net, features_of):
    runs = []
    for height, width in SIZES:
        x = 2 * noise(3 * height * width, height).reshape(1, 3, height, width)
        with torch.no_grad():
            features = features_of(x)
            runs.append({"size": [height, width], "features": summary(features), "logits": summary(net(x))})
    return runs


def last_map(name, net):
    """What our nets call the last map: before the last pool, where a pyramid takes its place."""
    if name.startswith("resnet"):
        return torch.nn.Sequential(*list(net.children())[:-2])
    return net.features[:-1] if name in ("alexnet", "vgg16") else net.features


def main():
    content = {"madeBy": f"torchvision {torchvision.__version__}", "nets": {}}
    for ours, theirs in NETS.items():
        net = getattr(torchvision.models, theirs)().eval()
        state = {k: v for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}
        names = sorted(state)
        entry = {"tensors": {name: list(state[name].shape) for name in names}}
        if ours != "resnet34":
            net.load_state_dict({name: fill(name, state[name], i) for i, name in enumerate(names)}, strict=False)
            entry["runs"] = answers(net, last_map(ours, net))
        content["nets"][ours] = entry
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(content, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
