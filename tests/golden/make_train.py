#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""Writes train.golden: losses, logits, gradients, running statistics, optimiser and schedules as PyTorch has them.

Run it as  /usr/bin/python3 tests/golden/make_train.py  with Debian's python3-torch. Weights and inputs come from one
generator that tests/train/fixture.c repeats; everything is computed in double precision. The file is a sequence of
arrays, each a line "name rows columns" and then rows x columns little-endian 32-bit floats. A gradient is one row: its
norm, its dot product with the generator's numbers, and up to 256 of its elements, evenly spaced.
"""

import pathlib
import re

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_sequence, unpack_sequence

LABELS = 6
SUBSET = 256

# name: architecture line, channels, shortest and longest sequence, sequences. Repeated in tests/train/golden.c.
CASES = {
    "report": ("conv1d(16,k=3) relu conv1d(24,k=3) relu maxpool(2) lstm(32,layers=2,bidirectional) last linear",
               1, 40, 40, 6),
    "default": ("conv1d(64,k=5) bn relu maxpool(2) conv1d(128,k=3) bn relu maxpool(2) lstm(64,layers=2,bidirectional) "
                "attention(4) linear", 40, 21, 60, 9),
    "shards": ("conv1d(8,k=3,bias=0) bn relu maxpool(3) lstm(6) final linear(10) bn relu linear", 5, 3, 17, 70),
    "bilstm": ("lstm(7,layers=3,bidirectional) final linear", 6, 1, 12, 5),
    "perceptron": ("conv1d(4,k=7) relu maxpool(3) flatten linear(12) relu linear", 1, 20, 20, 4),
    "average": ("bn conv1d(9,k=9) relu lstm(5) mean linear(8) relu linear", 4, 2, 14, 7),
    "encoder": ("encoder(14,10) conv1d(6,k=3) relu maxpool(3) lstm(5,bidirectional) final linear", 1, 20, 20, 40),
}

# The encoder of an autoencoder, and the decoder; as many values as inputs come out.
AUTOENCODER_LINE = "flatten linear(14) relu linear(6) linear(14) relu linear(20)"

STEPS_LINE = "conv1d(12,k=3,bias=0) bn relu maxpool(2) lstm(8,layers=2,bidirectional) attention(2) linear"
STEPS = 10


def lcg(seed, n):
    """n numbers in [-1, 1), exact in single precision"""
    x = np.empty(n)
    state = (seed * 2654435761 + 12345) % 2**32
    for i in range(n):
        state = (state * 1664525 + 1013904223) % 2**32
        x[i] = (state >> 8) / 2.0**23 - 1
    return x


def scale_for(fan_in):
    """The power of two at or under 1 / sqrt (fan_in)"""
    k = 0
    while 4**k < fan_in:
        k += 1
    return 2.0**-k


class Network:
    """An architecture line on a list of sequences, each [T, C]; tensors are named and ordered as ser-core does."""

    def __init__(self, line, channels, length):
        self.params, self.running = {}, {}
        self.seed = 0
        self.layers = []
        items = re.findall(r"(\w+)(?:\(([^)]*)\))?", line)
        counts = {kind: sum(k == kind for k, _ in items) for kind, _ in items}
        seen = {}
        for i, (kind, text) in enumerate(items):
            args = text.split(",") if text else []
            number = int(args[0]) if args and args[0].isdigit() else None
            options = {a.split("=")[0]: int(a.split("=")[1]) if "=" in a else 1 for a in args[1:]}
            prefix = {"conv1d": "conv", "linear": "fc"}.get(kind, kind)
            seen[kind] = seen.get(kind, 0) + 1
            if counts[kind] > 1:
                prefix += str(seen[kind])
            if kind == "linear" and number is None:
                number = LABELS
            channels, length = self.add(kind, prefix, number, options, channels, length)

    def weights(self, name, *shape, fan_in, offset=0.0, frozen=False):
        self.seed += 1
        x = offset + scale_for(fan_in) * lcg(self.seed, int(np.prod(shape)))
        self.params[name] = torch.tensor(x.reshape(shape), requires_grad=not frozen)

    def add(self, kind, p, number, options, C, length):
        if kind == "conv1d":
            k = options.get("k", 3)
            self.weights(f"{p}.weight", number, C, k, fan_in=C * k)
            if options.get("bias", 1):
                self.weights(f"{p}.bias", number, fan_in=C * k)
            out = number
        elif kind == "bn":
            self.weights(f"{p}.weight", C, fan_in=16, offset=1.0)
            self.weights(f"{p}.bias", C, fan_in=16)
            self.seed += 2
            self.running[p] = [torch.tensor(0.25 * lcg(self.seed - 1, C)), torch.tensor(1 + 0.5 * lcg(self.seed, C))]
            out = C
        elif kind == "lstm":
            H, directions = number, 1 + options.get("bidirectional", 0)
            for layer in range(options.get("layers", 1)):
                width = C if layer == 0 else directions * H
                for suffix in ["", "_reverse"][:directions]:
                    self.weights(f"{p}.weight_ih_l{layer}{suffix}", 4 * H, width, fan_in=H)
                    self.weights(f"{p}.weight_hh_l{layer}{suffix}", 4 * H, H, fan_in=H)
                    self.weights(f"{p}.bias_ih_l{layer}{suffix}", 4 * H, fan_in=H)
                    self.weights(f"{p}.bias_hh_l{layer}{suffix}", 4 * H, fan_in=H)
            out = directions * H
        elif kind in ("linear", "attention"):
            self.weights(f"{p}.weight", number, C, fan_in=C)
            self.weights(f"{p}.bias", number, fan_in=C)
            out = number * C if kind == "attention" else number
        elif kind == "maxpool":
            out, length = C, length // number
        elif kind == "encoder":
            (code,) = (int(key) for key in options)
            self.weights(f"{p}.0.weight", number, length, fan_in=length, frozen=True)
            self.weights(f"{p}.0.bias", number, fan_in=length, frozen=True)
            self.weights(f"{p}.2.weight", code, number, fan_in=number, frozen=True)
            self.weights(f"{p}.2.bias", code, fan_in=number, frozen=True)
            out, length = 1, code
        else:
            out = C * length if kind == "flatten" else C
        self.layers.append((kind, p, number, options, C))
        return out, length

    def lstm(self, p, H, options, C, xs):
        module = torch.nn.LSTM(C, H, options.get("layers", 1), bidirectional=bool(options.get("bidirectional"))).double()
        for name, _ in list(module.named_parameters()):
            delattr(module, name)
            setattr(module, name, self.params[f"{p}.{name}"])
        module._flat_weights = [self.params[f"{p}.{name}"] for name in module._flat_weights_names]
        y, (h, _) = module(pack_sequence(xs, enforce_sorted=False))
        directions = 1 + bool(options.get("bidirectional"))
        self.final = torch.cat(list(h[-directions:]), dim=1)
        return unpack_sequence(y)

    def __call__(self, xs):
        for kind, p, number, options, C in self.layers:
            get = self.params.get
            if kind == "conv1d":
                w = get(f"{p}.weight")
                xs = [F.conv1d(x.T[None], w, get(f"{p}.bias"), padding=w.shape[2] // 2)[0].T for x in xs]
            elif kind == "bn":
                lengths = [len(x) if x.dim() > 1 else 1 for x in xs]
                rows = torch.cat([x.reshape(-1, C) for x in xs])
                rows = F.batch_norm(rows, *self.running[p], get(f"{p}.weight"), get(f"{p}.bias"), training=True)
                shapes = [x.shape for x in xs]
                xs = [y.reshape(shape) for y, shape in zip(rows.split(lengths), shapes)]
            elif kind == "relu":
                xs = [F.relu(x) for x in xs]
            elif kind == "maxpool":
                xs = [F.max_pool1d(x.T[None], number)[0].T for x in xs]
            elif kind == "lstm":
                xs = self.lstm(p, number, options, C, xs)
            elif kind == "last":
                xs = [x[-1] for x in xs]
            elif kind == "final":
                xs = list(self.final)
            elif kind == "mean":
                xs = [x.mean(0) for x in xs]
            elif kind == "flatten":
                xs = [x.reshape(-1) for x in xs]
            elif kind == "attention":
                xs = [(torch.softmax(F.linear(x, get(f"{p}.weight"), get(f"{p}.bias")), 0).T @ x).reshape(-1) for x in xs]
            elif kind == "encoder":
                hidden = [F.relu(F.linear(x[:, 0], get(f"{p}.0.weight"), get(f"{p}.0.bias"))) for x in xs]
                xs = [F.linear(h, get(f"{p}.2.weight"), get(f"{p}.2.bias"))[:, None] for h in hidden]
            elif kind == "linear":
                xs = [F.linear(x, get(f"{p}.weight"), get(f"{p}.bias")) for x in xs]
        return torch.stack(xs)


def batch(channels, shortest, longest, n):
    """Sequences and soft targets"""
    span = longest - shortest + 1
    xs = [torch.tensor(2 * lcg(1000 + b, (shortest + (b * 7) % span) * channels).reshape(-1, channels)) for b in range(n)]
    weights = torch.tensor(1.0625 + lcg(999, n * LABELS).reshape(n, LABELS))
    return xs, weights / weights.sum(1, keepdim=True)


def loss_of(logits, targets):
    return -(targets * F.log_softmax(logits, 1)).sum(1).mean()


def summary(x):
    x = x.detach().numpy().reshape(-1)
    stride = -(-len(x) // SUBSET)
    return np.concatenate([[np.linalg.norm(x), x @ lcg(77, len(x))], x[::stride]])[None]


def running_rows(network):
    return np.concatenate([np.concatenate([m.numpy(), v.numpy()]) for m, v in network.running.values()])[None]


def network_case(arrays, name, line, channels, shortest, longest, n):
    network = Network(line, channels, shortest)
    xs, targets = batch(channels, shortest, longest, n)
    logits = network(xs)
    loss = loss_of(logits, targets)
    loss.backward()
    arrays[f"{name}/loss"] = np.array([[loss.item()]])
    arrays[f"{name}/logits"] = logits.detach().numpy()
    if network.running:
        arrays[f"{name}/running"] = running_rows(network)
    for key, param in network.params.items():
        arrays[f"{name}/{key}"] = summary(torch.zeros_like(param) if param.grad is None else param.grad)


def autoencoder_case(arrays):
    """The mean squared error of a batch's reconstruction, its gradients, and losses of ten steps of AdamW"""
    network = Network(AUTOENCODER_LINE, 1, 20)
    xs, _ = batch(1, 20, 20, 40)
    inputs = torch.stack(xs)[:, :, 0]
    params = list(network.params.values())
    adamw = torch.optim.AdamW(params, lr=0.01, weight_decay=0.0)
    losses = []
    for step in range(STEPS):
        adamw.zero_grad()
        loss = F.mse_loss(network(xs), inputs)
        loss.backward()
        if step == 0:
            for key, param in network.params.items():
                arrays[f"autoencoder/{key}"] = summary(param.grad)
        adamw.step()
        losses.append(loss.item())
    arrays["autoencoder/losses"] = np.array([losses])


