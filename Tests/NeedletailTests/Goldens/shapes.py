#!/usr/bin/env python3
"""Golden cases of operations on shapes, indices and images: python3 shapes.py (see goldens.py)."""

import torch
import torch.nn.functional as F

from goldens import case, normal, write

torch.manual_seed(21)


def numbers(*values):
    return " ".join(map(str, values))


def parts():
    """The parts are joined in reverse order, so that each shows in the output."""
    x = normal(5, 7)
    for axis, size in [(0, 2), (1, 3), (1, 7), (0, 9)]:
        case(f"split-{axis}-{size}", f"split {axis} {size}",
             lambda v: torch.cat(v.split(size, axis)[::-1], axis), x)
    for axis, sizes in [(1, (1, 4, 2)), (0, (3, 0, 2))]:
        case(f"split-sizes-{axis}", f"split-sizes {axis} {numbers(*sizes)}",
             lambda v: torch.cat(v.split(sizes, axis)[::-1], axis), x)
    for axis, count in [(0, 4), (1, 3), (0, 9)]:
        case(f"chunk-{axis}-{count}", f"chunk {axis} {count}",
             lambda v: torch.cat(v.chunk(count, axis)[::-1], axis), x)


def repetition():
    x = normal(2, 3, 4)
    for counts in [(2,), (2, 1, 3), (3, 2), (2, 1, 1, 2)]:
        case(f"tile-{'-'.join(map(str, counts))}", f"tile {numbers(*counts)}",
             lambda v: torch.tile(v, counts), x)
    for axis in range(3):
        case(f"repeat-interleave-{axis}", f"repeat-interleave {axis} 3",
             lambda v: v.repeat_interleave(3, axis), x)


def order():
    x = normal(3, 4, 5)
    for axes in [(0,), (2,), (0, 2), (0, 1, 2)]:
        case(f"flip-{'-'.join(map(str, axes))}", f"flip {numbers(*axes)}",
             lambda v: v.flip(axes), x)
    for shift, axis in [(1, 0), (-2, 1), (7, 2), (-11, 2), (5, 2)]:
        case(f"roll{shift}-{axis}", f"roll {shift} {axis}", lambda v: v.roll(shift, axis), x)


def indexing():
    x, indices = normal(4, 5, 6), torch.tensor([3, 0, 0, 2, 3, 3])
    for axis in range(3):
        case(f"index-select-{axis}", f"index-select {axis}",
             lambda v, i: v.index_select(axis, i), x, indices)
        shape = [4, 5, 6]
        shape[axis] = len(indices)
        case(f"index-add-{axis}", f"index-add {axis}",
             lambda v, i, s: v.index_add(axis, i, s), x, indices, normal(*shape))
    labels = torch.tensor([[2, 0], [5, 2]])
    case("one-hot", "one-hot 6", lambda v: F.one_hot(v, 6).float(), labels, differentiable=False)
    rows = torch.tensor([[1, 0, 4], [1, 1, 2]])
    case("embedding", "embedding", lambda i, w: F.embedding(i, w), rows, normal(5, 3))
    # The row of padding has no gradient on purpose.
    case("embedding-padding", "embedding 1", lambda i, w: F.embedding(i, w, padding_idx=1),
         rows, normal(5, 3), confirmed=False)


def sequences():
    for start, end, step in [(0, 5, 1), (1, 2.5, 0.25), (3, -1, -0.7)]:
        case(f"arange-{start}", f"arange {start} {end} {step}",
             lambda: torch.arange(start, end, step, dtype=torch.float64), differentiable=False)
    for start, end, count in [(0, 1, 5), (-2, 3, 8), (4, 1, 1), (0, 1, 0)]:
        case(f"linspace-{count}", f"linspace {start} {end} {count}",
             lambda: torch.linspace(start, end, count, dtype=torch.float64), differentiable=False)
    for rows, columns in [(3, 3), (2, 4), (4, 2)]:
        case(f"eye-{rows}-{columns}", f"eye {rows} {columns}",
             lambda: torch.eye(rows, columns), differentiable=False)


