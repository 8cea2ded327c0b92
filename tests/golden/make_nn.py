#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""Writes nn.golden: layers and networks as PyTorch computes them.

Run it as  /usr/bin/python3 tests/golden/make_nn.py  with Debian's python3-torch. Weights and inputs are not stored: both
sides draw them from the same generator, see tests/nn/reference.h. The first line of an entry is `KIND NUMBER...`, or
`network NAME CHANNELS LENGTH T LINE`, the second the expected values.
"""

import pathlib
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)


class Generator:
    """Numerical Recipes' linear congruential generator; its top 24 bits as a number in [-1, 1)."""

    def __init__(self):
        self.state = 1

    def draw(self, shape, scale):
        n = int(np.prod(shape))
        out = np.empty(n, np.float32)
        s = self.state
        for i in range(n):
            s = (s * 1664525 + 1013904223) & 0xFFFFFFFF
            out[i] = (s >> 8) / 8388608.0 - 1.0
        self.state = s
        return torch.from_numpy((out * np.float32(scale)).reshape(shape))

    def weight(self, shape):
        """Of variance 1 / fan-in; biases and the like [n] uniform in +-1/4."""
        if len(shape) == 1:
            return self.draw(shape, 0.25)
        return self.draw(shape, np.sqrt(np.float32(3) / np.float32(np.prod(shape[1:]))))

    def positive(self, shape):
        return self.draw(shape, 0.25) + 1

    def fill(self, module):
        """All tensors of a module, in the order in which PyTorch lists them."""
        for name, tensor in module.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            positive = isinstance(module, nn.BatchNorm1d) and name in ("weight", "running_var")
            tensor.copy_(self.positive(tensor.shape) if positive else self.weight(tensor.shape))
        return module.eval()


def emit(header, values):
    print(header)
    print(" ".join("%.9g" % v for v in values.detach().numpy().ravel()))


# ---- layers; sequences are [T, C] outside and what PyTorch wants inside ----


class Attention(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(heads, channels))
        self.bias = nn.Parameter(torch.zeros(heads))

    def forward(self, x):
        a = torch.softmax(x @ self.weight.T + self.bias, dim=0)
        return (a.T @ x).reshape(-1)


