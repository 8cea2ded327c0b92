# safetensors-interop.py - reads and writes safetensors files for tests/model/safetensors.c
# Copyright (C) 2026 the seremotion authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Usage: safetensors-interop.py read-f32|read-f16|write FILE

Python's own struct and json are the independent implementation; torch, where it is installed, makes the state_dict.
"""
import json
import struct
import sys


def read(path):
    with open(path, 'rb') as f:
        data = f.read()
    (length,) = struct.unpack_from('<Q', data)
    assert length % 8 == 0, 'the header is not padded'
    return json.loads(data[8:8 + length]), data[8 + length:]


def check(path, dtype):
    header, data = read(path)
    assert header.pop('__metadata__') == {'text': 'café "x" \\ \n \U0001f600'}
    (ramp,) = header.values()
    code = {'F32': 'f', 'F16': 'e'}[dtype]
    assert ramp == {'dtype': dtype, 'shape': [1000, 3], 'data_offsets': [0, 3000 * struct.calcsize(code)]}
    exact = [(-1.0 if i % 2 else 1.0) * (1.0 + i * 7919 % 4096 / 4096.0 + 1.0 / 65536.0) * 2.0 ** (i % 40 - 26)
             for i in range(3000)]
    as_float = struct.unpack('<3000f', struct.pack('<3000f', *exact))
    assert struct.pack('<3000' + code, *as_float) == data, 'other bits'
    print('python read the same', dtype, 'bits')


def state_dict():
    """name -> (dtype, shape, bytes)"""
    values = [i / 7.0 - 1.5 for i in range(24)]
    flat = {
        'conv.weight': ('F32', [4, 2, 3], struct.pack('<24f', *values)),
        'conv.bias': ('F32', [4], struct.pack('<4f', 0, 1, 2, 3)),
        'bn.num_batches_tracked': ('I64', [], struct.pack('<q', 12)),
        'half': ('F16', [24], struct.pack('<24e', *struct.unpack('<24f', struct.pack('<24f', *values)))),
    }
    try:
        import torch
    except ImportError:
        return flat, 'struct'
    module = torch.nn.ModuleDict({'conv': torch.nn.Conv1d(2, 4, 3), 'bn': torch.nn.BatchNorm1d(4)})
    with torch.no_grad():
        module['conv'].weight.copy_(torch.tensor(values, dtype=torch.float64).reshape(4, 2, 3))
    state = dict(module.state_dict())
    state['half'] = state['conv.weight'].flatten().half()
    names = {torch.float32: 'F32', torch.float16: 'F16', torch.int64: 'I64'}
    codes = {'F32': 'f', 'F16': 'e', 'I64': 'q'}
    return {name: (names[t.dtype], list(t.shape),
                   struct.pack('<%d%s' % (t.numel(), codes[names[t.dtype]]), *t.flatten().tolist()))
            for name, t in state.items()}, 'torch ' + torch.__version__


def write(path):
    tensors, by = state_dict()
    header, data = {'__metadata__': {'note': 'naïve \U0001f600 "\\\n'}}, b''
    # As the safetensors package does it: by descending size of the dtype, then by name.
    for name, (dtype, shape, raw) in sorted(tensors.items(), key=lambda t: (-{'I': 8, 'F': 4}[t[1][0][0]], t[0])):
        header[name] = {'dtype': dtype, 'shape': shape, 'data_offsets': [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text + data)
    print('written with', by)


if __name__ == '__main__':
    verb, file = sys.argv[1:]
    if verb == 'write':
        write(file)
    else:
        check(file, {'read-f32': 'F32', 'read-f16': 'F16'}[verb])
