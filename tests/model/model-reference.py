# model-reference.py - a second implementation of the model file, the features and the network
# Copyright (C) 2026 the seremotion authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Usage: model-reference.py FILE...

Reads model files, scores the self-check signal and compares with what each file expects; exit status 1 if a score is off
by more than 2e-4. Written from docs/model-file.md alone, in NumPy and double precision. Exit status 77 without NumPy.
"""
import json
import re
import struct
import sys

try:
    import numpy as np
except ImportError:
    print('numpy is not installed')
    sys.exit(77)


def read(path):
    with open(path, 'rb') as f:
        data = f.read()
    n, = struct.unpack_from('<Q', data)
    header = json.loads(data[8:8 + n])
    metadata = header.pop('__metadata__')
    tensors = {}
    for name, t in header.items():
        begin, end = t['data_offsets']
        dtype = {'F32': '<f4', 'F16': '<f2'}[t['dtype']]
        tensors[name] = np.frombuffer(data[8 + n + begin:8 + n + end], dtype).reshape(t['shape']).astype(float)
    return metadata, tensors


def items(line):
    """(kind, bare arguments, keyed arguments) of each item of a line."""
    for kind, text in re.findall(r'([a-z][a-z0-9_]*)(?:\(([^)]*)\))?', line):
        arguments = [a.split('=') for a in text.split(',')] if text else []
        yield kind, [a[0] for a in arguments if len(a) == 1], {a[0]: a[1] for a in arguments if len(a) == 2}


# ---- features ----

def mel_of(scale, f):
    if scale == 'htk':
        return 2595 * np.log10(1 + f / 700)
    return 3 * f / 200 if f < 1000 else 15 + 27 * np.log(f / 1000) / np.log(6.4)


def hz_of(scale, m):
    if scale == 'htk':
        return 700 * (10 ** (m / 2595) - 1)
    return 200 * m / 3 if m < 15 else 1000 * np.exp((m - 15) * np.log(6.4) / 27)


def filterbank(a, mels, F, rate):
    corners = [hz_of(a['scale'], m) for m in np.linspace(mel_of(a['scale'], float(a['fmin'])),
                                                        mel_of(a['scale'], float(a['fmax'])), mels + 2)]
    f = np.arange(F // 2 + 1) * rate / F
    bank = np.empty((mels, F // 2 + 1))
    for m, (left, centre, right) in enumerate(zip(corners, corners[1:], corners[2:])):
        bank[m] = np.maximum(0, np.minimum((f - left) / (centre - left), (right - f) / (right - centre)))
        if a['melnorm'] == 'slaney':
            bank[m] *= 2 / (right - left)
    return bank


def features(line, samples, metadata):
    (kind, _, a), *rest = items(line)
    n, mels, F, W, hop, rate = (int(a[key]) for key in ('n', 'mels', 'fft', 'win', 'hop', 'rate'))
    T = 1 + (len(samples) - W) // hop
    padded = np.zeros((T, F))
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(W) / W)
    for t in range(T):
        padded[t, (F - W) // 2:(F - W) // 2 + W] = samples[t * hop:t * hop + W] * hann
    x = np.abs(np.fft.rfft(padded)) ** 2 @ filterbank(a, mels, F, rate).T
    floor = float(a['floor'])
    x = np.log(x + floor) if a['log'] == 'ln' else 10 * np.log10(np.maximum(x, floor))
    if kind == 'mfcc':
        j, m = np.arange(n)[:, None], np.arange(mels)
        x = x @ (np.sqrt(np.where(j == 0, 1, 2) / mels) * np.cos(np.pi * j * (2 * m + 1) / (2 * mels))).T
    reach = float(a.get('range', 0))
    if reach:
        x = np.maximum(x, x.max() - (reach * np.log(10) / 10 if a['log'] == 'ln' else reach))
    if float(a.get('range', 0)) > 0:
        decibel = 1 if a['log'] == 'db' else np.log(10) / 10
        x = np.maximum(x, x.max() - float(a['range']) * decibel)
    orders = [x]
    for _ in range(int(a['delta'])):
        def at(offset, o=orders[-1]):
            return o[np.clip(np.arange(T) + offset, 0, T - 1)]
        orders.append((at(1) - at(-1) + 2 * (at(2) - at(-2))) / 10)
    x = np.concatenate(orders, 1)
    if rest and rest[0][0] == 'mean':
        x = x.mean(0, keepdims=True)
    elif rest:
        x = np.concatenate([x.mean(0), x.std(0), np.percentile(x, 5, 0), np.percentile(x, 95, 0)])[None]
    if a['norm'] == 'cmn':
        x = x - x.mean(0)
    if a['norm'] in ('model', 'cmn'):
        mean, std = (np.array(metadata[key].split(','), float) for key in ('norm_mean', 'norm_std'))
        x = (x - mean) / std
    elif a['norm'] == 'window':
        x = (x - x.mean(0)) / (x.std(0) + 1e-5)
    return x.T if rest else x


# ---- network ----

def softmax(x):
    e = np.exp(x - x.max(0))
    return e / e.sum(0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_direction(x, tensor, suffix):
    """[T, in] -> [T, H], forwards in time."""
    wi, wh, bi, bh = (tensor(name + suffix) for name in ('weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'))
    h = c = np.zeros(wh.shape[1])
    out = []
    for a in x @ wi.T + bi + bh:
        i, f, g, o = np.split(a + wh @ h, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        out.append(h)
    return np.array(out)


def lstm(x, tensor, keyed, bidirectional):
    for layer in range(int(keyed.get('layers', 1))):
        out = [lstm_direction(x, tensor, f'_l{layer}')]
        if bidirectional:
            out.append(lstm_direction(x[::-1], tensor, f'_l{layer}_reverse')[::-1])
        x = np.concatenate(out, 1)
    return x


def run_layer(kind, bare, keyed, tensor, x, H):
    if kind == 'conv1d':
        w = tensor('weight')
        k = w.shape[2]
        padded = np.pad(x, (((k - 1) // 2,) * 2, (0, 0)))
        y = sum(padded[j:j + len(x)] @ w[:, :, j].T for j in range(k))
        return y if keyed.get('bias') == '0' else y + tensor('bias')
    if kind == 'bn':
        return (x - tensor('running_mean')) / np.sqrt(tensor('running_var') + 1e-5) * tensor('weight') + tensor('bias')
    if kind == 'relu':
        return np.maximum(x, 0)
    if kind == 'maxpool':
        K = int(bare[0])
        return x[:len(x) // K * K].reshape(-1, K, x.shape[1]).max(1)
    if kind == 'lstm':
        return lstm(x, tensor, keyed, 'bidirectional' in bare)
    if kind == 'last':
        return x[-1]
    if kind == 'final':
        return np.concatenate([x[-1, :H], x[0, H:]])
    if kind == 'mean':
        return x.mean(0)
    if kind == 'attention':
        return (softmax(x @ tensor('weight').T + tensor('bias')).T @ x).ravel()
    if kind == 'flatten':
        return x.ravel()
    if kind == 'encoder':
        hidden = np.maximum(tensor('0.weight') @ x[:, 0] + tensor('0.bias'), 0)
        return (tensor('2.weight') @ hidden + tensor('2.bias'))[:, None]
    if kind == 'linear':
        return tensor('weight') @ x + tensor('bias')
    assert kind == 'dropout', kind
    return x


PREFIXES = {'conv1d': 'conv', 'bn': 'bn', 'lstm': 'lstm', 'attention': 'attention', 'linear': 'fc', 'encoder': 'encoder'}


def network(line, tensors, x):
    layers = list(items(line))
    kinds = [kind for kind, _, _ in layers]
    H = None
    for i, (kind, bare, keyed) in enumerate(layers):
        prefix = keyed.get('name')
        if prefix is None and kind in PREFIXES:
            prefix = PREFIXES[kind] + (str(kinds[:i].count(kind) + 1) if kinds.count(kind) > 1 else '')
        x = run_layer(kind, bare, keyed, lambda name, p=prefix: tensors[f'{p}.{name}'], x, H)
        H = int(bare[0]) if kind == 'lstm' else None
    return x


# ---- the self-check ----

V = [[20, 24, 32, 48, 56, 48, 36, 40, 32, 16, 10, 8],
     [40, 56, 40, 16, 8, 6, 6, 8, 12, 20, 28, 20],
     [48, 60, 48, 24, 28, 16, 8, 4, 3, 2, 2, 2]]


def signed(x):
    x %= 2 ** 32
    return x - 2 ** 32 if x >= 2 ** 31 else x


def parabola(p):
    v = signed(p) / 2 ** 31
    return 4 * v * (1 - abs(v))


def signal(rate, n):
    phase, seed, syllable, samples = 0, 1, rate // 4, []
    for i in range(n):
        millihertz = 110000 + (i * 40000 // rate) % 120000
        phase += millihertz * 2 ** 32 // (1000 * rate)
        seed = (seed * 1664525 + 1013904223) % 2 ** 32
        u = i % syllable / syllable
        x = sum(V[i // syllable % 3][k - 1] / 64 * parabola(k * phase) for k in range(1, 13))
        samples.append(4 * u * (1 - u) * 0.1 * x + 0.003 * signed(seed) / 2 ** 31)
    return np.array(samples, np.float32).astype(float)


def check(path):
    metadata, tensors = read(path)
    rate = int(next(items(metadata['features']))[2]['rate'])
    samples = signal(rate, int(float(metadata['window']) * rate))
    logits = network(metadata['architecture'], tensors, features(metadata['features'], samples, metadata))
    scores = softmax(logits / float(metadata['temperature']))
    worst = np.abs(scores - np.array(metadata['self_check'].split(','), float)).max()
    print(f'largest difference {worst:.1e}')
    return worst < 2e-4


if __name__ == '__main__':
    sys.exit(0 if all([check(path) for path in sys.argv[1:]]) else 1)
