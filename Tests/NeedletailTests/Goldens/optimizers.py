#!/usr/bin/env python3
"""Golden runs of the optimizers, fifty steps each: python3 optimizers.py (see goldens.py).

`start` is the parameter, `gradients` has one gradient for each step; every other tensor is the
parameter after the steps of the optimizer of that name.
"""

import torch
from safetensors.torch import save_file

from goldens import HERE, normal, stored

torch.manual_seed(21)


def optimizers():
    steps = 50
    runs = {
        "sgd": (torch.optim.SGD, dict(lr=0.05)),
        "sgd-momentum": (torch.optim.SGD, dict(lr=0.05, momentum=0.9)),
        "sgd-decay": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, weight_decay=0.01)),
        "sgd-nesterov": (torch.optim.SGD,
                         dict(lr=0.05, momentum=0.9, weight_decay=0.01, nesterov=True)),
        "adam": (torch.optim.Adam, dict()),
        "adam-decay": (torch.optim.Adam, dict(lr=0.01, weight_decay=0.05)),
        "adamw": (torch.optim.AdamW, dict()),
        "adamw-decay": (torch.optim.AdamW, dict(lr=0.01, weight_decay=0.1)),
    }
    start, gradients = normal(7, 3), normal(steps, 7, 3)
    found = {"start": start, "gradients": gradients}
    for name, (make, options) in runs.items():
        parameter = torch.nn.Parameter(start.double())
        optimizer = make([parameter], **options)
        for gradient in gradients:
            parameter.grad = gradient.double()
            optimizer.step()
        found[name] = stored(parameter)
    save_file(found, HERE / "optimizers.safetensors")


optimizers()
