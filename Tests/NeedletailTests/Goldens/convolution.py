#!/usr/bin/env python3
"""Golden cases of convolutions, borders, columns and pooling: python3 convolution.py (goldens.py)."""

import torch
import torch.nn.functional as F

from goldens import case, normal, positive, tied, write

torch.manual_seed(30)


def numbers(*values):
    return " ".join(str(value) for value in values)


def one_dimensional():
    for name, x, w, bias, stride, padding, dilation, groups in [
        ("plain", (2, 3, 11), (4, 3, 3), True, 1, 0, 1, 1),
        ("strided", (1, 2, 13), (3, 2, 4), True, 3, 2, 2, 1),
        ("groups", (2, 4, 7), (6, 2, 2), False, 1, 1, 1, 2),
        ("depthwise", (2, 3, 9), (3, 1, 3), True, 1, 1, 1, 3),
    ]:
        inputs = [normal(*x), normal(*w)] + ([normal(w[0])] if bias else [])
        case(f"conv1d-{name}", f"conv1d {numbers(stride, padding, dilation, groups)}",
             lambda x, w, b=None: F.conv1d(x, w, b, stride, padding, dilation, groups), *inputs)
    case("conv1d-same", "conv1d-same 2", lambda x, w: F.conv1d(x, w, padding="same", dilation=2),
         normal(2, 2, 9), normal(3, 2, 4))


def transposed():
    for name, x, w, bias, stride, padding, added, dilation, groups in [
        ("plain", (2, 3, 4, 5), (3, 2, 3, 2), True, (1, 1), (0, 0), (0, 0), (1, 1), 1),
        ("strided", (1, 2, 4, 3), (2, 3, 3, 3), True, (2, 3), (1, 1), (1, 2), (1, 1), 1),
        ("dilated", (1, 2, 5, 4), (2, 2, 3, 2), False, (1, 2), (2, 1), (1, 0), (2, 3), 1),
        ("groups", (2, 4, 3, 3), (4, 3, 2, 3), True, (2, 2), (0, 1), (0, 1), (1, 1), 2),
        ("output-padding-above-stride", (1, 1, 3, 3), (1, 2, 2, 2), True, (1, 1), (1, 0), (2, 1),
         (3, 2), 1),
        ("doubling", (2, 3, 4, 4), (3, 2, 4, 4), True, (2, 2), (1, 1), (0, 0), (1, 1), 1),
    ]:
        outputs = w[1] * groups
        inputs = [normal(*x), normal(*w)] + ([normal(outputs)] if bias else [])
        case(f"conv-transpose2d-{name}",
             f"conv-transpose2d {numbers(*stride, *padding, *added, *dilation, groups)}",
             lambda x, w, b=None: F.conv_transpose2d(
                 x, w, b, stride, padding, added, groups, dilation), *inputs)


def three_dimensional():
    for name, x, w, bias, stride, padding, dilation, groups in [
        ("plain", (2, 2, 4, 5, 4), (3, 2, 2, 3, 2), True, (1, 1, 1), (0, 0, 0), (1, 1, 1), 1),
        ("steps", (1, 2, 7, 6, 5), (2, 2, 3, 2, 3), True, (2, 1, 2), (1, 0, 2), (2, 1, 1), 1),
        ("groups", (1, 4, 3, 4, 4), (4, 2, 3, 3, 3), False, (1, 1, 1), (1, 1, 1), (1, 1, 1), 2),
        ("pointwise", (2, 3, 2, 2, 3), (2, 3, 1, 1, 1), True, (1, 1, 1), (0, 0, 0), (1, 1, 1), 1),
    ]:
        inputs = [normal(*x), normal(*w)] + ([normal(w[0])] if bias else [])
        case(f"conv3d-{name}", f"conv3d {numbers(*stride, *padding, *dilation, groups)}",
             lambda x, w, b=None: F.conv3d(x, w, b, stride, padding, dilation, groups), *inputs)


