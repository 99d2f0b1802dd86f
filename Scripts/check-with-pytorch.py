#!/usr/bin/env python3
"""Compares a trained model with the same network in PyTorch.

Loads the weights of a run directory into PyTorch by load_state_dict, without renaming, evaluates
the test images of Fashion-MNIST there, and compares with `gpu-train eval`: the mean loss must agree
within 1e-4, the accuracy within 0.0002.

Usage:
    gpu-train train --run runs/check
    python3 Scripts/check-with-pytorch.py runs/check [--gpu-train PATH] [--device DEVICE]

Needs the packages torch, numpy and safetensors. Ends with code 0 if both agree, otherwise 1.
"""

import argparse
import gzip
import json
import pathlib
import subprocess
import sys

import numpy
import torch
from safetensors.torch import load_file
from torch import nn

LOSS_TOLERANCE = 1e-4
ACCURACY_TOLERANCE = 0.0002

# Mean and standard deviation of the pixels of Fashion-MNIST's training images.
MEAN, STANDARD_DEVIATION = 0.2860, 0.3530

BATCH_SIZE = 1000


class LeNet(nn.Module):
    """LeCun et al., "Gradient-based learning applied to document recognition", with ReLU."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))

    def forward(self, images):
        return self.classifier(self.features(images))


class MLP(nn.Module):
    """Two hidden layers of 256 and 128 neurons."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(),
            nn.Linear(128, 10))

    def forward(self, images):
        return self.layers(images)


MODELS = {"lenet": LeNet, "mlp": MLP}


def read_idx(path, header_size):
    """The bytes of a gzipped IDX file behind its header."""
    with gzip.open(path) as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=header_size)


def read_test_set(directory):
    """Normalized images [count, 1, 28, 28] and labels [count]."""
    pixels = read_idx(directory / "t10k-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
    labels = read_idx(directory / "t10k-labels-idx1-ubyte.gz", 8).astype(numpy.int64)
    images = (torch.from_numpy(pixels.astype(numpy.float32)) / 255 - MEAN) / STANDARD_DEVIATION
    return images, torch.from_numpy(labels)


@torch.no_grad()
def evaluate(model, images, labels):
    """Mean loss and accuracy of the model."""
    model.eval()
    loss, correct = 0.0, 0
    for image_batch, label_batch in zip(images.split(BATCH_SIZE), labels.split(BATCH_SIZE)):
        logits = model(image_batch)
        loss += nn.functional.cross_entropy(logits, label_batch, reduction="sum").item()
        correct += (logits.argmax(1) == label_batch).sum().item()
    return loss / len(labels), correct / len(labels)


def main():
    parser = argparse.ArgumentParser(description="Compares a trained model with PyTorch.")
    parser.add_argument("run", type=pathlib.Path, help="the run directory")
    parser.add_argument("--gpu-train", default=".build/release/gpu-train", metavar="PATH")
    parser.add_argument("--device", default="auto", help="where gpu-train evaluates")
    parser.add_argument(
        "--data", type=pathlib.Path, default="/usr/share/datasets/fashion-mnist",
        help="the directory of Fashion-MNIST")
    options = parser.parse_args()

    config = json.loads((options.run / "config.json").read_text())
    model = MODELS[config["model"]]()
    model.load_state_dict(load_file(options.run / "model.safetensors"))
    loss, accuracy = evaluate(model, *read_test_set(options.data))

    command = [
        options.gpu_train, "eval", "--run", str(options.run), "--device", options.device,
        "--data", "fashion-mnist", "--json"]
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    loss_difference = abs(loss - result["testLoss"])
    accuracy_difference = abs(accuracy - result["testAccuracy"])
    print(f"           {'loss':>10}  {'accuracy':>8}")
    print(f"PyTorch    {loss:10.6f}  {accuracy:8.4f}")
    print(f"gpu-train  {result['testLoss']:10.6f}  {result['testAccuracy']:8.4f}")
    agrees = loss_difference <= LOSS_TOLERANCE and accuracy_difference <= ACCURACY_TOLERANCE
    print(
        f"{'they agree' if agrees else 'THEY DIFFER'}: loss by {loss_difference:.1e} "
        f"(at most {LOSS_TOLERANCE}), accuracy by {accuracy_difference:.1e} "
        f"(at most {ACCURACY_TOLERANCE})")
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
