#!/usr/bin/env python3
"""The works of the benchmark in PyTorch, on CUDA where there is such a device, otherwise on all
cores of the processor. Float32 throughout, unless a lower precision of products is asked for: then
TF32 is on, or they are cast to bfloat16."""

import contextlib
import json
import os
import platform
import tempfile

import torch
from torch import nn
from torch.nn import functional

from peer import arguments, serve

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(1)
torch.backends.cuda.matmul.allow_tf32 = arguments.precision == "tf32"
torch.backends.cudnn.allow_tf32 = arguments.precision == "tf32"
torch.set_num_threads(len(os.sched_getaffinity(0)))


def cast():
    """Where products are computed, which are cast to bfloat16 where that is asked for."""
    if arguments.precision == "bf16":
        return torch.autocast(device, dtype=torch.bfloat16)
    return contextlib.nullcontext()


def normal(*shape, gradient=False):
    return torch.randn(*shape, device=device, requires_grad=gradient)


def product(rows, columns, depth):
    def prepare():
        left, right = normal(rows, depth), normal(depth, columns)

        def step():
            with cast():
                left @ right

        return step

    return prepare


def convolution(batch, inputs, outputs, size, kernel, stride=1, padding=0, groups=1):
    def prepare():
        images = normal(batch, inputs, size, size, gradient=True)
        weights = normal(outputs, inputs // groups, kernel, kernel, gradient=True)
        side = (size + 2 * padding - kernel) // stride + 1
        gradient = normal(batch, outputs, side, side)

        def step():
            images.grad = weights.grad = None
            with cast():
                result = functional.conv2d(
                    images, weights, stride=stride, padding=padding, groups=groups)
            (result * gradient).sum().backward()

        return step

    return prepare


def training_step(make_model, make_input, make_targets):
    def prepare():
        model = make_model().to(device).train()
        optimizer = torch.optim.Adam(model.parameters())
        data, targets = make_input().to(device), make_targets().to(device)

        def step():
            optimizer.zero_grad()
            with cast():
                loss = functional.cross_entropy(model(data), targets)
            loss.backward()
            optimizer.step()

        return step

    return prepare


def image_classifier(make_model, shape, classes):
    return training_step(
        make_model, lambda: torch.randn(shape), lambda: torch.arange(shape[0]) % classes)


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))


def vgg_features(stages):
    layers, inputs = [], 3
    for stage in stages:
        for outputs in stage:
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
            inputs = outputs
        layers.append(nn.MaxPool2d(2))
    return layers + [nn.Flatten()]


def vgg():
    stages = [[64] * 2, [128] * 2, [256] * 2]
    return nn.Sequential(*vgg_features(stages), nn.Linear(256 * 4 * 4, 10))


def vgg16():
    stages = [[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3]
    return nn.Sequential(
        *vgg_features(stages), nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Dropout(),
        nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 1000))


def alexnet():
    return nn.Sequential(
        nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
        nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096),
        nn.ReLU(), nn.Linear(4096, 1000))


class ResidualBlock(nn.Module):
    """Two convolutions, or where there are `expansion` times as many outputs three."""

    def __init__(self, inputs, width, stride, expansion):
        super().__init__()
        outputs = width * expansion
        sizes = [(width, 3, stride), (outputs, 3, 1)]
        if expansion > 1:
            sizes = [(width, 1, 1), (width, 3, stride), (outputs, 1, 1)]
        layers, channels = [], inputs
        for number, (size, kernel, step) in enumerate(sizes):
            layers += [nn.ReLU()] if number else []
            layers += [
                nn.Conv2d(channels, size, kernel, step, kernel // 2, bias=False),
                nn.BatchNorm2d(size)]
            channels = size
        self.residual = nn.Sequential(*layers)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, images):
        return functional.relu(self.residual(images) + self.shortcut(images))


