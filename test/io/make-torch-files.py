#!/usr/bin/env python3
"""Makes test/io/fixtures/torch-files.json: small files of torch.save, good and bad ones, as base64.

Run from anywhere: python3 test/io/make-torch-files.py    (Debian: python3-torch)
"""
import argparse
import base64
import collections
import io
import json
import os
import pathlib
import zipfile

import numpy
import torch

OLD = {"_use_new_zipfile_serialization": False}
FILE = pathlib.Path(__file__).parent / "fixtures" / "torch-files.json"


class Runs:
    def __reduce__(self):
        return os.system, ("echo run",)


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return base64.b64encode(buffer.getvalue()).decode()


def script(module):
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(module), buffer)
    return base64.b64encode(buffer.getvalue()).decode()


def lying():
    """A shape that asks for more than the storage holds, in a sound archive."""
    source = zipfile.ZipFile(io.BytesIO(base64.b64decode(saved(state()))))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as out:
        for name in source.namelist():
            # 2 x 3 as two small integers and a tuple: 2 x 200.
            out.writestr(name, source.read(name).replace(b"K\x02K\x03\x86", b"K\x02K\xc8\x86", 1))
    return base64.b64encode(buffer.getvalue()).decode()


def state():
    x = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    entries = [
        ("conv.weight", torch.nn.Parameter(x / 4)),
        ("conv.turned", x.t()),
        ("conv.row", x[1, 1:]),
        ("half", torch.tensor([0.5, -2.0]).half()),
        ("brain", torch.tensor([0.5, -2.0]).bfloat16()),
        ("count", torch.tensor(7)),
        ("scalar", torch.tensor(1.5)),
        ("none", torch.zeros(0, 3)),
    ]
    return collections.OrderedDict(entries)


def main():
    torch.manual_seed(1)
    wrapped = {"epoch": 3, "lr": 1e-3, "big": 2**70, "model": {"w": torch.ones(2)}, "optimizer": {"state": {0: {"m": torch.ones(2)}}}}
    settings = argparse.Namespace(lr=0.1)
    reference = {"model": {"w": torch.ones(2)}, "args": settings, "best": numpy.float64(71.2), "model_ema": {"w": torch.zeros(2)}}
    # What comes of two modules of one net: neither name is a wrapper of the other.
    parts = {"net.w": torch.ones(2), "head.w": torch.ones(3)}
    module = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 2), torch.nn.BatchNorm2d(2))
    files = {
        "state": saved(state()),
        "wrapped": saved(wrapped, pickle_protocol=4),
        "module": saved(module.state_dict()),
        "code": saved({"w": torch.ones(2), "x": Runs()}),
        "object": saved(module),
        "objectInDict": saved({"state_dict": {"w": torch.ones(2)}, "model_class": module}),
        "oldObject": saved(module, **OLD),
        "old": saved(state(), **OLD),
        "oldWrapped": saved({"state_dict": torch.nn.DataParallel(module).state_dict(), "best": torch.tensor(1.0)}, **OLD),
        "oldCode": saved({"w": torch.ones(2), "x": Runs()}, **OLD),
        "reference": saved(reference),
        "parts": saved(parts),
        "averaged": saved({"n_averaged": torch.tensor(3), "module.w": torch.ones(2)}),
        "expanded": saved({"w": torch.arange(2.0)[:, None].expand(2, 3)}),
        "double": saved({"w": torch.tensor([0.5, 1 / 3], dtype=torch.float64)}),
        "complex": saved({"w": torch.ones(2, dtype=torch.complex64)}),
        "script": script(module),
        "lying": lying(),
        "numbers": saved([1, 2, 3]),
    }
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(files, indent=1) + "\n")


if __name__ == "__main__":
    main()
