# onnx-check.py - an exported model, as ONNX's own checker and reader see it
#
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""onnx-check.py FILE KEY VALUE...: the graph is valid, its shapes are what inference of shapes finds, the metadata hold
the values. Exit status 77 without the package onnx."""

import sys

try:
    import onnx
    from onnx import checker, shape_inference
except ImportError:
    print('python3-onnx is not installed')
    sys.exit(77)

path, *pairs = sys.argv[1:]
wanted = dict(zip(pairs[::2], pairs[1::2]))
model = onnx.load(path)
checker.check_model(model, full_check=True)
shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)

assert [(entry.domain, entry.version) for entry in model.opset_import] == [('', 17)], model.opset_import
assert model.producer_name == 'seremotion' and model.producer_version, model.producer_name
metadata = {}
for entry in model.metadata_props:
    assert entry.key not in metadata, f'{entry.key} twice'
    metadata[entry.key] = entry.value
for key, value in wanted.items():
    assert metadata.get(key) == value, f'{key} is {metadata.get(key)!r}, not {value!r}'


def shape(value):
    return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]


graph = model.graph
labels = len(metadata['labels'].split(','))
assert [value.name for value in graph.input] == ['frames']
assert shape(graph.input[0]) == ['N', 'T', int(metadata['frame_values'])], shape(graph.input[0])
assert graph.input[0].doc_string == metadata['input'], graph.input[0].doc_string
outputs = [value.name for value in graph.output]
assert outputs in (['probabilities'], ['probabilities', 'logits']), outputs
assert all(shape(value) == ['N', labels] and value.doc_string for value in graph.output)

# Nothing in it that the outputs do not need.
used = {name for node in graph.node for name in node.input} | set(outputs)
idle = [node.name for node in graph.node if not used & set(node.output)]
idle += [tensor.name for tensor in graph.initializer if tensor.name not in used]
assert not idle, f'not needed: {idle}'