def paddings():
    for mode in ("reflect", "replicate", "circular"):
        # PyTorch's order: left, right, top, bottom.
        case(f"pad-{mode}", f"pad-{mode} 2 1 0 3", lambda x: F.pad(x, (0, 3, 2, 1), mode=mode),
             normal(2, 3, 4, 5))
        case(f"pad-{mode}-widest", f"pad-{mode} 3 3 2 2",
             lambda x: F.pad(x, (2, 2, 3, 3), mode=mode), normal(1, 1, 4, 3))
    case("pad-replicate-wide", "pad-replicate 5 0 7 1",
         lambda x: F.pad(x, (7, 1, 5, 0), mode="replicate"), normal(1, 2, 2, 3))
    case("pad-constant", "pad-constant 1 2 0 3 2.5", lambda x: F.pad(x, (0, 3, 1, 2), value=2.5),
         normal(2, 3, 4))
    for name, x, w, dilation, groups in [
        ("odd", (2, 3, 5, 6), (4, 3, 3, 5), 1, 1), ("even", (1, 2, 5, 4), (2, 2, 2, 4), 1, 1),
        ("dilated", (1, 2, 6, 7), (4, 1, 2, 3), 3, 2),
    ]:
        case(f"conv2d-same-{name}", f"conv2d-same {dilation} {groups}",
             lambda x, w: F.conv2d(x, w, padding="same", dilation=dilation, groups=groups),
             normal(*x), normal(*w))
    case("conv2d-asymmetric", "conv2d-edges 2 0 1 3 2",
         lambda x, w, b: F.conv2d(F.pad(x, (1, 3, 2, 0)), w, b, stride=2),
         normal(2, 2, 5, 4), normal(3, 2, 3, 2), normal(3))
    case("conv2d-reflect", "conv2d-reflect 1 2 1 0 1",
         lambda x, w, b: F.conv2d(F.pad(x, (1, 0, 1, 2), mode="reflect"), w, b),
         normal(2, 2, 5, 4), normal(3, 2, 3, 2), normal(3))


def columns():
    for name, shape, kernel, stride, padding, dilation in [
        ("plain", (2, 3, 5, 4), (2, 3), (1, 1), (0, 0), (1, 1)),
        ("steps", (1, 2, 8, 7), (3, 2), (2, 3), (1, 2), (1, 2)),
        ("tiles", (2, 2, 6, 4), (3, 2), (3, 2), (0, 0), (1, 1)),
        ("gaps", (1, 1, 9, 9), (2, 2), (5, 4), (0, 0), (1, 1)),
        ("one", (3, 2, 4, 4), (1, 1), (1, 1), (0, 0), (1, 1)),
    ]:
        x = normal(*shape)
        values = numbers(*kernel, *stride, *padding, *dilation)
        case(f"unfold-{name}", f"unfold {values}",
             lambda x: F.unfold(x, kernel, dilation, padding, stride), x)
        columns = F.unfold(x, kernel, dilation, padding, stride)
        case(f"fold-{name}", f"fold {values} {numbers(*shape[2:])}",
             lambda c: F.fold(c, shape[2:], kernel, dilation, padding, stride),
             normal(*columns.shape))


