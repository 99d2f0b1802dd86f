"""What the golden scripts share: recording what PyTorch computes.

Inputs are float32; PyTorch computes in float64 from them, so that the goldens carry no rounding of
their own but the last. Each case has tensors `<case>/input<i>`, `<case>/output`, and where there is
a gradient `<case>/upstream` (the gradient by the output) and `<case>/gradient<i>`. The metadata
entry of a case is `<operation>` followed by its numbers. Made with torch 2.15.

Each gradient is compared with differences of the function's values in float64, so
that it does not rest on PyTorch's rules of differentiation; `<case>/slope` is such a difference
along the direction of which element j of each input has cos(j), where the function has no corner.
"""

import pathlib

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent

# What inputs are changed by: the curvature errs by it, and rounding by 1e-16 over it.
STEP = 1e-6
# How far slopes may be from each other, or from a gradient, in relation to the largest gradient.
TOLERANCE = 1e-4
MOST_ELEMENTS = 400

tensors: dict[str, torch.Tensor] = {}
metadata: dict[str, str] = {}


def stored(tensor):
    """A tensor as the file holds it."""
    kind = torch.int32 if tensor.dtype in (torch.int64, torch.int32) else torch.float32
    return tensor.detach().to(kind).contiguous().clone()


@torch.no_grad()
def confirm(name, loss, gradients):
    """Compares gradients with differences of a loss, which is computed anew from float64 leaves.

    `gradients` are pairs of a leaf and the loss's gradient by it. All elements are compared, of large
    leaves some hundreds. Where the function has a corner, so that the slopes on both sides differ,
    there is no derivative to compare with.
    """
    middle = loss()
    for leaf, gradient in gradients:
        slack = TOLERANCE * max([1.0] + gradient.abs().flatten().tolist())
        elements = leaf.data.view(-1)
        for j in range(0, len(elements), 1 + len(elements) // MOST_ELEMENTS):
            expected, start = gradient.reshape(-1)[j].item(), elements[j].item()
            elements[j] = start - STEP
            left = (middle - loss()) / STEP
            elements[j] = start + STEP
            right = (loss() - middle) / STEP
            elements[j] = start
            assert abs(right - left) > slack or abs((left + right) / 2 - expected) <= slack, (
                f"{name}: the gradient {expected} of element {j}, but the slope {left}, {right}")


def case(name, operation, function, *inputs, differentiable=True, confirmed=True):
    """Records one case; `operation` is the name and the numbers the Swift side reads.

    Gradients are not confirmed where they are no derivatives on purpose.
    """
    assert name not in metadata, name
    metadata[name] = operation
    arguments = []
    for index, value in enumerate(inputs):
        tensors[f"{name}/input{index}"] = stored(value)
        if value.is_floating_point():
            value = value.double().contiguous().requires_grad_(differentiable)
        arguments.append(value)
    output = function(*arguments)
    tensors[f"{name}/output"] = stored(output)
    if not differentiable:
        return
    upstream = normal(*output.shape)
    tensors[f"{name}/upstream"] = stored(upstream)
    output.backward(upstream.double())
    leaves = {i: value for i, value in enumerate(arguments) if value.is_floating_point()}
    for index, value in leaves.items():
        tensors[f"{name}/gradient{index}"] = stored(value.grad)
    if confirmed:
        weights = upstream.double()
        confirm_case(name, lambda: (function(*arguments) * weights).sum().item(),
                     list(leaves.values()))


@torch.no_grad()
def confirm_case(name, loss, leaves):
    """Confirms the gradients of a case, and records its slope."""
    confirm(name, loss, [(leaf, leaf.grad) for leaf in leaves])
    starts = [leaf.data.clone() for leaf in leaves]
    directions = [torch.arange(s.numel(), dtype=torch.float64).cos().view_as(s) for s in starts]

    def moved(distance):
        for leaf, start, direction in zip(leaves, starts, directions):
            leaf.data.copy_(start + distance * direction)
        return loss()

    below, middle, above = (moved(distance) for distance in (-STEP, 0, STEP))
    left, right = (middle - below) / STEP, (above - middle) / STEP
    if abs(right - left) <= TOLERANCE * max(1, abs(left)):
        tensors[f"{name}/slope"] = stored(torch.tensor((left + right) / 2))


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