def conv1d(channels, out, k, T):
    g = Generator()
    x = g.draw((T, channels), 1)
    conv = g.fill(nn.Conv1d(channels, out, k, padding=(k - 1) // 2))
    emit(f"conv1d {channels} {out} {k} {T}", conv(x.T[None])[0].T)


def batchnorm(channels, T):
    g = Generator()
    x = g.draw((T, channels), 1)
    emit(f"batchnorm {channels} {T}", g.fill(nn.BatchNorm1d(channels))(x))


def lstm(channels, hidden, bidirectional, T):
    g = Generator()
    x = g.draw((T, channels), 1)
    layer = g.fill(nn.LSTM(channels, hidden, batch_first=True, bidirectional=bool(bidirectional)))
    emit(f"lstm {channels} {hidden} {bidirectional} {T}", layer(x[None])[0][0])


def attention(channels, heads, T):
    g = Generator()
    x = g.draw((T, channels), 1)
    emit(f"attention {channels} {heads} {T}", g.fill(Attention(channels, heads))(x))


def linear(channels, out, T):
    g = Generator()
    x = g.draw((T, channels), 1)
    emit(f"linear {channels} {out} {T}", g.fill(nn.Linear(channels, out))(x))


def encoder_of(channels, hidden, code):
    return nn.Sequential(nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, code))


def encoder(channels, hidden, code):
    g = Generator()
    x = g.draw((channels,), 1)
    emit(f"encoder {channels} {hidden} {code}", g.fill(encoder_of(channels, hidden, code))(x))


def maxpool(channels, k, T):
    x = Generator().draw((T, channels), 1)
    emit(f"maxpool {channels} {k} {T}", F.max_pool1d(x.T[None], k)[0].T)


def mean(channels, T):
    emit(f"mean {channels} {T}", Generator().draw((T, channels), 1).mean(dim=0))


def softmax(n):
    emit(f"softmax {n}", torch.softmax(Generator().draw((n,), 8), dim=0))


# ---- networks: functions of a generator, which fills the modules in the architecture's order ----


def sequence(g, x, *layers):
    """Layers given as modules (filled, then run) or as functions of [T, C]."""
    for layer in layers:
        if isinstance(layer, nn.LSTM):
            x = g.fill(layer)(x[None])[0][0]
        elif isinstance(layer, nn.Conv1d):
            x = g.fill(layer)(x.T[None])[0].T
        elif isinstance(layer, nn.BatchNorm1d):
            x = g.fill(layer)(x.reshape(-1, layer.num_features)).reshape(x.shape)
        elif isinstance(layer, nn.Module):
            x = g.fill(layer)(x)
        else:
            x = layer(x)
    return x


def conv(channels, out, k=3, bias=True):
    return nn.Conv1d(channels, out, k, padding=(k - 1) // 2, bias=bias)


def pool(k):
    return lambda x: F.max_pool1d(x.T[None], k)[0].T


def bilstm(channels, hidden, layers):
    return nn.LSTM(channels, hidden, layers, batch_first=True, bidirectional=True)


def last(x):
    return x[-1]


class Final(nn.Module):
    """h_n of an LSTM's last layer, forward then backward."""

    def __init__(self, lstm):
        super().__init__()
        self.lstm = lstm

    def forward(self, x):
        _, (h, _) = self.lstm(x[None])
        return (h[-2:] if self.lstm.bidirectional else h[-1:]).reshape(-1)


def network(name, channels, length, T, line, *layers):
    g = Generator()
    x = g.draw((T, channels), 1)
    emit(f"network {name} {channels} {length} {T} {line}", sequence(g, x, *layers))


def default_network(name, T):
    network(name, 64, 0, T,
            "conv1d(64,k=5) bn relu maxpool(2) conv1d(128,k=3) bn relu maxpool(2) dropout(0.3) "
            "lstm(64,layers=2,bidirectional,dropout=0.3) attention(4) linear",
            conv(64, 64, 5), nn.BatchNorm1d(64), F.relu, pool(2), conv(64, 128), nn.BatchNorm1d(128), F.relu, pool(2),
            bilstm(128, 64, 2), Attention(128, 4), nn.Linear(512, 6))


def networks():
    network("report", 1, 40, 40,
            "conv1d(64,k=3) relu conv1d(128,k=3) relu maxpool(2) dropout(0.5) "
            "lstm(256,layers=2,bidirectional,dropout=0.5) last linear",
            conv(1, 64), F.relu, conv(64, 128), F.relu, pool(2), bilstm(128, 256, 2), last, nn.Linear(512, 6))
    default_network("default", 298)
    default_network("default-short", 98)
    network("three-layers", 5, 0, 17, "lstm(24,layers=3) last linear",
            nn.LSTM(5, 24, 3, batch_first=True), last, nn.Linear(24, 6))
    network("final", 6, 0, 23, "conv1d(13,k=3) lstm(20,layers=2,bidirectional) final linear",
            conv(6, 13), Final(bilstm(13, 20, 2)), nn.Linear(40, 6))
    network("final-forward", 3, 0, 9, "lstm(5) final linear",
            Final(nn.LSTM(3, 5, batch_first=True)), nn.Linear(5, 6))
    network("mean", 9, 0, 31, "conv1d(7,k=1,bias=0) bn relu lstm(9) mean linear(11) relu bn linear",
            conv(9, 7, 1, False), nn.BatchNorm1d(7), F.relu, nn.LSTM(7, 9, batch_first=True), lambda x: x.mean(dim=0),
            nn.Linear(9, 11), F.relu, nn.BatchNorm1d(11), nn.Linear(11, 6))
    network("bn-first", 4, 0, 7, "bn conv1d(10,k=9) maxpool(3) relu bn mean linear",
            nn.BatchNorm1d(4), conv(4, 10, 9), pool(3), F.relu, nn.BatchNorm1d(10), lambda x: x.mean(dim=0), nn.Linear(10, 6))
    network("perceptron", 1, 40, 40, "flatten linear(32) relu dropout(0.2) linear",
            lambda x: x.reshape(-1), nn.Linear(40, 32), F.relu, nn.Linear(32, 6))
    network("flattened-convolution", 1, 20, 20, "conv1d(3,k=5) relu maxpool(4) flatten linear",
            conv(1, 3, 5), F.relu, pool(4), lambda x: x.reshape(-1), nn.Linear(15, 6))
    network("autoencoder", 1, 40, 40, "encoder(24,11) flatten linear(32) relu dropout(0.2) linear",
            lambda x: x.reshape(-1), encoder_of(40, 24, 11), nn.Linear(11, 32), F.relu, nn.Linear(32, 6))
    network("autoencoder-sequence", 1, 30, 30, "encoder(7,50) conv1d(5,k=3) relu maxpool(4) lstm(6) last linear",
            lambda x: x.reshape(-1), encoder_of(30, 7, 50), lambda x: x[:, None], conv(1, 5), F.relu, pool(4),
            nn.LSTM(5, 6, batch_first=True), last, nn.Linear(6, 6))
    network("one-step", 8, 0, 1, "conv1d(6,k=3) lstm(7,bidirectional) attention(2) linear",
            conv(8, 6), nn.LSTM(6, 7, batch_first=True, bidirectional=True), Attention(14, 2), nn.Linear(28, 6))


def main():
    with torch.no_grad():
        for case in ((3, 5, 3, 7), (1, 33, 3, 12), (5, 17, 5, 4), (2, 9, 7, 2), (6, 4, 1, 5), (16, 20, 3, 21)):
            conv1d(*case)
        for case in ((5, 3), (17, 2)):
            batchnorm(*case)
        for case in ((5, 3, 1, 6), (7, 16, 0, 9), (4, 19, 1, 8), (3, 1, 0, 5), (12, 64, 1, 3)):
            lstm(*case)
        for case in ((6, 3, 9), (20, 1, 4)):
            attention(*case)
        for case in ((7, 6, 1), (33, 18, 3)):
            linear(*case)
        for case in ((7, 9, 2), (33, 18, 20), (1, 1, 1)):
            encoder(*case)
        for case in ((3, 2, 7), (18, 3, 9), (5, 1, 4)):
            maxpool(*case)
        mean(19, 6)
        softmax(6)
        networks()


with open(pathlib.Path(__file__).with_name("nn.golden"), "w") as sys.stdout:
    main()