def pools():
    for name, shape, window, stride, padding, ceil, counts in [
        ("ceil", (2, 2, 7, 8), (3, 2), (2, 3), (0, 0), 1, 1),
        ("ceil-padded", (1, 3, 6, 7), (3, 3), (2, 2), (1, 1), 1, 1),
        ("ceil-last-outside", (1, 2, 4, 5), (2, 2), (3, 3), (1, 0), 1, 1),
        ("ceil-larger-than-image", (1, 2, 2, 1), (3, 3), (3, 3), (0, 0), 1, 1),
        ("without-padding", (2, 2, 6, 5), (3, 2), (2, 1), (1, 1), 0, 0),
        ("ceil-without-padding", (1, 2, 6, 7), (4, 3), (3, 2), (2, 1), 1, 0),
    ]:
        values = numbers(*window, *stride, *padding, ceil, counts)
        case(f"average-pool-{name}", f"average-pool {values}",
             lambda x: F.avg_pool2d(x, window, stride, padding, bool(ceil), bool(counts)),
             normal(*shape))
        if counts:
            case(f"max-pool-{name}", f"max-pool {values}",
                 lambda x: F.max_pool2d(x, window, stride, padding, 1, bool(ceil)), tied(*shape))
            case(f"max-pool-indices-{name}", f"max-pool-indices {values}",
                 lambda x: F.max_pool2d(x, window, stride, padding, 1, bool(ceil), True)[1].int(),
                 tied(*shape), differentiable=False)
    for name, shape, output in [
        ("one", (2, 3, 5, 4), (1, 1)), ("shared", (2, 2, 7, 5), (3, 4)),
        ("divides", (1, 2, 6, 8), (3, 2)), ("more", (1, 2, 3, 2), (5, 7)),
        ("mixed", (2, 1, 10, 3), (4, 3)),
    ]:
        case(f"adaptive-average-{name}", f"adaptive-average {numbers(*output)}",
             lambda x: F.adaptive_avg_pool2d(x, output), normal(*shape))
        case(f"adaptive-max-{name}", f"adaptive-max {numbers(*output)}",
             lambda x: F.adaptive_max_pool2d(x, output), tied(*shape))
    case("adaptive-average-1d", "adaptive-average-1d 3", lambda x: F.adaptive_avg_pool1d(x, 3),
         normal(2, 3, 8))
    case("max-pool-1d", "max-pool-1d 3 2 1 1", lambda x: F.max_pool1d(x, 3, 2, 1, 1, True),
         tied(2, 3, 8))
    case("average-pool-1d", "average-pool-1d 3 2 1 1 0",
         lambda x: F.avg_pool1d(x, 3, 2, 1, True, False), normal(2, 3, 8))
    for rank in (1, 2, 3):
        shape = (2, 3, 4, 5, 3)[:rank + 2]
        average = getattr(F, f"adaptive_avg_pool{rank}d")
        largest = getattr(F, f"adaptive_max_pool{rank}d")
        case(f"global-average-{rank}d", "global-average", lambda x: average(x, 1), normal(*shape))
        case(f"global-max-{rank}d", "global-max", lambda x: largest(x, 1), tied(*shape))
    for name, shape, norm, window, stride, ceil, make in [
        ("squares", (2, 2, 6, 6), 2, (2, 2), (2, 2), 0, normal),
        ("cubes", (1, 2, 7, 5), 3, (3, 2), (2, 1), 0, positive),
        ("roots", (1, 2, 7, 5), 1.5, (2, 2), (2, 2), 1, positive),
    ]:
        case(f"lp-pool-{name}", f"lp-pool {norm} {numbers(*window, *stride, ceil)}",
             lambda x: F.lp_pool2d(x, norm, window, stride, bool(ceil)), make(*shape))
    case("lp-pool-zeros", "lp-pool 2 2 2 2 2 0", lambda x: F.lp_pool2d(x, 2.0, 2, 2),
         torch.tensor([[[[0.0, 0, 1, -2], [0, 0, 3, 4]]]]))
    case("lp-pool-1d", "lp-pool-1d 2 3 2", lambda x: F.lp_pool1d(x, 2.0, 3, 2), normal(2, 2, 9))


def local_response():
    for name, shape, size, alpha, beta, k in [
        ("alexnet", (2, 7, 3, 2), 5, 5e-4, 0.75, 2.0), ("strong", (2, 5, 4), 3, 0.9, 1.2, 1.0),
        ("even", (1, 6, 2, 3), 4, 0.5, 0.75, 1.0), ("wide", (1, 3, 2, 2, 2), 7, 1.0, 0.5, 0.5),
        ("one", (2, 3, 2, 2), 1, 0.3, 2.0, 1.0),
    ]:
        case(f"local-response-{name}", f"local-response {numbers(size, alpha, beta, k)}",
             lambda x: F.local_response_norm(x, size, alpha, beta, k), normal(*shape))


for make in (one_dimensional, transposed, three_dimensional, paddings, columns, pools,
             local_response):
    make()
write("convolution")
