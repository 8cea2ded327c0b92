# peer_torch.py - what PyTorch and torchaudio take for the same work
#
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""peer_torch.py net|onnx|mfcc|train ARGUMENT...: see the functions of these names; all but onnx serve as serve.py says."""

import sys
import warnings

import numpy as np
import torch

from network import Network, load_network
from serve import serve

warnings.filterwarnings('ignore')


def net(model, inputs, outputs, n, length, channels):
    """The network, eager, on inputs [n, length, channels]; writes its logits [n, labels] first."""
    n, length, channels = int(n), int(length), int(channels)
    torch.set_num_threads(1)
    x = torch.from_numpy(np.fromfile(inputs, np.float32).reshape(n, 1, length, channels))
    module = load_network(model, channels, length)
    with torch.inference_mode():
        np.stack([module(one)[0].numpy() for one in x]).tofile(outputs)
        serve(lambda i: module(x[i % n]))


def onnx(model, path, length, channels):
    """Writes the network for inputs [1, length, channels] as an ONNX file."""
    length, channels = int(length), int(channels)
    torch.onnx.export(load_network(model, channels, length), torch.zeros(1, length, channels), path, opset_version=13,
                      input_names=['x'], output_names=['logits'])


def mfcc(inputs, outputs, n, samples):
    """torchaudio's MFCC of inputs [n, samples], with the frames that ser-core takes: its window of 400 stands in the
    middle of the transform's 512, so 56 zeros at both ends, added before the clock runs, give the same frames."""
    import torchaudio

    n, samples = int(n), int(samples)
    torch.set_num_threads(1)
    x = torch.nn.functional.pad(torch.from_numpy(np.fromfile(inputs, np.float32).reshape(n, samples)), (56, 56))
    transform = torchaudio.transforms.MFCC(16000, n_mfcc=40, log_mels=True, melkwargs=dict(
        n_fft=512, win_length=400, hop_length=160, n_mels=64, center=False, mel_scale='htk'))
    with torch.inference_mode():
        torch.stack([transform(one).t() for one in x]).numpy().tofile(outputs)
        serve(lambda i: transform(x[i % n]))


def train(line, inputs, labels, n, length, channels, n_labels, batch, losses):
    """Epochs of training on inputs [n, length, channels] with labels [n]; writes each epoch's mean loss."""
    n, length, channels, batch = int(n), int(length), int(channels), int(batch)
    torch.set_num_threads(2)
    torch.manual_seed(1)
    x = torch.from_numpy(np.fromfile(inputs, np.float32).reshape(n, length, channels))
    x = (x - x.mean((0, 1))) / x.std((0, 1))
    y = torch.from_numpy(np.fromfile(labels, np.int32).astype(np.int64))
    module = Network(line, channels, int(n_labels), length).train()
    matrices = [p for p in module.parameters() if p.dim() > 1]
    others = [p for p in module.parameters() if p.dim() <= 1]
    optimiser = torch.optim.AdamW([dict(params=matrices, weight_decay=0.01), dict(params=others, weight_decay=0)], lr=1e-3)

    def epoch(_):
        total = 0
        for index in torch.randperm(n).split(batch):
            optimiser.zero_grad(set_to_none=True)
            loss = torch.nn.functional.cross_entropy(module(x[index]), y[index], label_smoothing=0.1)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(module.parameters(), 5.0)
            optimiser.step()
            total += loss.item() * len(index)
        with open(losses, 'a') as file:
            print(total / n, file=file)

    serve(epoch)


if __name__ == '__main__':
    {'net': net, 'onnx': onnx, 'mfcc': mfcc, 'train': train}[sys.argv[1]](*sys.argv[2:])
