#!/usr/bin/env python3
"""Makes test/reference/fixtures/*.json with PyTorch in float64: what the library's own references are checked against.

Run from anywhere: python3 test/reference/make_goldens.py    (PyTorch 1.13 or newer and torchvision; Debian:
python3-torchvision)

A fixture is a list of cases {name, inputs, attrs, outputs, cotangent, gradients}; an array is {shape, data}. Gradients are
those of sum(outputs[0] * cotangent), one for each floating-point input. Optimizer fixtures are lists of parameter values after
each step under given gradients.
"""
import json
import pathlib

import torch
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).parent / "fixtures"
torch.set_default_dtype(torch.float64)


def random(*shape, scale=2.0):
    """Numbers with three decimals, so that the files stay small and exact."""
    return torch.round((torch.rand(shape) * 2 - 1) * scale * 1000) / 1000


def permutation(*shape):
    """No two equal, negative and positive: a maximum has one place."""
    count = torch.Size(shape).numel()
    return ((torch.randperm(count) - count // 2) / 16).double().reshape(shape)


def array(t):
    data = t.detach().reshape(-1).tolist()
    return {"shape": list(t.shape), "data": data if not t.is_floating_point() else [float(f"{v:.11g}") for v in data]}


def case(name, f, inputs, attrs):
    """Runs f on the inputs and collects outputs and gradients."""
    leaves = [t.clone().requires_grad_(t.is_floating_point()) for t in inputs]
    outputs = f(*leaves)
    outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    cotangent = random(*outputs[0].shape, scale=1.0)
    (outputs[0] * cotangent).sum().backward()
    return {
        "name": name,
        "inputs": [array(t) for t in inputs],
        "attrs": attrs,
        "outputs": [array(t) for t in outputs],
        "cotangent": array(cotangent),
        "gradients": [array(t.grad) for t in leaves if t.is_floating_point()],
    }


def conv2d():
    def one(name, x, w, bias=True, **attrs):
        inputs = [random(*x), random(*w)] + ([random(w[0])] if bias else [])
        return case(name, lambda *t: F.conv2d(*t, **attrs), inputs, attrs)

    return [
        one("plain", (2, 3, 5, 6), (4, 3, 3, 3)),
        one("no bias", (1, 2, 4, 4), (3, 2, 3, 3), bias=False),
        one("stride and padding", (1, 2, 7, 6), (3, 2, 3, 3), stride=2, padding=1),
        one("oblong", (1, 2, 6, 8), (2, 2, 2, 3), stride=[2, 1], padding=[1, 2], dilation=[1, 2]),
        one("dilation", (1, 2, 7, 7), (2, 2, 3, 3), dilation=2, padding=2),
        one("groups", (2, 4, 4, 5), (6, 2, 3, 3), groups=2, padding=1),
        one("depthwise", (1, 3, 5, 5), (6, 1, 3, 3), groups=3, stride=2),
        one("kernel covers the map", (2, 2, 3, 4), (3, 2, 3, 4)),
    ]


MAX_NAMES = {"kernelSize": "kernel_size", "ceilMode": "ceil_mode", "countIncludePad": "count_include_pad"}


def torch_names(attrs):
    return {MAX_NAMES.get(key, key): value for key, value in attrs.items()}


def max_pool2d():
    def one(name, x, **attrs):
        f = lambda t: F.max_pool2d(t, return_indices=True, **torch_names(attrs))
        return case(name, f, [x], attrs)

    ties = torch.randint(0, 3, (2, 2, 6, 6)).double()
    return [
        one("2x2", permutation(2, 2, 4, 6), kernelSize=2),
        one("overlapping, floor", permutation(1, 2, 6, 8), kernelSize=3, stride=2),
        one("overlapping, ceil", permutation(1, 2, 6, 8), kernelSize=3, stride=2, ceilMode=True),
        one("ceil drops a window", permutation(1, 1, 4, 4), kernelSize=2, stride=3, padding=1, ceilMode=True),
        one("padding on a negative map", permutation(1, 2, 5, 5) - 9, kernelSize=3, stride=2, padding=1),
        one("dilation", permutation(1, 2, 7, 8), kernelSize=3, stride=1, dilation=2),
        one("oblong", permutation(1, 2, 6, 7), kernelSize=[2, 3], stride=[1, 2], padding=[1, 0]),
        one("stride above kernel, ceil", permutation(1, 1, 7, 8), kernelSize=2, stride=3, ceilMode=True),
        one("ties", ties, kernelSize=3, stride=2),
    ]


def avg_pool2d():
    def one(name, *x, **attrs):
        return case(name, lambda t: F.avg_pool2d(t, **torch_names(attrs)), [random(*x)], attrs)

    return [
        one("2x2", 2, 2, 4, 6, kernelSize=2),
        one("padding counted", 1, 2, 5, 5, kernelSize=3, stride=2, padding=1),
        one("padding not counted", 1, 2, 5, 5, kernelSize=3, stride=2, padding=1, countIncludePad=False),
        one("ceil", 1, 2, 6, 7, kernelSize=3, stride=2, padding=1, ceilMode=True),
        one("ceil beyond the padding", 1, 2, 6, 5, kernelSize=4, stride=3, padding=2, ceilMode=True),
        one("ceil, not counted", 1, 1, 6, 6, kernelSize=3, stride=2, padding=1, ceilMode=True, countIncludePad=False),
        one("ceil drops a window", 1, 1, 4, 4, kernelSize=2, stride=3, padding=1, ceilMode=True),
        one("oblong", 1, 2, 5, 7, kernelSize=[2, 3], stride=[2, 1]),
    ]


ADAPTIVE_SIZES = [((1, 1, 13, 13), 6), ((1, 1, 10, 10), 6), ((2, 2, 5, 7), [2, 3]), ((1, 2, 2, 3), [5, 4]), ((2, 2, 4, 5), 1)]


def adaptive_max_pool2d():
    return [
        case(f"{list(x)} to {size}", lambda t: F.adaptive_max_pool2d(t, size), [permutation(*x)], {"outputSize": size})
        for x, size in ADAPTIVE_SIZES
    ]


def adaptive_avg_pool2d():
    return [
        case(f"{list(x)} to {size}", lambda t: F.adaptive_avg_pool2d(t, size), [random(*x)], {"outputSize": size})
        for x, size in ADAPTIVE_SIZES
    ]


def pyramid(t, levels, pool):
    return torch.cat([pool(t, n).flatten(1) for n in levels], 1)


def spatial_pyramid_pool():
    """SPP as adaptive pools one behind another; a window is a crop."""
    pools = {"max": F.adaptive_max_pool2d, "avg": F.adaptive_avg_pool2d}

    def whole(name, x, levels, mode="max"):
        return case(name, lambda t: pyramid(t, levels, pools[mode]), [x], {"levels": levels, "mode": mode})

    def windowed(name, x, rows, levels, mode="max"):
        def f(t, windows):
            crops = [t[i : i + 1, :, y0:y1, x0:x1] for i, y0, x0, y1, x1 in windows.tolist()]
            return torch.cat([pyramid(crop, levels, pools[mode]) for crop in crops], 0)

        return case(name, f, [x, torch.tensor(rows)], {"levels": levels, "mode": mode})

    rows = [[1, 0, 0, 7, 9], [0, 2, 3, 3, 4], [1, 1, 4, 6, 6], [0, 2, 1, 7, 9]]
    return [
        whole("13x13, the paper pyramid", permutation(1, 1, 13, 13), [1, 2, 3, 6]),
        whole("10x10, the paper pyramid", permutation(1, 1, 10, 10), [1, 2, 3, 6]),
        whole("oblong, two images", permutation(2, 2, 5, 8), [3, 1, 2]),
        whole("levels larger than the map", permutation(1, 2, 2, 3), [1, 4]),
        whole("average", random(1, 2, 7, 5), [1, 2, 4], "avg"),
        windowed("windows", permutation(2, 2, 7, 9), rows, [1, 2, 3]),
        windowed("windows, average", random(2, 1, 7, 9), rows, [1, 2, 3], "avg"),
    ]


def local_response_norm():
    def one(name, *x, scale=2.0, **attrs):
        return case(name, lambda t: F.local_response_norm(t, **attrs), [random(*x, scale=scale)], attrs)

    return [
        one("AlexNet constants", 1, 7, 2, 3, scale=20.0, size=5, alpha=1e-4, beta=0.75, k=2.0),
        one("strong", 2, 7, 2, 2, size=5, alpha=0.9, beta=0.75, k=2.0),
        one("even window", 1, 6, 2, 2, size=4, alpha=0.9, beta=0.75, k=1.0),
        one("window above the channels", 1, 3, 2, 2, size=9, alpha=0.5, beta=0.5, k=1.0),
        one("window of one", 1, 3, 2, 2, size=1, alpha=0.5, beta=1.0, k=1.0),
    ]


def cross_entropy():
    names = {"ignoreIndex": "ignore_index", "labelSmoothing": "label_smoothing"}

    def one(name, logits, labels, **attrs):
        options = {names.get(key, key): value for key, value in attrs.items()}
        return case(name, lambda t, n: F.cross_entropy(t, n, **options), [logits, torch.tensor(labels)], attrs)

    return [
        one("mean", random(4, 5), [0, 4, 2, 2]),
        one("sum", random(4, 5), [0, 4, 2, 2], reduction="sum"),
        one("none", random(4, 5), [0, 4, 2, 2], reduction="none"),
        one("ignored", random(4, 5), [0, -100, 2, -100]),
        one("ignored, none", random(4, 5), [0, 3, 2, 3], reduction="none", ignoreIndex=3),
        one("smoothing", random(4, 5), [0, 4, 2, 2], labelSmoothing=0.1),
        one("smoothing and ignored", random(4, 5), [0, -100, 2, 1], labelSmoothing=0.2),
        one("large logits", random(3, 4, scale=500.0), [1, 0, 3]),
    ]


def binary_cross_entropy_with_logits():
    def one(name, logits, weighted=False, **attrs):
        targets = torch.round(torch.rand(logits.shape) * 1000) / 1000
        weight = [random(*logits.shape).abs()] if weighted else []

        def f(x, t, w=None):
            if w is None:
                return F.binary_cross_entropy_with_logits(x, t, **attrs)
            # PyTorch has no gradient to the weight; the product has one, and is the same loss.
            product = w * F.binary_cross_entropy_with_logits(x, t, reduction="none")
            reduction = attrs.get("reduction", "mean")
            total = product if reduction == "none" else getattr(product, reduction)()
            torch.testing.assert_close(total, F.binary_cross_entropy_with_logits(x, t, w.detach(), **attrs))
            return total

        return case(name, f, [logits, targets, *weight], attrs)

    return [
        one("mean", random(4, 5)),
        one("sum", random(4, 5), reduction="sum"),
        one("none", random(2, 3, 2), reduction="none"),
        one("weighted mean", random(4, 5), weighted=True),
        one("weighted sum", random(3, 4), weighted=True, reduction="sum"),
        one("weighted none", random(3, 4), weighted=True, reduction="none"),
        one("large logits", random(3, 4, scale=500.0)),
    ]


def softmax():
    sizes = [((3, 5), -1), ((4, 3), 0), ((2, 4, 3), 1)]
    return [case(f"{list(x)} axis {axis}", lambda t: F.softmax(t, axis), [random(*x)], {"axis": axis}) for x, axis in sizes]


def log_softmax():
    sizes = [((3, 5), -1), ((4, 3), 0), ((2, 4, 3), 1)]
    return [case(f"{list(x)} axis {axis}", lambda t: F.log_softmax(t, axis), [random(*x)], {"axis": axis}) for x, axis in sizes]


def resize_bilinear():
    sizes = [((1, 2, 3, 4), (6, 8)), ((1, 1, 6, 8), (3, 4)), ((2, 1, 3, 5), (7, 8)), ((1, 1, 7, 9), (5, 4)), ((1, 2, 1, 1), (3, 2))]
    resize = lambda t, size: F.interpolate(t, size=size, mode="bilinear", align_corners=False)
    return [case(f"{list(x)} to {list(size)}", lambda t: resize(t, size), [random(*x)], {"size": list(size)}) for x, size in sizes]


def optimizer(make, configurations, steps=5, size=6):
    """The parameter before and after each step under random gradients."""
    runs = []
    for name, attrs in configurations:
        parameter = random(size).requires_grad_()
        start = array(parameter)
        stepper = make([parameter], attrs)
        gradients, values = [], []
        for _ in range(steps):
            parameter.grad = random(size)
            gradients.append(array(parameter.grad))
            stepper.step()
            values.append(array(parameter))
        runs.append({"name": name, "attrs": attrs, "start": start, "gradients": gradients, "values": values})
    return runs


def sgd():
    def make(parameters, attrs):
        decay, rate = attrs.get("weightDecay", 0), attrs["learningRate"]
        momentum, nesterov = attrs.get("momentum", 0), attrs.get("nesterov", False)
        return torch.optim.SGD(parameters, lr=rate, momentum=momentum, nesterov=nesterov, weight_decay=decay)

    return optimizer(make, [
        ("plain", {"learningRate": 0.1}),
        ("momentum", {"learningRate": 0.1, "momentum": 0.9}),
        ("nesterov", {"learningRate": 0.1, "momentum": 0.9, "nesterov": True}),
        ("weight decay", {"learningRate": 0.1, "weightDecay": 0.05}),
        ("momentum and weight decay", {"learningRate": 0.05, "momentum": 0.9, "weightDecay": 5e-4}),
        ("everything", {"learningRate": 0.05, "momentum": 0.8, "nesterov": True, "weightDecay": 0.1}),
    ])


def adam():
    def make(parameters, attrs):
        kind = torch.optim.AdamW if attrs.get("decoupled", False) else torch.optim.Adam
        options = {"lr": attrs["learningRate"], "weight_decay": attrs.get("weightDecay", 0)}
        return kind(parameters, betas=tuple(attrs.get("betas", (0.9, 0.999))), eps=attrs.get("epsilon", 1e-8), **options)

    return optimizer(make, [
        ("Adam", {"learningRate": 0.01}),
        ("Adam, weight decay", {"learningRate": 0.01, "weightDecay": 0.1}),
        ("Adam, other constants", {"learningRate": 0.1, "betas": [0.8, 0.95], "epsilon": 1e-3}),
        ("AdamW", {"learningRate": 0.01, "weightDecay": 0.1, "decoupled": True}),
    ])


def rmsprop():
    def make(parameters, attrs):
        options = {"lr": attrs["learningRate"], "weight_decay": attrs.get("weightDecay", 0)}
        more = {key: attrs[key] for key in ("alpha", "momentum", "centered") if key in attrs}
        return torch.optim.RMSprop(parameters, **options, **more)

    return optimizer(make, [
        ("plain", {"learningRate": 0.01}),
        ("weight decay, quick", {"learningRate": 0.01, "weightDecay": 0.1, "alpha": 0.9}),
        ("momentum", {"learningRate": 0.01, "momentum": 0.9}),
        ("centered", {"learningRate": 0.01, "momentum": 0.5, "centered": True}),
    ])


def schedules():
    """The rate before each step, and after the last."""
    scheduler = torch.optim.lr_scheduler

    def one(name, make, attrs, steps=12):
        stepper = torch.optim.SGD([torch.zeros(1)], lr=0.5)
        schedule = make(stepper, scheduler)
        rates = []
        for _ in range(steps):
            rates.append(stepper.param_groups[0]["lr"])
            stepper.step()
            schedule.step()
        return {"name": name, "attrs": attrs, "rates": rates}

    def sequence(o, s):
        parts = [s.LinearLR(o, 0.1, 1, 4), s.CosineAnnealingLR(o, 8, 0)]
        return s.SequentialLR(o, parts, [4])

    one_cycle = lambda o, s: s.OneCycleLR(o, 0.8, 12, cycle_momentum=False)
    return [
        one("LinearLR", lambda o, s: s.LinearLR(o, 0.25, 1, 5), {}),
        one("ExponentialLR", lambda o, s: s.ExponentialLR(o, 0.8), {}),
        one("OneCycleLR", one_cycle, {}),
        one("CosineAnnealingWarmRestarts", lambda o, s: s.CosineAnnealingWarmRestarts(o, 3, 2, 0.01), {}),
        one("LambdaLR", lambda o, s: s.LambdaLR(o, lambda n: 1 / (1 + n)), {}),
        one("SequentialLR", sequence, {}),
    ]


def index_select():
    def one(name, shape, indices, axis=0):
        f = lambda t, i: torch.index_select(t, axis, i)
        return case(name, f, [random(*shape), torch.tensor(indices)], {"axis": axis})

    return [
        one("rows", (5, 3), [4, 0, 2]),
        one("repeats", (3, 2), [1, 1, 0, 1]),
        one("middle axis", (2, 4, 3), [3, 3, 0], 1),
        one("last axis", (2, 5), [4, 0, 0, 1], -1),
    ]


def gather():
    def one(name, shape, indices, axis=0):
        return case(name, lambda t, i: torch.gather(t, axis, i), [random(*shape), indices], {"axis": axis})

    return [
        one("rows", (4, 3), torch.randint(0, 4, (2, 3))),
        one("columns", (3, 5), torch.randint(0, 5, (3, 4)), 1),
        one("last of three", (2, 3, 4), torch.randint(0, 4, (2, 3, 6)), -1),
        one("fewer of the other axes", (5, 4, 6), torch.randint(0, 4, (2, 7, 3)), 1),
        one("one per row", (6, 5), torch.randint(0, 5, (6, 1)), 1),
        one("repeats", (2, 2), torch.randint(0, 2, (9, 2))),
        one("one axis", (7,), torch.tensor([6, 0, 6, 3])),
    ]


def linear():
    def one(name, x, w, bias=True):
        tensors = [random(*x), random(*w)] + ([random(w[0])] if bias else [])
        return case(name, F.linear, tensors, {})

    return [
        one("rows", (3, 4), (5, 4)),
        one("no bias", (3, 4), (2, 4), bias=False),
        one("one vector", (6,), (3, 6)),
        one("three axes", (2, 3, 4), (5, 4)),
    ]


def elementwise(f, names=None, **domain):
    """An op of one tensor at points that are no kinks; attrs are its options, PyTorch's under other names."""

    def make():
        low, high = domain.get("low", -4), domain.get("high", 4)
        x = torch.round((torch.rand(24) * (high - low) + low) * 1000 + 0.25) / 1000 + 0.0003
        plain = [case("points", f, [x], {})]
        return plain + [case(json.dumps(attrs), lambda t: f(t, **options), [x], attrs) for attrs, options in (names or [])]

    return make


def answered(f, *inputs):
    """An op without gradient."""
    return lambda: [ungraded(str(i), f, list(x), {}) for i, x in enumerate(inputs)]


def ungraded(name, f, inputs, attrs):
    outputs = f(*inputs)
    outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    return {
        "name": name,
        "inputs": [array(t) for t in inputs],
        "attrs": attrs,
        "outputs": [array(t.to(torch.int64) if t.dtype == torch.bool else t) for t in outputs],
        "cotangent": array(torch.zeros(1)),
        "gradients": [],
    }


TRUTHS = [torch.tensor([0.0, 1.0, -2.0, 0.0]), torch.tensor([0.0, 0.0, 3.0, 1.0])]


def over_axes(f, make=random):
    """A reduction: all axes, one, several with keepdim."""

    def cases():
        x = make(2, 3, 4)
        every = [([0, 1, 2], {}), ([1], {"axes": [1]}), ([0, 2], {"axes": [0, 2], "keepdim": True})]
        return [case(json.dumps(attrs), lambda t: f(t, dims, attrs.get("keepdim", False)), [x], attrs) for dims, attrs in every]

    return cases


def prod():
    def over(axis):
        return case(f"axis {axis}", lambda t: torch.prod(t, axis), [random(2, 3, 4)], {"axes": axis})

    zeros = torch.tensor([[0.0, 2.0, 3.0], [0.0, 0.0, 5.0]])
    return [over(0), over(1), case("zeros", lambda t: torch.prod(t, 1), [zeros], {"axes": 1})]


def norm():
    powers = [2, 1, 3]
    f = lambda p: lambda t: torch.linalg.vector_norm(t, p, (0, 2))
    return [case(f"p {p}", f(p), [random(2, 3, 4)], {"p": p, "axes": [0, 2]}) for p in powers]


def argmin():
    return [ungraded(f"axis {axis}", lambda t: torch.argmin(t, axis), [permutation(4, 5)], {"axis": axis}) for axis in (0, -1)]


def cumsum():
    return [case(f"axis {axis}", lambda t: torch.cumsum(t, axis), [random(3, 4, 2)], {"axis": axis}) for axis in (0, 1, -1)]


def sort():
    sizes = [(0, False), (1, True), (-1, False)]
    f = lambda axis, descending: lambda t: torch.sort(t, dim=axis, descending=descending, stable=True)
    return [
        case(f"axis {axis}", f(axis, down), [permutation(3, 4, 5)], {"axis": axis, "descending": down})
        for axis, down in sizes
    ]


def top_k():
    f = lambda axis, largest: lambda t: torch.topk(t, 2, axis, largest)
    return [
        case(f"axis {axis}", f(axis, largest), [permutation(3, 4)], {"k": 2, "axis": axis, "largest": largest})
        for axis, largest in [(0, True), (-1, False)]
    ]


def stack():
    inputs = lambda: [random(2, 3), random(2, 3)]
    return [case(f"axis {axis}", lambda *t: torch.stack(t, axis), inputs(), {"axis": axis}) for axis in (0, 1, -1)]


def split():
    return [
        case("of two", lambda t: torch.split(t, 2, 1), [random(2, 5)], {"size": 2, "axis": 1}),
        case("by sizes", lambda t: torch.split(t, [1, 3], 0), [random(4, 2)], {"size": [1, 3], "axis": 0}),
    ]


def repeat():
    f = lambda counts: lambda t: t.repeat(counts)
    return [case(str(c), f(c), [random(2, 3)], {"counts": c}) for c in ([2, 1], [1, 3], [2, 2, 2])]


def roll():
    f = lambda s, a: lambda t: torch.roll(t, s, a)
    cases = [(1, 0), ([2, -1], [0, 1])]
    flat = case("flat", lambda t: torch.roll(t, 2), [random(2, 3)], {"shifts": 2})
    return [flat] + [case(str(s), f(s, a), [random(3, 4)], {"shifts": s, "axes": a}) for s, a in cases]


def scatter_add():
    def one(axis, x, indices):
        inputs = [random(*x), random(*indices.shape), indices]
        return case(f"axis {axis}", lambda t, s, i: torch.scatter_add(t, axis, i, s), inputs, {"axis": axis})

    return [one(0, (4, 3), torch.randint(0, 4, (5, 3))), one(1, (3, 4), torch.randint(0, 4, (2, 6)))]


def einsum():
    f = lambda equation: lambda *t: torch.einsum(equation, *t)
    cases = [
        ("ij,jk->ik", (2, 3), (3, 4)),
        ("bij,jbk->kbi", (2, 3, 4), (4, 2, 3)),
        ("zy,ya", (3, 4), (4, 2)),
        ("ijk->ki", (2, 3, 4)),
        ("ab,bc,cd->ad", (2, 3), (3, 4), (4, 2)),
    ]
    return [case(e, f(e), [random(*s) for s in shapes], {"equation": e}) for e, *shapes in cases]


def batch_norm():
    def own(name, x, **attrs):
        f = lambda t, w, b: F.batch_norm(t, None, None, w, b, True, **attrs)
        return case(name, f, [random(*x), random(x[1]), random(x[1])], attrs)

    def given(t, w, b, mean, variance):
        return F.batch_norm(t, mean.detach(), variance.detach(), w, b, False)

    x = [random(2, 3, 2, 2), random(3), random(3)]
    fixed = ungraded("given statistics", given, x + [random(3), random(3).abs() + 0.5], {})
    return [own("maps", (2, 3, 2, 3)), own("vectors", (5, 3)), own("eps", (3, 2, 4), eps=0.1), fixed]


def layer_norm():
    def one(x, axes):
        f = lambda t, w, b: F.layer_norm(t, x[-axes:], w, b)
        return case(f"{list(x)} over {axes}", f, [random(*x), random(*x[-axes:]), random(*x[-axes:])], {"axes": axes})

    return [one((3, 5), 1), one((2, 3, 4), 2)]


def group_norm():
    def one(x, groups):
        f = lambda t, w, b: F.group_norm(t, groups, w, b)
        return case(f"{groups} groups", f, [random(*x), random(x[1]), random(x[1])], {"groups": groups})

    return [one((2, 4, 2, 3), 2), one((2, 3, 4), 3), one((2, 3, 2, 2), 1)]


def conv_transpose2d():
    names = {"outputPadding": "output_padding"}

    def one(name, x, w, bias=False, **attrs):
        options = {names.get(key, key): value for key, value in attrs.items()}
        inputs = [random(*x), random(*w)] + ([random(w[1] * attrs.get("groups", 1))] if bias else [])
        return case(name, lambda *t: F.conv_transpose2d(*t, **options), inputs, attrs)

    return [
        one("plain", (1, 2, 3, 4), (2, 3, 3, 3), bias=True),
        one("stride, padding", (2, 2, 3, 4), (2, 2, 3, 3), stride=2, padding=1, outputPadding=1),
        one("oblong", (1, 2, 3, 3), (2, 2, 2, 3), stride=[2, 3], padding=[0, 1], dilation=[2, 1], outputPadding=[0, 2]),
        one("groups", (2, 4, 3, 3), (4, 3, 3, 3), bias=True, groups=2, stride=2),
    ]


def resize(mode):
    options = {"mode": mode, **({"align_corners": False} if mode == "bicubic" else {})}
    sizes = [((1, 2, 3, 4), [6, 8]), ((2, 1, 3, 5), [7, 8]), ((1, 2, 7, 9), [5, 4]), ((1, 1, 1, 1), [3, 2])]
    f = lambda size: lambda t: F.interpolate(t, size=size, **options)
    return lambda: [case(f"{list(x)} to {size}", f(size), [random(*x)], {"size": size}) for x, size in sizes]


LOSS_NAMES = {"logTarget": "log_target", "batchMean": "batchmean"}


def pair_loss(f, targets=random, *more):
    """A loss of two tensors: every reduction, and what else there is."""

    def make():
        options = [{}, {"reduction": "sum"}, {"reduction": "none"}, *more]
        names = lambda attrs: {LOSS_NAMES.get(k, k): LOSS_NAMES.get(v, v) for k, v in attrs.items()}
        return [
            case(json.dumps(attrs), lambda x, t: f(x, t, **names(attrs)), [random(3, 4), targets(3, 4)], attrs)
            for attrs in options
        ]

    return make


def shares(*shape):
    return torch.round(torch.rand(shape) * 900 + 50) / 1000


def focal_loss():
    import torchvision

    f = lambda o: lambda x, t: torchvision.ops.sigmoid_focal_loss(x, t.detach(), **{"reduction": "mean", **o})
    options = [{}, {"alpha": -1, "gamma": 1.5, "reduction": "sum"}, {"reduction": "none"}]
    cases = [case(json.dumps(o), lambda x, t: f(o)(x, t) + 0 * t.sum(), [random(3, 4), shares(3, 4)], o) for o in options]
    # The target has no gradient.
    return [{**c, "gradients": c["gradients"][:1], "floats": 2} for c in cases]


def nll_loss():
    def one(name, labels, weight=None, **attrs):
        options = {"ignore_index": attrs["ignoreIndex"]} if "ignoreIndex" in attrs else {}
        options.update({"reduction": attrs["reduction"]} if "reduction" in attrs else {})
        f = lambda x, n: F.nll_loss(x, n, weight, **options)
        return case(name, f, [random(4, 3), torch.tensor(labels)], attrs)

    return [
        one("mean", [0, 2, 1, 1]),
        one("sum", [0, 2, 1, 1], reduction="sum"),
        one("ignored", [0, -100, 1, -100]),
        one("ignored, none", [0, 2, 1, 1], ignoreIndex=1, reduction="none"),
    ]


def nms_mask():
    import torchvision

    def one(count, threshold):
        corner = random(count, 2, scale=30.0)
        boxes = torch.cat([corner, corner + random(count, 2, scale=10.0).abs() + 15], 1)
        scores = torch.randperm(count).double() / count

        def f(boxes, scores):
            mask = torch.zeros(count, dtype=torch.int64)
            mask[torchvision.ops.nms(boxes, scores, threshold)] = 1
            return mask

        return ungraded(f"{count} boxes", f, [boxes, scores], {"threshold": threshold})

    return [one(10, 0.5), one(60, 0.3)]


def roi_align():
    import torchvision

    names = {"outputSize": "output_size", "spatialScale": "spatial_scale", "samplingRatio": "sampling_ratio"}

    def one(name, x, boxes, **attrs):
        options = {names.get(key, key): value for key, value in attrs.items()}
        made = case(name, lambda t: torchvision.ops.roi_align(t, boxes, **options), [random(*x)], attrs)
        return {**made, "inputs": made["inputs"] + [array(boxes)], "floats": 2}

    boxes = torch.tensor([[0, 0.5, 1.2, 4.3, 5.1], [1, 2.25, 0, 5.75, 3.5], [0, -3, -2.5, 2.5, 9]]).double()
    return [
        one("plain", (2, 2, 6, 7), boxes, outputSize=[2, 2]),
        one("aligned, scaled", (2, 1, 5, 6), boxes * 4 // torch.tensor([4, 1, 1, 1, 1]), outputSize=[3, 2], spatialScale=0.25, aligned=True),
        one("two samples", (2, 2, 6, 7), boxes, outputSize=[2, 3], samplingRatio=2),
    ]


FIXTURES = {
    "batchNorm": batch_norm,
    "layerNorm": layer_norm,
    "groupNorm": group_norm,
    "convTranspose2d": conv_transpose2d,
    "resizeNearest": resize("nearest"),
    "resizeBicubic": resize("bicubic"),
    "mseLoss": pair_loss(F.mse_loss),
    "l1Loss": pair_loss(F.l1_loss),
    "huberLoss": pair_loss(F.huber_loss, random, {"delta": 0.5}),
    "smoothL1Loss": pair_loss(F.smooth_l1_loss, random, {"beta": 0.5}),
    "klDivLoss": pair_loss(F.kl_div, shares, {"reduction": "batchMean"}, {"logTarget": True}),
    "focalLoss": focal_loss,
    "nllLoss": nll_loss,
    "nmsMask": nms_mask,
    "roiAlign": roi_align,
    "floor": elementwise(torch.floor),
    "ceil": elementwise(torch.ceil),
    "round": elementwise(torch.round),
    "sign": elementwise(torch.sign),
    "rsqrt": elementwise(torch.rsqrt, low=0.1),
    "sin": elementwise(torch.sin, low=-20, high=20),
    "cos": elementwise(torch.cos, low=-20, high=20),
    "erf": elementwise(torch.erf),
    "silu": elementwise(F.silu),
    "hardSwish": elementwise(F.hardswish),
    "softplus": elementwise(lambda t, beta=1: F.softplus(t, beta, 100), [({"beta": 3}, {"beta": 3})]),
    "elu": elementwise(F.elu, [({"alpha": 0.3}, {"alpha": 0.3})]),
    "gelu": elementwise(F.gelu, [({"approximate": "tanh"}, {"approximate": "tanh"})]),
    "logicalAnd": answered(torch.logical_and, TRUTHS),
    "logicalOr": answered(torch.logical_or, TRUTHS),
    "logicalNot": answered(torch.logical_not, TRUTHS[:1]),
    "isNaN": answered(torch.isnan, TRUTHS[:1]),
    "std": over_axes(lambda t, dims, keepdim: torch.std(t, dims, True, keepdim)),
    "logSumExp": over_axes(torch.logsumexp),
    "prod": prod,
    "norm": norm,
    "argmin": argmin,
    "cumsum": cumsum,
    "sort": sort,
    "topK": top_k,
    "stack": stack,
    "split": split,
    "repeat": repeat,
    "roll": roll,
    "scatterAdd": scatter_add,
    "einsum": einsum,
    "conv2d": conv2d,
    "maxPool2dWithIndices": max_pool2d,
    "avgPool2d": avg_pool2d,
    "adaptiveMaxPool2d": adaptive_max_pool2d,
    "adaptiveAvgPool2d": adaptive_avg_pool2d,
    "spatialPyramidPool": spatial_pyramid_pool,
    "localResponseNorm": local_response_norm,
    "crossEntropy": cross_entropy,
    "binaryCrossEntropyWithLogits": binary_cross_entropy_with_logits,
    "softmax": softmax,
    "logSoftmax": log_softmax,
    "resizeBilinear": resize_bilinear,
    "indexSelect": index_select,
    "gather": gather,
    "linear": linear,
    "rmsprop": rmsprop,
    "schedules": schedules,
    "sgd": sgd,
    "adam": adam,
}


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, make in FIXTURES.items():
        torch.manual_seed(20150424)
        content = {"op": name, "madeBy": f"PyTorch {torch.__version__}, float64", "cases": make()}
        (FOLDER / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
