#!/usr/bin/env python3
"""Golden cases of recurrent networks: python3 recurrent.py (see goldens.py).

A case is a module: `<case>/input`, the states `<case>/state<i>` it starts from and its weights under
their own names go in, and `<case>/lengths` where samples differ in length; `<case>/output` and the
states `<case>/final<i>` come out. Each of those has an `<case>/upstream-…` and each float that goes
in a `<case>/gradient-…`. The metadata entry is the module, then inputs, units, layers, and whether
there are biases, the batch is first and there are both directions.
"""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from goldens import confirm, metadata, normal, stored, tensors, write

torch.manual_seed(21)

MODULES = {
    "rnn-tanh": nn.RNN, "rnn-relu": lambda *a, **k: nn.RNN(*a, nonlinearity="relu", **k),
    "lstm": nn.LSTM, "gru": nn.GRU, "rnn-cell": nn.RNNCell, "lstm-cell": nn.LSTMCell,
    "gru-cell": nn.GRUCell,
}


class ResetBefore(nn.GRU):
    """The GRU that PyTorch lacks: n = tanh(W x + b + W (r h) + b), one layer, one direction."""

    def forward(self, x, state):
        h, outputs = state[0], []
        for step in x:
            i = (step @ self.weight_ih_l0.T + self.bias_ih_l0).chunk(3, 1)
            w, b = self.weight_hh_l0.chunk(3), self.bias_hh_l0.chunk(3)
            r, z = (torch.sigmoid(i[k] + h @ w[k].T + b[k]) for k in (0, 1))
            n = torch.tanh(i[2] + (r * h) @ w[2].T + b[2])
            h = (1 - z) * n + z * h
            outputs.append(h)
        return torch.stack(outputs), h[None]


def run(module, x, states, lengths, batch_first):
    states = states[0] if len(states) == 1 else tuple(states)
    if lengths is None:
        result = module(x, states)
    else:
        packed = pack_padded_sequence(x, lengths, batch_first, enforce_sorted=False)
        packed, final = module(packed, states)
        steps = x.shape[1 if batch_first else 0]
        result = pad_packed_sequence(packed, batch_first, total_length=steps)[0], final
    return result


def record(name, kind, module, x, states, entry, lengths=None, batch_first=False):
    assert name not in metadata, name
    metadata[name] = f"{kind} {entry}"
    module = module.float()
    weights = {key: value.detach().clone() for key, value in module.named_parameters()}
    inputs = {"input": x, **{f"state{i}": state for i, state in enumerate(states)}}
    for key, value in {**inputs, **weights}.items():
        tensors[f"{name}/{key}"] = stored(value)
    if lengths is not None:
        tensors[f"{name}/lengths"] = stored(lengths)
    module = module.double()
    leaves = {key: value.double().requires_grad_() for key, value in inputs.items()}
    outputs = compute(kind, module, leaves, lengths, batch_first)
    upstreams = {key: normal(*value.shape) for key, value in outputs.items()}
    for key, value in outputs.items():
        tensors[f"{name}/{key}"] = stored(value)
        tensors[f"{name}/upstream-{key}"] = stored(upstreams[key])

    def loss():
        outputs = compute(kind, module, leaves, lengths, batch_first)
        return sum((outputs[key] * upstreams[key].double()).sum() for key in outputs)

    loss().backward()
    varied = {**leaves, **dict(module.named_parameters())}
    for key, value in varied.items():
        tensors[f"{name}/gradient-{key}"] = stored(value.grad)
    confirm(name, lambda: loss().item(), [(value, value.grad) for value in varied.values()])


def compute(kind, module, leaves, lengths, batch_first):
    """The output and the final states by their names."""
    results = run(module, leaves["input"], list(leaves.values())[1:], lengths, batch_first)
    if kind.endswith("-cell"):
        final = results if isinstance(results, tuple) else (results,)
        outputs = {}
    else:
        final = results[1] if isinstance(results[1], tuple) else (results[1],)
        outputs = {"output": results[0]}
    return outputs | {f"final{i}": state for i, state in enumerate(final)}


def sequence(name, kind, steps, batch, inputs, units, layers=1, bias=True, batch_first=False,
             bidirectional=False, lengths=None, module=None):
    if module is None:
        module = MODULES[kind](inputs, units, layers, bias=bias, batch_first=batch_first,
                               bidirectional=bidirectional)
    x = normal(batch, steps, inputs) if batch_first else normal(steps, batch, inputs)
    count = layers * (2 if bidirectional else 1)
    states = [normal(count, batch, units) for _ in range(2 if kind == "lstm" else 1)]
    entry = f"{inputs} {units} {layers} {int(bias)} {int(batch_first)} {int(bidirectional)}"
    record(name, kind, module, x, states, entry,
           None if lengths is None else torch.tensor(lengths), batch_first)


for kind in ("rnn-tanh", "rnn-relu", "lstm", "gru"):
    sequence(f"{kind}-plain", kind, 5, 3, 4, 6)
    sequence(f"{kind}-one", kind, 1, 1, 1, 1)
    sequence(f"{kind}-unbiased", kind, 4, 2, 3, 5, bias=False)
    sequence(f"{kind}-layers", kind, 4, 2, 3, 5, layers=3)
    sequence(f"{kind}-both", kind, 4, 2, 3, 5, bidirectional=True)
    sequence(f"{kind}-both-layers-batch-first", kind, 4, 3, 3, 5, layers=2, batch_first=True,
             bidirectional=True)
    sequence(f"{kind}-lengths", kind, 6, 4, 3, 5, lengths=[3, 6, 1, 4])
    sequence(f"{kind}-lengths-all", kind, 5, 3, 3, 5, layers=2, batch_first=True,
             bidirectional=True, lengths=[2, 5, 3])
    sequence(f"{kind}-wide", kind, 12, 7, 9, 33)
sequence("gru-reset-before", "gru-reset-before", 5, 3, 4, 6, module=ResetBefore(4, 6))
sequence("gru-reset-before-wide", "gru-reset-before", 9, 5, 7, 19, module=ResetBefore(7, 19))
for kind in ("rnn", "lstm", "gru"):
    module = MODULES[f"{kind}-cell"](4, 6)
    states = [normal(3, 6) for _ in range(2 if kind == "lstm" else 1)]
    record(f"{kind}-cell", f"{kind}-cell", module, normal(3, 4), states, "4 6 1 1 0 0")
write("recurrent")
