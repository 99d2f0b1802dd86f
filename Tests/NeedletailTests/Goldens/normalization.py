#!/usr/bin/env python3
"""Golden cases of normalization: python3 normalization.py (see goldens.py)."""

import torch
import torch.nn.functional as F

from goldens import case, normal, positive, write

torch.manual_seed(22)


def batch_norms():
    for name, shape in {"features": (6, 5), "sequences": (3, 4, 7), "images": (2, 3, 5, 4),
                        "volumes": (2, 2, 3, 2, 3), "one-channel": (4, 1, 3, 3)}.items():
        channels = shape[1]
        x = normal(*shape) * 2 + 1
        case(f"batch-norm-{name}", "batch-norm 1e-5",
             lambda v, w, b: F.batch_norm(v, None, None, w, b, True), x, normal(channels),
             normal(channels))
        case(f"batch-norm-plain-{name}", "batch-norm 0.01",
             lambda v: F.batch_norm(v, None, None, training=True, eps=0.01), x)
        mean, variance = normal(channels), positive(channels)
        numbers = " ".join(str(float(v)) for v in (*mean, *variance))
        case(f"batch-norm-running-{name}", f"batch-norm-running {numbers}",
             lambda v, w, b: F.batch_norm(v, mean.double(), variance.double(), w, b), x,
             normal(channels), normal(channels))


def batch_norm_training():
    """The running statistics of a layer after three batches: mean, variance."""
    for name, momentum in {"exponential": 0.1, "cumulative": None, "quick": 0.75}.items():
        layer = torch.nn.BatchNorm2d(3, momentum=momentum).double()

        def statistics(*batches):
            for batch in batches:
                layer(batch)
            return torch.stack([layer.running_mean, layer.running_var])

        batches = [normal(n, 3, 4, 2) * n for n in (2, 3, 1)]
        case(f"running-statistics-{name}", f"running-statistics {momentum or -1}", statistics,
             *batches, differentiable=False)


def layer_norms():
    for name, shape, over in [("rows", (5, 9), (9,)), ("tokens", (2, 3, 8), (8,)),
                              ("planes", (3, 4, 5), (4, 5)), ("wide", (2, 300), (300,))]:
        numbers = " ".join(map(str, over))
        x = normal(*shape) * 3 - 1
        case(f"layer-norm-{name}", f"layer-norm {numbers}",
             lambda v, w, b: F.layer_norm(v, over, w, b), x, normal(*over), normal(*over))
        case(f"layer-norm-plain-{name}", f"layer-norm {numbers}",
             lambda v: F.layer_norm(v, over), x)
        epsilon = torch.finfo(torch.float32).eps
        case(f"rms-norm-{name}", f"rms-norm {numbers}",
             lambda v, w: F.rms_norm(v, over, w, epsilon), x, normal(*over))
        case(f"rms-norm-plain-{name}", f"rms-norm {numbers}",
             lambda v: F.rms_norm(v, over, None, epsilon), x)


def group_norms():
    for name, shape, groups in [("features", (3, 8), 2), ("images", (2, 6, 3, 4), 3),
                                ("one", (2, 4, 5), 1), ("each", (2, 4, 5), 4)]:
        channels = shape[1]
        x = normal(*shape) + 2
        case(f"group-norm-{name}", f"group-norm {groups}",
             lambda v, w, b: F.group_norm(v, groups, w, b), x, normal(channels), normal(channels))
        case(f"group-norm-plain-{name}", f"group-norm {groups}",
             lambda v: F.group_norm(v, groups), x)
    for name, shape in {"sequences": (2, 3, 9), "images": (2, 3, 4, 5)}.items():
        x = normal(*shape) - 2
        case(f"instance-norm-{name}", "instance-norm",
             lambda v, w, b: F.instance_norm(v, None, None, w, b), x, normal(3), normal(3))
        case(f"instance-norm-plain-{name}", "instance-norm", F.instance_norm, x)


for make in (batch_norms, batch_norm_training, layer_norms, group_norms):
    make()
write("normalization")