def resnet(blocks, expansion):
    layers = [
        nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
        nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for width, count in zip((64, 128, 256, 512), blocks):
        for number in range(count):
            stride = 2 if number == 0 and width > 64 else 1
            layers.append(ResidualBlock(inputs, width, stride, expansion))
            inputs = width * expansion
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000))


class SymbolLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(96, 64)
        self.lstm = nn.LSTM(64, 256, 2)
        self.output = nn.Linear(256, 96)

    def forward(self, symbols):
        return self.output(self.lstm(self.embedding(symbols))[0]).flatten(0, 1)


def text():
    return torch.arange(64 * 32) * 7 % 96


def peak_bytes(prepare):
    """The most bytes of tensors in the last of some repetitions, parameters and state among them.

    On CUDA as its allocator counts. On a processor, which has no such count, PyTorch's profiler notes
    every allocation and release of tensors, from before the first until the end; what oneDNN takes
    for itself is not among them.
    """
    if device == "cuda":
        step = prepare()
        for _ in range(3):
            step()
        torch.cuda.reset_peak_memory_stats()
        step()
        torch.cuda.synchronize()
        return torch.cuda.max_memory_allocated()
    activities = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=activities, profile_memory=True) as profile:
        step = prepare()
        for _ in range(2):
            step()
        with torch.profiler.record_function("the last repetition"):
            step()
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "trace.json")
        profile.export_chrome_trace(path)
        with open(path) as file:
            events = json.load(file)["traceEvents"]
    changes = [event for event in events if event.get("name") == "[memory]"]
    start = next(event["ts"] for event in events if event.get("name") == "the last repetition")
    total = peak = 0
    for change in sorted(changes, key=lambda event: event["ts"]):
        total += change["args"]["Bytes"]
        if change["ts"] >= start:
            peak = max(peak, total)
    return peak


WORKS = {
    "product-1024x1024x1024": product(1024, 1024, 1024),
    "product-128x500x800": product(128, 500, 800),
    "product-500x800x128": product(500, 800, 128),
    "product-32x1024x256": product(32, 1024, 256),
    "convolution-lenet2": convolution(128, 20, 50, 12, 5),
    "convolution-vgg1": convolution(64, 64, 64, 32, 3, padding=1),
    "convolution-vgg3": convolution(64, 256, 256, 8, 3, padding=1),
    "convolution-alexnet1": convolution(4, 3, 64, 224, 11, stride=4, padding=2),
    "convolution-resnet2": convolution(4, 128, 128, 28, 3, padding=1),
    "convolution-resnet-down": convolution(4, 128, 256, 28, 1, stride=2),
    "convolution-depthwise": convolution(16, 64, 64, 56, 3, padding=1, groups=64),
    "lenet": image_classifier(lenet, (128, 1, 28, 28), 10),
    "vgg": image_classifier(vgg, (64, 3, 32, 32), 10),
    "lstm": training_step(
        SymbolLSTM, lambda: text().reshape(64, 32), lambda: (text() + 7) % 96),
    "resnet18": image_classifier(lambda: resnet((2, 2, 2, 2), 1), (4, 3, 224, 224), 1000),
    "alexnet": image_classifier(alexnet, (4, 3, 224, 224), 1000),
    "product-4096x4096x4096": product(4096, 4096, 4096),
    "product-8192x8192x8192": product(8192, 8192, 8192),
    "resnet50": image_classifier(lambda: resnet((3, 4, 6, 3), 4), (32, 3, 224, 224), 1000),
    "vgg16": image_classifier(vgg16, (32, 3, 224, 224), 1000),
}

if __name__ == "__main__":
    where = torch.cuda.get_device_name() if device == "cuda" else platform.processor() or "CPU"
    threads = f", {torch.get_num_threads()} threads" if device == "cpu" else ""
    serve(
        f"PyTorch {torch.__version__} on {where}{threads}", WORKS,
        torch.cuda.synchronize if device == "cuda" else lambda: None, peak_bytes)
