#!/usr/bin/env python3
"""Golden cases of the losses: python3 losses.py (see goldens.py)."""

import torch
import torch.nn.functional as F

from goldens import case, normal, write

torch.manual_seed(23)

REDUCTIONS = ("none", "mean", "sum")


def each(name, numbers, function, *inputs):
    """A case for each reduction, whose number comes first."""
    for index, reduction in enumerate(REDUCTIONS):
        case(f"{name}-{reduction}", f"{name.split('/')[0]} {index} {numbers}".strip(),
             lambda *values: function(*values, reduction=reduction), *inputs)


def signs(*shape):
    return torch.randint(0, 2, shape) * 2 - 1


def distances():
    y, t = normal(4, 5) * 2, normal(4, 5)
    for beta in (1.0, 0.25, 0.0):
        each(f"smooth-l1/{beta}", beta,
             lambda a, b, **r: F.smooth_l1_loss(a, b, beta=beta, **r), y, t)
    for delta in (1.0, 0.5):
        each(f"huber/{delta}", delta,
             lambda a, b, **r: F.huber_loss(a, b, delta=delta, **r), y, t)


def labelled():
    """Numbers: the ignored label, ε, then the class weights."""
    labels = torch.tensor([0, 3, 2, 2, 1, 3])
    some = torch.tensor([0, -100, 2, 2, -100, 3])
    weights = [0.5, 2.0, 1.25, 0.75]
    x = normal(6, 4) * 3
    images = normal(2, 4, 3, 2) * 2
    planes = torch.randint(0, 4, (2, 3, 2))
    for name, logits, targets, ignored, smoothing, weighted in [
        ("weights", x, labels, -100, 0, True), ("ignored", x, some, -100, 0, False),
        ("ignored-class", x, labels, 2, 0, True), ("smoothing", x, labels, -100, 0.1, False),
        ("all", x, some, -100, 0.2, True), ("images", images, planes, 1, 0.3, True),
        ("images-plain", images, planes, -100, 0, False),
    ]:
        weight = torch.tensor(weights, dtype=torch.float64) if weighted else None
        numbers = f"{ignored} {smoothing} " + (" ".join(map(str, weights)) if weighted else "")
        each(f"cross-entropy-labels/{name}", numbers,
             lambda v, t, **r: F.cross_entropy(
                 v, t.long(), weight, ignore_index=ignored, label_smoothing=smoothing, **r),
             logits, targets)
        if smoothing == 0:
            each(f"nll/{name}", numbers,
                 lambda v, t, **r: F.nll_loss(v, t.long(), weight, ignore_index=ignored, **r),
                 logits, targets)
    for name, logits, smoothing, weighted in [
        ("plain", x, 0, False), ("smoothing", x, 0.1, True), ("images", images, 0.2, True),
    ]:
        weight = torch.tensor(weights, dtype=torch.float64) if weighted else None
        numbers = f"0 {smoothing} " + (" ".join(map(str, weights)) if weighted else "")
        each(f"cross-entropy-soft/{name}", numbers,
             lambda v, t, **r: F.cross_entropy(v, t, weight, label_smoothing=smoothing, **r),
             logits, normal(*logits.shape).softmax(1))


def probabilities():
    x = normal(4, 3) * 4
    x[0, 0], x[1, 1], x[2, 2] = 40, -40, 0
    t = torch.rand(4, 3)
    each("bce", "", lambda v, u, **r: F.binary_cross_entropy_with_logits(v, u, **r), x, t)
    weight, positives = torch.tensor([[2.0, 0.25, 1.0], [0.5, 1.0, 3.0]]).double()
    each("bce-weighted", "", lambda v, u, **r: F.binary_cross_entropy_with_logits(
        v, u, weight, pos_weight=positives, **r), x, t)
    p = normal(4, 3).softmax(1)
    each("kl", "", lambda q, u, **r: F.kl_div(q, u, **r), normal(4, 3).log_softmax(1), p)
    each("kl-logarithms", "", lambda q, u, **r: F.kl_div(q, u, log_target=True, **r),
         normal(4, 3).log_softmax(1), p.log())


def margins():
    x = normal(5, 3)
    for margin in (1.0, 0.3):
        each(f"hinge/{margin}", margin,
             lambda v, t, reduction: getattr(
                 torch, reduction, lambda z: z)((margin - t * v).clamp_min(0)),
             x, signs(5, 3))
        each(f"hinge-embedding/{margin}", margin,
             lambda v, t, **r: F.hinge_embedding_loss(v, t, margin, **r), x, signs(5, 3))
        each(f"cosine-embedding/{margin}", margin - 0.5,
             lambda a, b, t, **r: F.cosine_embedding_loss(a, b, t, margin - 0.5, **r),
             normal(6, 4), normal(6, 4), signs(6))
    for name, margin, norm, swap in [("default", 1, 2, 0), ("swap", 2, 2, 1), ("one", 0.5, 1, 0),
                                     ("three", 2, 3, 1)]:
        each(f"triplet/{name}", f"{margin} {norm} {swap}",
             lambda a, p, n, **r: F.triplet_margin_loss(
                 a, p, n, margin, norm, swap=bool(swap), **r),
             normal(5, 4), normal(5, 4), normal(5, 4))


for make in (distances, labelled, probabilities, margins):
    make()
write("losses")
