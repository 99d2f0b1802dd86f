#!/usr/bin/env python3
"""Golden cases of functions and activations: python3 activations.py (see goldens.py)."""

import torch
import torch.nn.functional as F

from goldens import case, normal, positive, tied, write

torch.manual_seed(30)

# The corners of the piecewise activations, halves to be rounded, and numbers far from 0.
CORNERS = torch.tensor([-100, -20.5, -6, -3, -2.5, -1.5, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 1.5, 2.5,
                        3, 6, 6.5, 21, 100])


def functions():
    x = normal(4, 9)
    case("sin", "sin", torch.sin, x * 5)
    case("cos", "cos", torch.cos, x * 5)
    case("expm1", "expm1", torch.expm1, x)
    case("expm1-near-0", "expm1", torch.expm1, x * 1e-5)
    case("log1p", "log1p", torch.log1p, positive(4, 9) - 1)
    case("log1p-near-0", "log1p", torch.log1p, x * 1e-5)
    case("erf", "erf", torch.erf, x * 2)
    case("reciprocal", "reciprocal", torch.reciprocal, positive(4, 9))
    case("rsqrt", "rsqrt", torch.rsqrt, positive(4, 9))
    for name, function in {"floor": torch.floor, "ceil": torch.ceil, "round": torch.round}.items():
        case(name, name, function, CORNERS, differentiable=False)
    for name, (low, high) in {"both": (-1, 2.5), "equal": (0.5, 0.5)}.items():
        case(f"clamp-{name}", f"clamp {low} {high}", lambda v: v.clamp(low, high), CORNERS)
    case("clamp-min", "clamp-min -1", lambda v: v.clamp(min=-1), CORNERS)
    case("clamp-max", "clamp-max 3", lambda v: v.clamp(max=3), CORNERS)


def logic():
    a, b = tied(4, 1, 6), tied(3, 6)
    for name, function in {"and": torch.logical_and, "or": torch.logical_or,
                           "xor": torch.logical_xor}.items():
        case(name, name, lambda x, y: function(x, y).float(), a, b, differentiable=False)
    case("not", "not", lambda x: torch.logical_not(x).float(), a, differentiable=False)


def activations():
    functions = {
        "elu 1": F.elu, "elu 0.3": lambda v: F.elu(v, 0.3), "selu": F.selu, "gelu": F.gelu,
        "gelu-tanh": lambda v: F.gelu(v, approximate="tanh"), "silu": F.silu,
        "softplus 1 20": F.softplus, "softplus 2.5 4": lambda v: F.softplus(v, 2.5, 4),
        "softsign": F.softsign, "hardsigmoid": F.hardsigmoid, "hardswish": F.hardswish,
        "hardtanh -1 1": F.hardtanh, "hardtanh -2.5 0.5": lambda v: F.hardtanh(v, -2.5, 0.5),
        "relu6": F.relu6,
    }
    for operation, function in functions.items():
        name = operation.replace(" ", "-")
        case(f"{name}-corners", operation, function, CORNERS)
        case(f"{name}-normal", operation, function, normal(5, 13) * 2)
    # In the tail the results are small: alone, they are compared with nothing larger.
    tail = torch.linspace(-9, -4, 11)
    for operation in ("gelu", "gelu-tanh", "silu", "softplus 1 20"):
        case(f"{operation.split()[0]}-tail", operation, functions[operation], tail)
    for name, shape, channels in [("one", (3, 4, 2), 1), ("channels", (3, 4, 2), 4),
                                  ("images", (2, 3, 4, 5), 3), ("vector", (7,), 1),
                                  ("matrix", (5, 6), 6)]:
        case(f"prelu-{name}", "prelu", F.prelu, normal(*shape), normal(channels))


for make in (functions, logic, activations):
    make()
write("activations")
