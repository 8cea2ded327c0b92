# make_state_dict.py - writes the files of state_dict/: what torch.save() makes of state_dicts and of other things
#
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""plain.pt and plain.safetensors hold the same values; the others are to be refused. Also writes the seeds of the fuzz
targets pickle and state-dict. Needs python3-torch."""

import collections
import json
import pathlib
import struct
import zipfile

import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent / 'state_dict'
SEEDS = HERE.parent.parent / 'fuzz' / 'corpus'


class Network(nn.Module):
    """logmel(mels=8): conv1d(6,k=3) bn lstm(4,layers=2,bidirectional) final linear, four labels."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(8, 6, 3)
        self.bn = nn.BatchNorm1d(6)
        self.lstm = nn.LSTM(6, 4, 2, bidirectional=True)
        self.fc = nn.Linear(8, 4)


class Coded(nn.Module):
    """mfcc(n=9,mels=20) mean: encoder(5,3) flatten linear(name=head), two labels."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(9, 5), nn.ReLU(), nn.Linear(5, 3))
        self.head = nn.Linear(3, 2)


def write_safetensors(path, tensors):
    header, data = {}, b''
    for name, tensor in tensors.items():
        values = tensor.detach().float().contiguous().numpy().astype('<f4').tobytes()
        header[name] = {'dtype': 'F32', 'shape': list(tensor.shape), 'data_offsets': [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack('<Q', len(text)) + text + data)


def write_seeds():
    for target in ('pickle', 'state-dict'):
        (SEEDS / target).mkdir(parents=True, exist_ok=True)
    for name in ('plain', 'checkpoint', 'module', 'tensor'):
        with zipfile.ZipFile(HERE / f'{name}.pt') as archive:
            (SEEDS / 'pickle' / name).write_bytes(archive.read(f'{name}/data.pkl'))
    torch.save({'a': torch.ones(2, 3).t(), 'bn.num_batches_tracked': torch.tensor(1)}, SEEDS / 'state-dict' / 'two')
    torch.save({'a': torch.ones(2).half()}, SEEDS / 'state-dict' / 'half')
    write_safetensors(SEEDS / 'state-dict' / 'safetensors', {'a': torch.ones(2, 1)})


def main():
    torch.manual_seed(3)
    HERE.mkdir(exist_ok=True)
    network = Network()
    state = network.state_dict()
    state['bn.running_var'] = torch.rand(6) + 0.5
    state['fc.weight'] = state['fc.weight'].half()
    # Views: transposed, with an offset and steps, of one storage, and a parameter.
    state['conv.weight'] = torch.randn(3, 8, 6).permute(2, 1, 0)
    state['conv.bias'] = torch.randn(3, 14)[1, 1:13:2]
    both = torch.randn(32)
    state['lstm.bias_ih_l0'], state['lstm.bias_hh_l0'] = both[:16], both[16:]
    state['fc.bias'] = nn.Parameter(state['fc.bias'])
    torch.save(state, HERE / 'plain.pt')
    write_safetensors(HERE / 'plain.safetensors',
                      {name: tensor for name, tensor in state.items() if not name.endswith('num_batches_tracked')})

    weight = torch.zeros(2, 3)
    others = {
        'checkpoint': {'epoch': 3, 'lr': 0.1, 'model': network.state_dict(), 'losses': [1.0, 2.0]},
        'double': {'weight': weight.double()},
        'int': {'weight': weight.long()},
        'scalar': {'weight': torch.tensor(1.0)},
        'nan': {'weight': weight / 0},
        'expanded': {'weight': torch.zeros(1).expand(1000, 1000)},
        'tensor': weight,
        'object': collections.Counter(a=1),
        'key': {3: weight},
    }
    for name, value in others.items():
        torch.save(value, HERE / f'{name}.pt')
    torch.save(nn.Linear(1, 1), HERE / 'module.pt')
    torch.save(Coded().state_dict(), HERE / 'encoder.pt')
    torch.save({'weight': weight}, HERE / 'legacy.pt', _use_new_zipfile_serialization=False)
    write_seeds()


if __name__ == '__main__':
    main()
