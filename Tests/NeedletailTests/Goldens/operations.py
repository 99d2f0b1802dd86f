#!/usr/bin/env python3
"""Golden cases of the basic operations and losses: python3 operations.py (see goldens.py)."""

import torch
import torch.nn.functional as F

from goldens import case, normal, positive, tied, write

torch.manual_seed(20)


def pointwise():
    shapes = {"same": ((3, 5), (3, 5)), "broadcast": ((4, 1, 5), (3, 1)), "scalar": ((7,), ())}
    for kind, (a, b) in shapes.items():
        case(f"add-{kind}", "add", torch.add, normal(*a), normal(*b))
        case(f"subtract-{kind}", "subtract", torch.sub, normal(*a), normal(*b))
        case(f"multiply-{kind}", "multiply", torch.mul, normal(*a), normal(*b))
        case(f"divide-{kind}", "divide", torch.div, normal(*a), positive(*b))
        case(f"power-{kind}", "power", torch.pow, positive(*a), normal(*b))
        case(f"maximum-{kind}", "maximum", torch.maximum, tied(*a), tied(*b))
        case(f"minimum-{kind}", "minimum", torch.minimum, tied(*a), tied(*b))
        for name, function in {
            "equal": torch.eq, "not-equal": torch.ne, "less": torch.lt, "less-or-equal": torch.le,
            "greater": torch.gt, "greater-or-equal": torch.ge,
        }.items():
            case(f"{name}-{kind}", name, lambda x, y: function(x, y).float(), tied(*a), tied(*b),
                 differentiable=False)
    x = normal(4, 9)
    case("negate", "negate", torch.neg, x)
    case("exp", "exp", torch.exp, x)
    case("log", "log", torch.log, positive(4, 9))
    case("sqrt", "sqrt", torch.sqrt, positive(4, 9))
    case("abs", "abs", torch.abs, tied(4, 9))
    case("relu", "relu", torch.relu, tied(4, 9))
    case("leaky-relu", "leaky-relu 0.1", lambda v: F.leaky_relu(v, 0.1), x)
    case("sigmoid", "sigmoid", torch.sigmoid, x * 4)
    case("tanh", "tanh", torch.tanh, x * 2)
    case("power-cube", "power-scalar 3", lambda v: v**3, x)
    case("power-root", "power-scalar 0.5", lambda v: v**0.5, positive(4, 9))
    case("step", "step", lambda v: (v >= 0).float(), tied(4, 9), differentiable=False)
    case("where", "where", lambda m, a, b: torch.where(m != 0, a, b),
         torch.randint(0, 2, (4, 1)).int(), normal(4, 9), normal(9))


def reductions():
    x = normal(3, 4, 5)
    for name, axes in {"all": (0, 1, 2), "first": (0,), "middle": (1,), "outer": (0, 2),
                       "last": (2,)}.items():
        numbers = " ".join(map(str, axes))
        case(f"sum-{name}", f"sum {numbers}", lambda v: v.sum(axes), x)
        case(f"mean-{name}", f"mean {numbers}", lambda v: v.mean(axes), x)
        case(f"max-{name}", f"max {numbers}", lambda v: v.amax(axes), tied(3, 4, 5))
    case("argmax-last", "argmax 2", lambda v: v.argmax(2), x, differentiable=False)
    case("argmax-first", "argmax 0", lambda v: v.argmax(0), x, differentiable=False)
    case("argmax-all", "argmax 0 1 2", lambda v: v.argmax(), x, differentiable=False)


def products():
    for name, (a, b) in {
        "square": ((6, 6), (6, 6)), "odd": ((3, 7), (7, 5)), "row": ((1, 9), (9, 4)),
        "vector-matrix": ((5,), (5, 3)), "matrix-vector": ((3, 5), (5,)), "dot": ((5,), (5,)),
        "batch": ((4, 3, 5), (4, 5, 2)), "batch-broadcast": ((2, 1, 3, 5), (4, 5, 2)),
        "batch-matrix": ((4, 3, 5), (5, 2)), "large": ((65, 130), (130, 33)),
    }.items():
        case(f"matmul-{name}", "matmul", torch.matmul, normal(*a), normal(*b))
    case("linear", "linear", F.linear, normal(6, 9), normal(4, 9), normal(4))


