#!/usr/bin/env python3
"""Layers by their weights' names: python3 modules.py.

For each module its state dictionary `<module>/state/<name>` and inputs `<module>/input<i>`, what it
makes of them, `<module>/output`, and for the gradient `<module>/upstream` by the output those by
the weights, `<module>/gradient/<name>`. Inputs and weights are float32, computed with in float64.
Made with torch 2.15.
"""

import torch
from torch import nn

from goldens import confirm, metadata, normal, stored, tensors, write

torch.manual_seed(22)


def module(name, layer, *inputs, call=None, confirmed=True):
    """Records a module; `call` says how it is applied where it takes more than its inputs.

    Gradients are not confirmed where they are no derivatives on purpose.
    """
    with torch.no_grad():
        for parameter in layer.parameters():
            # Not the zeros that some start with.
            parameter.copy_(normal(*parameter.shape) * 0.5)
    metadata[name] = type(layer).__name__
    for key, value in layer.state_dict().items():
        tensors[f"{name}/state/{key}"] = stored(value)
    for index, value in enumerate(inputs):
        tensors[f"{name}/input{index}"] = stored(value)
    layer = layer.double()
    values = [v.double() if v.is_floating_point() else v for v in inputs]

    def compute():
        return call(layer, *values) if call else layer(*values)

    output = compute()
    upstream = normal(*output.shape)
    tensors[f"{name}/output"] = stored(output)
    tensors[f"{name}/upstream"] = stored(upstream)
    output.backward(upstream.double())
    for key, parameter in layer.named_parameters():
        tensors[f"{name}/gradient/{key}"] = stored(parameter.grad)
    if confirmed:
        confirm(name, lambda: (compute() * upstream.double()).sum().item(),
                [(parameter, parameter.grad) for parameter in layer.parameters()])


class RadialBasis(nn.Module):
    """y = W φ(‖x − xᵢ‖) + b with φ(r) = exp(−r² / 2σ²)."""

    def __init__(self, inputs, outputs, centers, width):
        super().__init__()
        self.centers = nn.Parameter(torch.zeros(centers, inputs))
        self.output = nn.Linear(centers, outputs)
        self.width = width

    def forward(self, x):
        squares = torch.cdist(x, self.centers, compute_mode="donot_use_mm_for_euclid_dist") ** 2
        return self.output(torch.exp(-squares / (2 * self.width**2)))


padding = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 0]])


def attend(layer, *inputs, causal=False, **options):
    length = inputs[0].shape[1]
    mask = nn.Transformer.generate_square_subsequent_mask(length).isinf() if causal else None
    return layer(*inputs, attn_mask=mask, need_weights=False, **options)[0]


module("embedding", nn.Embedding(6, 3), torch.tensor([[5, 0, 5], [1, 5, 2]]))
# The row of padding has no gradient.
module("embedding-padding", nn.Embedding(6, 3, padding_idx=5), torch.tensor([[5, 0, 5], [1, 5, 2]]),
       confirmed=False)
module("bilinear", nn.Bilinear(3, 4, 5), normal(6, 3), normal(6, 4))
module("bilinear-deep", nn.Bilinear(3, 2, 2, bias=False), normal(2, 4, 3), normal(2, 4, 2))
module("radial-basis", RadialBasis(2, 3, 5, width=0.8), normal(7, 2))
module("attention", nn.MultiheadAttention(6, 2, batch_first=True), normal(2, 5, 6),
       call=lambda layer, x: attend(layer, x, x, x))
module("attention-no-bias", nn.MultiheadAttention(6, 3, bias=False, batch_first=True),
       normal(2, 5, 6), call=lambda layer, x: attend(layer, x, x, x))
module("attention-causal", nn.MultiheadAttention(8, 4, batch_first=True), normal(2, 5, 8),
       call=lambda layer, x: attend(layer, x, x, x, causal=True))
# The input is the mask: 1 at keys that take part.
module("attention-padding", nn.MultiheadAttention(6, 2, batch_first=True), normal(2, 5, 6), padding,
       call=lambda layer, x, m: attend(layer, x, x, x, key_padding_mask=m == 0))
module("attention-cross", nn.MultiheadAttention(6, 2, batch_first=True), normal(2, 3, 6),
       normal(2, 5, 6), normal(2, 5, 6), padding,
       call=lambda layer, q, k, v, m: attend(layer, q, k, v, key_padding_mask=m == 0))
write("modules")