def masking():
    x = normal(2, 4, 5)
    for diagonal in (0, 1, -2, 9):
        case(f"tril{diagonal}", f"tril {diagonal}", lambda v: v.tril(diagonal), x)
        case(f"triu{diagonal}", f"triu {diagonal}", lambda v: v.triu(diagonal), x)
    mask = torch.randint(0, 2, (4, 1)).int()
    case("masked-fill", "masked-fill 2.5", lambda m, v: v.masked_fill(m != 0, 2.5), mask, x)


def einsums():
    extents = {"b": 2, "h": 3, "i": 4, "j": 5, "k": 3, "l": 2, "n": 4, "o": 2}
    for equation in [
        "ij->ji", "ij->i", "ij->", "bij->jb", "ii->i", "ii->", "ii", "bii->b", "iji->j", "iii->i",
        "ij,jk->ik", "ij,jk", "ij,kj->ki", "bij,bjk->bik", "bhij,bhkj->bhik", "bij,jk->bik",
        "i,j->ij", "i,i->", "i,i->i", "bi,bi->b", "ij,ij->", "ij,kl->ik", "ij,j->", "b,bij->ji",
        "ni,oij,nj->no", "ij,jk,kl->il", "ij,jk,kl->", "ii,ij->j", "bij,bjk,bk->bi",
    ]:
        labels = equation.split("->")[0].split(",")
        operands = [normal(*(extents[label] for label in operand)) for operand in labels]
        case(f"einsum-{equation}", f"einsum:{equation}", lambda *v: torch.einsum(equation, *v), *operands)


def upsampling():
    for shape, size in [
        ((2, 3, 4, 5), (8, 10)), ((1, 2, 3, 3), (9, 6)), ((2, 1, 5, 4), (7, 9)),
        ((1, 2, 7, 9), (4, 3)), ((1, 1, 1, 4), (3, 1)), ((1, 1, 4, 4), (4, 4)),
    ]:
        name = f"{shape[2]}x{shape[3]}-{size[0]}x{size[1]}"
        x = normal(*shape)
        case(f"nearest-{name}", f"upsample-nearest {numbers(*size)}",
             lambda v: F.interpolate(v, size, mode="nearest"), x)
        for corners in (False, True):
            case(f"bilinear-{name}-{int(corners)}",
                 f"upsample-bilinear {numbers(*size)} {int(corners)}",
                 lambda v: F.interpolate(v, size, mode="bilinear", align_corners=corners), x)


def attention():
    def masked(q, k, v, m):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=m != 0)

    q, k, v = normal(2, 3, 4, 6), normal(2, 3, 5, 6), normal(2, 3, 5, 7)
    case("attention", "attention", F.scaled_dot_product_attention, q, k, v)
    case("attention-matrix", "attention", F.scaled_dot_product_attention, q[0, 0], k[0, 0], v[0, 0])
    case("attention-causal", "attention-causal",
         lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), q, k, v)
    case("attention-sharp", "attention-scaled 9",
         lambda q, k, v: F.scaled_dot_product_attention(q, k, v, scale=9), q, k, v)
    padding = torch.tensor([[1, 1, 1, 0, 0], [1, 0, 1, 1, 1]])[:, None, None].int()
    case("attention-padding", "attention-masked", masked, q, k, v, padding)
    # Two queries that may look at nothing: zeros, and no gradient.
    mask = torch.randint(0, 2, (4, 5)).int()
    mask[1] = 0
    mask[3] = 0
    case("attention-empty-rows", "attention-masked", masked, q, k, v, mask)
    # With its own key masked, the first query is left without any.
    both = torch.tensor([0, 1, 1, 0, 1]).int()
    triangle = torch.ones(4, 5).tril()
    case("attention-causal-padding", "attention-masked-causal",
         lambda q, k, v, m: masked(q, k, v, m * triangle), q, k, v, both)


for make in (parts, repetition, order, indexing, sequences, masking, einsums, upsampling, attention):
    make()
write("shapes")