def convolutions():
    for name, images, filters, bias, stride, padding, dilation, groups in [
        ("plain", (2, 3, 8, 9), (4, 3, 3, 3), True, (1, 1), (0, 0), (1, 1), 1),
        ("no-bias", (2, 3, 8, 9), (4, 3, 3, 3), False, (1, 1), (0, 0), (1, 1), 1),
        ("stride", (2, 2, 11, 9), (3, 2, 3, 3), True, (2, 3), (1, 2), (1, 1), 1),
        ("dilation", (1, 2, 12, 13), (2, 2, 3, 2), True, (1, 2), (2, 1), (2, 3), 1),
        ("groups", (2, 6, 7, 7), (4, 3, 3, 3), True, (1, 1), (1, 1), (1, 1), 2),
        ("depthwise", (2, 5, 6, 7), (10, 1, 3, 3), True, (1, 1), (1, 1), (1, 1), 5),
        ("point", (3, 5, 4, 4), (6, 5, 1, 1), True, (1, 1), (0, 0), (1, 1), 1),
        ("point-stride", (3, 5, 5, 5), (6, 5, 1, 1), True, (2, 2), (0, 0), (1, 1), 1),
        ("whole", (2, 3, 5, 4), (7, 3, 5, 4), True, (1, 1), (0, 0), (1, 1), 1),
        ("lenet", (2, 1, 12, 12), (8, 1, 5, 5), True, (1, 1), (0, 0), (1, 1), 1),
    ]:
        inputs = [normal(*images), normal(*filters)] + ([normal(filters[0])] if bias else [])
        numbers = " ".join(map(str, (*stride, *padding, *dilation, groups)))
        case(f"conv2d-{name}", f"conv2d {numbers}",
             lambda x, w, b=None: F.conv2d(x, w, b, stride, padding, dilation, groups), *inputs)


def pools():
    for name, shape, window, stride, padding in [
        ("tiles", (2, 3, 8, 6), (2, 2), (2, 2), (0, 0)),
        ("overlap", (2, 3, 9, 9), (3, 3), (2, 2), (0, 0)),
        ("padding", (1, 2, 7, 8), (3, 2), (2, 1), (1, 1)),
        ("left-over", (1, 2, 7, 5), (2, 3), (2, 3), (0, 0)),
        ("whole", (2, 2, 4, 4), (4, 4), (1, 1), (0, 0)),
    ]:
        numbers = " ".join(map(str, (*window, *stride, *padding)))
        case(f"max-pool-{name}", f"max-pool {numbers}",
             lambda x: F.max_pool2d(x, window, stride, padding), tied(*shape))
        case(f"average-pool-{name}", f"average-pool {numbers}",
             lambda x: F.avg_pool2d(x, window, stride, padding), normal(*shape))


def softmaxes():
    for name, shape, axis in [("rows", (4, 7), 1), ("columns", (4, 7), 0), ("middle", (2, 5, 3), 1),
                              ("one", (3, 1), 1), ("wide", (2, 300), 1)]:
        x = normal(*shape) * 3
        case(f"softmax-{name}", f"softmax {axis}", lambda v: v.softmax(axis), x)
        case(f"log-softmax-{name}", f"log-softmax {axis}", lambda v: v.log_softmax(axis), x)
    logits, labels = normal(6, 10) * 3, torch.randint(0, 10, (6,))
    case("cross-entropy-rows", "cross-entropy-rows",
         lambda x, t: F.cross_entropy(x, t, reduction="none"), logits, labels)
    case("cross-entropy", "cross-entropy", F.cross_entropy, logits, labels)
    a, b = normal(4, 5), normal(4, 5)
    for reduction in ("none", "mean", "sum"):
        case(f"mse-{reduction}", f"mse-{reduction}",
             lambda x, y: F.mse_loss(x, y, reduction=reduction), a, b)
        case(f"l1-{reduction}", f"l1-{reduction}",
             lambda x, y: F.l1_loss(x, y, reduction=reduction), a, b)


def shaping():
    x = normal(3, 4, 5)
    case("concatenate-0", "concatenate 0", lambda *v: torch.cat(v, 0), x, normal(2, 4, 5))
    case("concatenate-2", "concatenate 2", lambda *v: torch.cat(v, 2), x, normal(3, 4, 1), x + 1)
    case("slice", "slice 1 1 3", lambda v: v[:, 1:3], x)
    case("pad", "pad 2 1 3", lambda v: F.pad(v, (1, 3)), x)
    case("permute", "permute 2 0 1", lambda v: v.permute(2, 0, 1), x)
    case("reshape", "reshape 6 10", lambda v: v.reshape(6, 10), x)
    case("permute-reshape", "permute-reshape", lambda v: v.permute(1, 0, 2).reshape(4, 15), x)
    case("gather-rows", "gather-rows", lambda table, rows: F.embedding(rows, table),
        normal(6, 4), torch.tensor([5, 0, 0, 3, 5, 5, 1]))
    for axis in (0, 1, 3):
        case(f"stack-{axis}", f"stack {axis}", lambda *v: torch.stack(v, axis), x, normal(3, 4, 5))
    case("broadcast", "broadcast 2 3 4 5", lambda v: v.expand(2, 3, 4, 5), normal(3, 1, 5))
    case("transpose", "transpose 0 2", lambda v: v.transpose(0, 2), x)
    case("expand-axis", "expand-axis 1", lambda v: v.unsqueeze(1), x)
    case("squeeze", "squeeze", torch.squeeze, normal(1, 3, 1, 2))
    case("subscript", "subscript 2", lambda v: v[2], x)
    case("scalars", "scalars", lambda v: 3 / v - (2 - v * 0.5) / 4 + (v + 1 - 5), positive(3, 4))


for make in (pointwise, reductions, products, convolutions, pools, softmaxes, shaping):
    make()
write("operations")
