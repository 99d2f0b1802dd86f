#!/usr/bin/env python3
"""Draws a training run: the loss of every step, and the test accuracy after every epoch.

Usage: Scripts/draw-run.py runs/NAME > run.svg    (needs nothing but Python 3)
"""

import json
import math
import pathlib
import sys

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 56, 34, 44


def read(directory):
    """Steps with their losses, and epochs' ends with their accuracies."""
    lines = (directory / "metrics.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    losses = [(e["step"], e["train/loss"]) for e in entries if "train/loss" in e]
    accuracies = [(e["step"], e["test/accuracy"]) for e in entries if "test/accuracy" in e]
    return losses, accuracies


def smoothed(points, weight=0.96):
    """The running mean of the losses, which tells more than the noise of single batches."""
    mean, result = points[0][1], []
    for step, value in points:
        mean = weight * mean + (1 - weight) * value
        result.append((step, mean))
    return result


def drawing(losses, accuracies, title):
    last = losses[-1][0]
    highest = math.ceil(max(loss for _, loss in losses) * 2) / 2

    def x(step):
        return LEFT + (WIDTH - LEFT - RIGHT) * step / last

    def y(share):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    def line(points, top, style):
        path = " ".join(f"{x(step):.1f},{y(value / top):.1f}" for step, value in points)
        return f'<polyline points="{path}" fill="none" {style}/>'

    def text(left, top, words, anchor="middle", color="#555"):
        return f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}" fill="{color}">{words}</text>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        text(WIDTH / 2, 20, title, color="#222"),
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<path d="M{LEFT} {y(share):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(text(LEFT - 8, y(share) + 4, f"{share * highest:.2g}", "end", "#2563a8"))
        parts.append(text(WIDTH - RIGHT + 8, y(share) + 4, f"{share:.0%}", "start", "#b4540a"))
    for step, _ in accuracies:
        parts.append(text(x(step), HEIGHT - BOTTOM + 18, f"{step:,}"))
    parts.append(text(WIDTH / 2, HEIGHT - 8, "step"))
    parts.append(line(losses, highest, 'stroke="#2563a8" stroke-opacity="0.25"'))
    parts.append(line(smoothed(losses), highest, 'stroke="#2563a8" stroke-width="2"'))
    parts.append(line(accuracies, 1, 'stroke="#b4540a" stroke-width="1.5"'))
    for step, accuracy in accuracies:
        parts.append(f'<circle cx="{x(step):.1f}" cy="{y(accuracy):.1f}" r="3.5" fill="#b4540a"/>')
    parts.append(text(LEFT + 8, TOP + 14, "training loss", "start", "#2563a8"))
    parts.append(text(WIDTH - RIGHT - 8, TOP + 14, "test accuracy", "end", "#b4540a"))
    return "\n".join(parts + ["</svg>"])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    directory = pathlib.Path(sys.argv[1])
    try:
        configuration = json.loads((directory / "config.json").read_text())
        losses, accuracies = read(directory)
    except (OSError, ValueError) as error:
        sys.exit(f"{directory} is no readable run: {error}")
    if not losses:
        sys.exit(f"{directory}: nothing has been trained yet")
    title = f'{configuration["model"]} on {configuration["data"]}, {configuration["optimizer"]}'
    print(drawing(losses, accuracies, title))


main()