def steps_case(arrays):
    """Losses of ten steps of AdamW on one-cycle with clipping, weight decay on matrices only, then running statistics"""
    network = Network(STEPS_LINE, 7, 8)
    xs, targets = batch(7, 8, 23, 12)
    params = list(network.params.values())
    groups = [{"params": [p for p in params if p.dim() > 1], "weight_decay": 0.1},
              {"params": [p for p in params if p.dim() == 1], "weight_decay": 0.0}]
    adamw = torch.optim.AdamW(groups, lr=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adamw, 0.02, total_steps=STEPS)
    losses = []
    for _ in range(STEPS):
        adamw.zero_grad()
        loss = loss_of(network(xs), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(params, 0.25)
        adamw.step()
        schedule.step()
        losses.append(loss.item())
    arrays["steps/losses"] = np.array([losses])
    arrays["steps/running"] = running_rows(network)


def adamw_case(arrays):
    """Fifty steps on a quadratic, beta1 moved by the one-cycle schedule; a row per step"""
    n = 24
    p = torch.tensor(lcg(1, n))
    centre, curvature = torch.tensor(lcg(2, n)), torch.tensor(1.0625 + lcg(3, n))
    first, second = p[:n // 2].clone().requires_grad_(), p[n // 2:].clone().requires_grad_()
    adamw = torch.optim.AdamW([{"params": [first], "weight_decay": 0.3}, {"params": [second], "weight_decay": 0.0}], lr=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adamw, 0.1, total_steps=50)
    rows = []
    for _ in range(50):
        whole = torch.cat([first, second]).detach()
        grad = curvature * (whole - centre)
        first.grad, second.grad = grad[:n // 2].clone(), grad[n // 2:].clone()
        adamw.step()
        schedule.step()
        rows.append(torch.cat([first, second]).detach().numpy())
    arrays["adamw"] = np.stack(rows)


def schedule_case(arrays, steps):
    p = torch.zeros(1, requires_grad=True)
    adamw = torch.optim.AdamW([p], lr=0.004)
    one_cycle = torch.optim.lr_scheduler.OneCycleLR(adamw, 0.004, total_steps=steps)
    rows = []
    for i in range(steps):
        rows.append([adamw.param_groups[0]["lr"], adamw.param_groups[0]["betas"][0]])
        adamw.step()
        if i + 1 < steps:
            one_cycle.step()
    arrays[f"one-cycle-{steps}"] = np.array(rows)
    sgd = torch.optim.SGD([p], lr=0.004)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(sgd, steps)
    rows = []
    for _ in range(steps):
        rows.append([sgd.param_groups[0]["lr"]])
        sgd.step()
        cosine.step()
    arrays[f"cosine-{steps}"] = np.array(rows)


def metrics_case(arrays):
    """Figures by their definitions: rows of probabilities, then truth, then accuracy, UAR, macro F1, ECE, loss"""
    n, labels = 200, 5
    p = (1.0625 + lcg(50, n * labels).reshape(n, labels)) ** 3
    p = (p / p.sum(1, keepdims=True)).astype(np.float32).astype(np.float64)
    truth = np.where(lcg(51, n) < 0.2, p.argmax(1), ((lcg(52, n) + 1) * 2).astype(int))  # label 4 only when predicted
    predicted, confidence = p.argmax(1), p.max(1)
    recalls, scores = [], []
    for label in np.unique(truth):
        hit = np.sum((truth == label) & (predicted == label))
        recall, precision = hit / np.sum(truth == label), hit / max(np.sum(predicted == label), 1)
        recalls.append(recall)
        scores.append(2 * precision * recall / (precision + recall) if hit else 0.0)
    order = np.argsort(confidence, kind="stable")
    edges = [n * b // 15 for b in range(16)]
    right = predicted == truth
    ece = sum(abs(right[order[a:b]].mean() - confidence[order[a:b]].mean()) * (b - a) / n for a, b in zip(edges, edges[1:]))
    loss = -np.log(p[np.arange(n), truth]).mean()
    arrays["metrics/probabilities"] = p
    arrays["metrics/truth"] = truth[None]
    arrays["metrics/figures"] = np.array([[right.mean(), np.mean(recalls), np.mean(scores), ece, loss]])


def main():
    arrays = {}
    for name, case in CASES.items():
        network_case(arrays, name, *case)
    autoencoder_case(arrays)
    steps_case(arrays)
    adamw_case(arrays)
    for steps in 10, 37, 100:
        schedule_case(arrays, steps)
    metrics_case(arrays)
    with open(pathlib.Path(__file__).parent / "train.golden", "wb") as f:
        for name, array in arrays.items():
            array = np.asarray(array, dtype="<f4")
            f.write(f"{name} {array.shape[0]} {array.shape[1]}\n".encode() + array.tobytes())


if __name__ == "__main__":
    torch.manual_seed(0)
    main()
