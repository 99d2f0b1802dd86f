#!/usr/bin/env python3
"""Prints, as base64, the file that SafetensorsGolden.swift holds: what Hugging Face's own
implementation (the package safetensors, here 0.8.0) makes of a few tensors."""

import base64

import numpy
import safetensors.numpy

tensors = {
    "b.weight": numpy.array([[1.5, -2.0, 0.25], [3.0, 1e-30, -0.0]], dtype=numpy.float32),
    "a.bias": numpy.array([0.1], dtype=numpy.float32),
    "empty": numpy.zeros((0, 4), dtype=numpy.float32),
    "labels": numpy.array([7, -1], dtype=numpy.int32),
    'odd "name"\n\u00e9': numpy.array(42, dtype=numpy.float32),
}
print(base64.b64encode(safetensors.numpy.save(tensors, metadata={"format": "pt"})).decode())
