#!/usr/bin/env python3
"""Some works of the benchmark in tinygrad, through OpenCL, with its just-in-time graph."""

import os
import pathlib
import sys

os.environ.setdefault("DEV", "CL")
# This script has the name of the library: its folder must not come first.
folder = str(pathlib.Path(__file__).resolve().parent)
sys.path = [entry for entry in sys.path if entry != folder] + [folder]

import importlib.metadata  # noqa: E402

from tinygrad import Context, Device, Tensor, TinyJit, nn  # noqa: E402

from peer import arguments, parser, serve  # noqa: E402


def product(rows, columns, depth):
    def prepare():
        left, right = Tensor.randn(rows, depth).realize(), Tensor.randn(depth, columns).realize()
        return TinyJit(lambda: (left @ right).realize())

    return prepare


class LeNet:
    def __init__(self):
        self.layers = [
            nn.Conv2d(1, 20, 5), Tensor.relu, lambda x: x.max_pool2d(2), nn.Conv2d(20, 50, 5),
            Tensor.relu, lambda x: x.max_pool2d(2), lambda x: x.flatten(1), nn.Linear(800, 500),
            Tensor.relu, nn.Linear(500, 10)]

    def __call__(self, images):
        return images.sequential(self.layers)


def lenet():
    model = LeNet()
    optimizer = nn.optim.Adam(nn.state.get_parameters(model))
    images = Tensor.randn(128, 1, 28, 28).realize()
    labels = (Tensor.arange(128) % 10).realize()

    @TinyJit
    def step():
        with Context(TRAINING=1):
            optimizer.zero_grad()
            loss = model(images).sparse_categorical_crossentropy(labels).backward()
            return loss.realize(*optimizer.schedule_step())

    return step


WORKS = {
    "product-1024x1024x1024": product(1024, 1024, 1024),
    "lenet": lenet,
}

if __name__ == "__main__":
    if arguments.precision != "float32":
        parser.error("tinygrad has its works in float32 only")
    version = importlib.metadata.version("tinygrad")
    serve(
        f"tinygrad {version} on {Device.DEFAULT}", WORKS,
        lambda: Device[Device.DEFAULT].synchronize())
