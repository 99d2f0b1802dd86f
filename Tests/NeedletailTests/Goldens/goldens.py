"""What the golden scripts share: recording what PyTorch computes.

Inputs are float32; PyTorch computes in float64 from them, so that the goldens carry no rounding of
their own but the last. Each case has tensors `<case>/input<i>`, `<case>/output`, and where there is
a gradient `<case>/upstream` (the gradient by the output) and `<case>/gradient<i>`. The metadata
entry of a case is `<operation>` followed by its numbers. Made with torch 2.15.
"""

import pathlib

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent

tensors: dict[str, torch.Tensor] = {}
metadata: dict[str, str] = {}


def stored(tensor):
    """A tensor as the file holds it."""
    kind = torch.int32 if tensor.dtype in (torch.int64, torch.int32) else torch.float32
    return tensor.detach().to(kind).contiguous().clone()


def case(name, operation, function, *inputs, differentiable=True):
    """Records one case; `operation` is the name and the numbers the Swift side reads."""
    assert name not in metadata, name
    metadata[name] = operation
    arguments = []
    for index, value in enumerate(inputs):
        tensors[f"{name}/input{index}"] = stored(value)
        if value.is_floating_point():
            value = value.double().requires_grad_(differentiable)
        arguments.append(value)
    output = function(*arguments)
    tensors[f"{name}/output"] = stored(output)
    if not differentiable:
        return
    upstream = normal(*output.shape)
    tensors[f"{name}/upstream"] = stored(upstream)
    output.backward(upstream.double())
    for index, value in enumerate(arguments):
        if value.is_floating_point():
            tensors[f"{name}/gradient{index}"] = stored(value.grad)


def write(family):
    """Writes the cases recorded so far beside this script."""
    save_file(tensors, HERE / f"{family}.safetensors", metadata)
    print(f"{family}: {len(metadata)} cases")


def normal(*shape):
    return torch.randn(shape)


def positive(*shape):
    return torch.rand(shape) * 2 + 0.25


def tied(*shape):
    """Small integers as floats, so that equal elements meet."""
    return torch.randint(-2, 3, shape).float()
