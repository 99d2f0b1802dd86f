#!/usr/bin/env python3
"""Golden runs of the optimizers and schedules: python3 optimizers.py (see goldens.py).

`start` is the parameter, `gradients` has one gradient for each of fifty steps; the tensor with the
name of an optimizer is the parameter after its steps. `clip/…` are two gradients clipped in PyTorch's
ways, `rate/…` the rates of schedules step by step, and `lbfgs/…` what L-BFGS makes of `lbfgs/start`
after so many steps.
"""

import math
import warnings

import torch
from safetensors.torch import save_file
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import lr_scheduler

from goldens import HERE, normal, stored

torch.manual_seed(21)
STEPS = 50


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            (beta1, beta2), lr = group["betas"], group["lr"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                c = beta1 * m + (1 - beta1) * p.grad
                p -= lr * (c.sign() + group["weight_decay"] * p)
                self.state[p]["m"] = beta2 * m + (1 - beta2) * p.grad


class LAMB(torch.optim.Optimizer):
    """You et al. 2020, algorithm 2 with the identity as phi."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.01):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                m = beta1 * state.get("m", torch.zeros_like(p)) + (1 - beta1) * p.grad
                v = beta2 * state.get("v", torch.zeros_like(p)) + (1 - beta2) * p.grad**2
                t = state.get("t", 0) + 1
                state.update(m=m, v=v, t=t)
                r = (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + group["eps"])
                d = r + group["weight_decay"] * p
                p -= group["lr"] * p.norm() / d.norm() * d


def optimizers(found):
    o = torch.optim
    runs = {
        "sgd": (o.SGD, dict(lr=0.05)),
        "sgd-momentum": (o.SGD, dict(lr=0.05, momentum=0.9)),
        "sgd-decay": (o.SGD, dict(lr=0.05, momentum=0.9, weight_decay=0.01)),
        "sgd-nesterov": (o.SGD, dict(lr=0.05, momentum=0.9, weight_decay=0.01, nesterov=True)),
        "adam": (o.Adam, dict()),
        "adam-decay": (o.Adam, dict(lr=0.01, weight_decay=0.05)),
        "adamw": (o.AdamW, dict()),
        "adamw-decay": (o.AdamW, dict(lr=0.01, weight_decay=0.1)),
        "amsgrad": (o.Adam, dict(amsgrad=True)),
        "amsgrad-decay": (o.Adam, dict(lr=0.01, weight_decay=0.05, amsgrad=True)),
        "adamw-amsgrad": (o.AdamW, dict(lr=0.01, amsgrad=True)),
        "adagrad": (o.Adagrad, dict()),
        "adagrad-decay": (o.Adagrad, dict(lr=0.1, lr_decay=0.05, weight_decay=0.05,
                                          initial_accumulator_value=0.5)),
        "rmsprop": (o.RMSprop, dict()),
        "rmsprop-centered": (o.RMSprop, dict(centered=True)),
        "rmsprop-momentum": (o.RMSprop, dict(lr=0.001, momentum=0.9, weight_decay=0.05)),
        "rmsprop-all": (o.RMSprop, dict(lr=0.001, momentum=0.9, weight_decay=0.05,
                                        centered=True)),
        "adadelta": (o.Adadelta, dict()),
        "adadelta-decay": (o.Adadelta, dict(lr=0.5, rho=0.8, weight_decay=0.05)),
        "adamax": (o.Adamax, dict()),
        "adamax-decay": (o.Adamax, dict(lr=0.01, weight_decay=0.05)),
        "nadam": (o.NAdam, dict()),
        "nadam-decay": (o.NAdam, dict(lr=0.01, weight_decay=0.05, momentum_decay=0.05)),
        "nadam-decoupled": (o.NAdam, dict(weight_decay=0.1, decoupled_weight_decay=True)),
        "radam": (o.RAdam, dict()),
        "radam-decay": (o.RAdam, dict(lr=0.01, weight_decay=0.05)),
        "radam-decoupled": (o.RAdam, dict(weight_decay=0.1, decoupled_weight_decay=True)),
        "lion": (Lion, dict()),
        "lion-decay": (Lion, dict(lr=0.01, weight_decay=0.1)),
        "lamb": (LAMB, dict()),
        "lamb-decay": (LAMB, dict(lr=0.01, weight_decay=0.1)),
    }
    start, gradients = normal(7, 3), normal(STEPS, 7, 3)
    found |= {"start": start, "gradients": gradients}
    for name, (make, options) in runs.items():
        parameter = torch.nn.Parameter(start.double())
        optimizer = make([parameter], **options)
        for gradient in gradients:
            parameter.grad = gradient.double()
            optimizer.step()
        found[name] = stored(parameter)


def clipping(found):
    gradients = [normal(4, 3), normal(5) * 0.1]
    for index, gradient in enumerate(gradients):
        found[f"clip/gradient{index}"] = gradient
    ways = {
        "value": lambda p: clip_grad_value_(p, 0.5),
        "norm": lambda p: [clip_grad_norm_([one], 0.5) for one in p],
        "global": lambda p: clip_grad_norm_(p, 0.5),
        "loose": lambda p: clip_grad_norm_(p, 100),
    }
    for way, clip in ways.items():
        parameters = [torch.nn.Parameter(torch.zeros_like(g).double()) for g in gradients]
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient.double()
        clip(parameters)
        for index, parameter in enumerate(parameters):
            found[f"clip/{way}{index}"] = stored(parameter.grad)
    found["clip/global-norm"] = stored(math.sqrt(sum((g.double()**2).sum() for g in gradients))
                                       * torch.ones(()))


def schedules(found):
    s = lr_scheduler
    warmed = lambda o: s.SequentialLR(
        o, [s.LinearLR(o, 0.25, total_iters=10), s.CosineAnnealingLR(o, 40, 0.01)], [10])
    table = {
        "constant": lambda o: s.ConstantLR(o, 1, 1),
        "step": lambda o: s.StepLR(o, 15, 0.3),
        "multi-step": lambda o: s.MultiStepLR(o, [5, 20, 21], 0.5),
        "exponential": lambda o: s.ExponentialLR(o, 0.95),
        "cosine": lambda o: s.CosineAnnealingLR(o, STEPS, 0.01),
        "cosine-restarts": lambda o: s.CosineAnnealingWarmRestarts(o, 7, 2, 0.01),
        "cosine-restarts-even": lambda o: s.CosineAnnealingWarmRestarts(o, 10),
        "warm-up": warmed,
        "one-cycle": lambda o: s.OneCycleLR(o, 0.4, STEPS),
        "one-cycle-short": lambda o: s.OneCycleLR(o, 0.4, STEPS, pct_start=0.5, div_factor=10,
                                                  final_div_factor=100),
    }
    for name, make in table.items():
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
        schedule = make(optimizer)
        rates = []
        for _ in range(STEPS):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        found[f"rate/{name}"] = stored(torch.tensor(rates))

    metrics = torch.rand(STEPS) + torch.linspace(3, 1, STEPS).clamp(min=1.5)
    found["plateau/metrics"] = metrics
    plateaus = {
        "default": dict(patience=3),
        "maximum": dict(mode="max", factor=0.5, patience=2, threshold=0.1, threshold_mode="abs",
                        cooldown=3, min_lr=0.01),
    }
    for name, options in plateaus.items():
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
        schedule = s.ReduceLROnPlateau(optimizer, **options)
        rates = []
        for metric in metrics:
            schedule.step(metric.item())
            rates.append(optimizer.param_groups[0]["lr"])
        found[f"plateau/{name}"] = stored(torch.tensor(rates))


def lbfgs(found):
    """A least-squares fit of tanh(x w + b), smooth and not quadratic."""
    inputs, targets = normal(20, 4), torch.tanh(normal(20, 2))
    start = normal(4, 2) * 0.3
    found |= {"lbfgs/inputs": inputs, "lbfgs/targets": targets, "lbfgs/start": start}
    runs = {
        "plain": dict(lr=0.5, max_iter=4),
        "short-history": dict(lr=0.5, max_iter=4, history_size=2),
        "wolfe": dict(line_search_fn="strong_wolfe", max_iter=4),
    }
    for name, options in runs.items():
        weight = torch.nn.Parameter(start.double())
        bias = torch.nn.Parameter(torch.zeros(2).double())
        optimizer = torch.optim.LBFGS([weight, bias], **options)

        def closure():
            optimizer.zero_grad()
            outputs = torch.tanh(inputs.double() @ weight + bias)
            loss = ((outputs - targets.double())**2).mean() + 0.01 * (weight**2).sum()
            loss.backward()
            return loss

        for step in range(1, STEPS + 1):
            optimizer.step(closure)
            if step in (1, 2, STEPS):
                found[f"lbfgs/{name}/weight{step}"] = stored(weight)
                found[f"lbfgs/{name}/bias{step}"] = stored(bias)


warnings.simplefilter("ignore")
found = {}
optimizers(found)
clipping(found)
schedules(found)
lbfgs(found)
save_file(found, HERE / "optimizers.safetensors")
print(f"optimizers: {len(found)} tensors")
