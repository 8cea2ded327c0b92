# network.py - a model file of ours as a PyTorch module
#
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""The same layers and weights, built from the architecture line and the tensors of a model file (docs/model-file.md)."""

import json
import re
import struct

import numpy as np
import torch
from torch import nn


def read_model(path):
    """(tensors by name, metadata) of a safetensors file."""
    with open(path, 'rb') as file:
        size, = struct.unpack('<Q', file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    metadata = header.pop('__metadata__', {})
    dtypes = {'F32': '<f4', 'F16': '<f2'}
    tensors = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        array = np.frombuffer(data[begin:end], dtypes[entry['dtype']]).reshape(entry['shape'])
        tensors[name] = torch.from_numpy(array.astype(np.float32))
    return tensors, metadata


class Attention(nn.Module):
    """Attention pooling over time: one weighted mean of the sequence per head."""

    def __init__(self, heads, width):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(heads, width))
        self.bias = nn.Parameter(torch.zeros(heads))
        nn.init.normal_(self.weight, std=width ** -0.5)

    def forward(self, x):  # [B, T, C]
        scores = torch.softmax(x @ self.weight.t() + self.bias, dim=1)  # [B, T, heads]
        return (scores.transpose(1, 2) @ x).flatten(1)


def parse(line):
    """[(kind, positional arguments, named arguments)] of an architecture line."""
    layers = []
    for kind, _, inside in re.findall(r'(\w+)(\(([^)]*)\))?', line):
        items = [item.strip() for item in inside.split(',') if item.strip()]
        named = dict(item.split('=', 1) if '=' in item else (item, True) for item in items
                     if '=' in item or not re.match(r'[\d.]', item))
        layers.append((kind, [item for item in items if '=' not in item and re.match(r'[\d.]', item)], named))
    return layers


class Network(nn.Module):
    """x [B, T, channels] -> logits [B, labels]."""

    PREFIXES = {'conv1d': 'conv', 'bn': 'bn', 'lstm': 'lstm', 'attention': 'attention', 'linear': 'fc',
                'encoder': 'encoder'}

    def __init__(self, line, channels, labels, length=0):
        super().__init__()
        self.kinds, self.parts = [], nn.ModuleList()
        self.prefixes = []
        layers = parse(line)
        totals = [kind for kind, _, _ in layers]
        seen = {}
        width = channels
        for kind, values, named in layers:
            seen[kind] = seen.get(kind, 0) + 1
            default = self.PREFIXES.get(kind)
            if default and totals.count(kind) > 1:
                default += str(seen[kind])
            self.prefixes.append(named.get('name', default))
            part, width, length = self.make(kind, values, named, width, length, labels)
            self.kinds.append(kind)
            self.parts.append(part)

    @staticmethod
    def make(kind, values, named, width, length, labels):
        number = float(values[0]) if values else 0
        if kind == 'conv1d':
            k = int(named.get('k', 3))
            return nn.Conv1d(width, int(number), k, padding=k // 2, bias=named.get('bias', '1') != '0'), int(number), length
        if kind == 'bn':
            return nn.BatchNorm1d(width), width, length
        if kind == 'relu':
            return nn.ReLU(), width, length
        if kind == 'maxpool':
            return nn.MaxPool1d(int(number)), width, length // int(number)
        if kind == 'dropout':
            return nn.Dropout(number), width, length
        if kind == 'lstm':
            both = 'bidirectional' in named
            lstm = nn.LSTM(width, int(number), int(named.get('layers', 1)), batch_first=True, bidirectional=both,
                           dropout=float(named.get('dropout', 0)))
            return lstm, int(number) * (1 + both), length
        if kind in ('last', 'final', 'mean'):
            return nn.Identity(), width, length
        if kind == 'attention':
            return Attention(int(number), width), int(number) * width, length
        if kind == 'flatten':
            return nn.Identity(), width * length, 0
        if kind == 'encoder':
            code = int(values[1])
            return nn.Sequential(nn.Linear(length, int(number)), nn.ReLU(), nn.Linear(int(number), code)), 1, code
        if kind == 'linear':
            return nn.Linear(width, int(number) or labels), int(number) or labels, length
        raise ValueError(f'the architecture line has the layer {kind}, which network.py does not know')

    def forward(self, x):
        hidden = None
        for kind, part in zip(self.kinds, self.parts):
            if kind in ('conv1d', 'maxpool') or kind == 'bn' and x.dim() == 3:
                x = part(x.transpose(1, 2)).transpose(1, 2)
            elif kind == 'lstm':
                x, (hidden, _) = part(x)
                both = part.bidirectional
            elif kind == 'last':
                x = x[:, -1, :]
            elif kind == 'final':
                x = torch.cat([hidden[-2], hidden[-1]], 1) if both else hidden[-1]
            elif kind == 'mean':
                x = x.mean(1)
            elif kind == 'flatten':
                x = x.flatten(1)
            elif kind == 'encoder':
                x = part(x.flatten(1)).unsqueeze(2)
            else:
                x = part(x)
        return x

    def load(self, tensors):
        """Takes the weights of a model file; every tensor must be used and every parameter found."""
        left = set(tensors)
        for prefix, part in zip(self.prefixes, self.parts):
            state = part.state_dict()
            for name, value in state.items():
                if name != 'num_batches_tracked':
                    value.copy_(tensors[f'{prefix}.{name}'])
                    left.discard(f'{prefix}.{name}')
        if left:
            raise ValueError(f'tensors that no layer takes: {sorted(left)}')
        return self


def load_network(path, channels, length=0):
    """The module of a model file, ready for inference."""
    tensors, metadata = read_model(path)
    labels = metadata['labels'].split(',')
    return Network(metadata['architecture'], channels, len(labels), length).load(tensors).eval()
