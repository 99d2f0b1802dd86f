#!/usr/bin/env python3
"""Golden cases of reductions and running sums: python3 reductions.py (see goldens.py)."""

import math

import torch

from goldens import case, normal, tied, write

torch.manual_seed(31)

AXES = {"all": (0, 1, 2), "first": (0,), "middle": (1,), "outer": (0, 2), "last": (2,)}


def product(x, axes):
    """PyTorch multiplies over one axis at a time."""
    for axis in sorted(axes, reverse=True):
        x = x.prod(axis)
    return x


def with_zeros(x, count):
    """Some elements of a flat view set to 0."""
    x = x.clone()
    x.view(-1)[torch.randperm(x.numel())[:count]] = 0
    return x


def basic():
    x = normal(3, 4, 5)
    for name, axes in AXES.items():
        numbers = " ".join(map(str, axes))
        case(f"min-{name}", f"min {numbers}", lambda v: v.amin(axes), tied(3, 4, 5))
        case(f"product-{name}", f"product {numbers}", lambda v: product(v, axes), x)
        for correction in (0, 1):
            case(f"variance-{correction}-{name}", f"variance {correction} {numbers}",
                 lambda v: v.var(axes, correction=correction), x)
            case(f"deviation-{correction}-{name}", f"deviation {correction} {numbers}",
                 lambda v: v.std(axes, correction=correction), x)
        case(f"logsumexp-{name}", f"logsumexp {numbers}", lambda v: v.logsumexp(axes), x * 4)
        rare = (torch.rand(3, 4, 5) < 0.1).float()
        case(f"any-{name}", f"any {numbers}", lambda v: torch.any(v != 0, axes).float(), rare,
             differentiable=False)
        case(f"every-{name}", f"all {numbers}", lambda v: torch.all(v != 0, axes).float(),
             1 - rare, differentiable=False)
    case("variance-far-from-0", "variance 1 1", lambda v: v.var(1), normal(3, 9) + 100)
    case("deviation-of-equals", "deviation 1 1", lambda v: v.std(1), torch.full((2, 4), 3.0))
    case("logsumexp-large", "logsumexp 1", lambda v: v.logsumexp(1), normal(3, 6) * 300)
    for count in (1, 2, 5):
        case(f"product-zeros-{count}", "product 1", lambda v: v.prod(1),
             with_zeros(normal(3, 6), count))
    case("argmin-last", "argmin 2", lambda v: v.argmin(2), x, differentiable=False)
    case("argmin-first", "argmin 0", lambda v: v.argmin(0), x, differentiable=False)
    case("argmin-all", "argmin 0 1 2", lambda v: v.argmin(), x, differentiable=False)


def norms():
    x = normal(3, 4, 5)
    for order in (0.5, 1, 1.5, 2, 3, math.inf, -math.inf):
        for name, axes in AXES.items():
            numbers = " ".join(map(str, axes))
            case(f"norm-{order}-{name}", f"norm {order} {numbers}",
                 lambda v: torch.linalg.vector_norm(v, order, axes), x)
        case(f"norm-{order}-zeros", f"norm {order} 1",
             lambda v: torch.linalg.vector_norm(v, order, 1), with_zeros(normal(3, 6), 5)
             if order > 1 else normal(3, 6))
    case("norm-2-of-zeros", "norm 2 1", lambda v: torch.linalg.vector_norm(v, 2, 1),
         torch.zeros(2, 3))
    case("norm-0", "norm 0 1", lambda v: torch.linalg.vector_norm(v, 0, 1), tied(3, 6),
         differentiable=False)


def ordered():
    for name, shape, axis in [("vector", (9,), 0), ("rows", (4, 7), 1), ("columns", (4, 7), 0),
                              ("middle", (2, 5, 3), 1), ("long", (2, 1500), 1)]:
        x = normal(*shape)
        case(f"cumsum-{name}", f"cumsum {axis}", lambda v: v.cumsum(axis), x)
        case(f"cumsum-reversed-{name}", f"cumsum-reversed {axis}",
             lambda v: v.flip(axis).cumsum(axis).flip(axis), x)
    for name, shape, count, axis in [("vector", (9,), 3, 0), ("rows", (4, 7), 2, 1),
                                     ("columns", (7, 4), 3, 0), ("all", (2, 5), 5, 1),
                                     ("middle", (2, 6, 3), 1, 1)]:
        x = normal(*shape)
        for largest in (1, 0):
            entry = f"{count} {axis} {largest}"
            case(f"topk-{name}-{largest}", f"topk {entry}",
                 lambda v: v.topk(count, axis, bool(largest)).values, x)
            case(f"topk-indices-{name}-{largest}", f"topk-indices {entry}",
                 lambda v: v.topk(count, axis, bool(largest)).indices, x, differentiable=False)


for make in (basic, norms, ordered):
    make()
write("reductions")
