// onnx-run.mjs - what ONNX Runtime makes of exported models
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// node onnx-run.mjs FILE, in a folder whose node_modules holds onnxruntime-node. Each line of the file is a run:
// MODEL INPUT OUTPUT N T C, with tabs between. The input is float32 [N, T, C]; the output gets the probabilities of all
// windows, then the logits.

import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';

const require = createRequire(`${process.cwd()}/`);
const ort = require('onnxruntime-node');

const floats = (path) => {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

const sessions = new Map();
for (const line of readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  const [model, input, output, ...shape] = line.split('\t');
  if (!sessions.has(model)) {
    sessions.set(model, await ort.InferenceSession.create(model, {
      executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 2,
    }));
  }
  const session = sessions.get(model);
  if (String(session.inputNames) !== 'frames' || String(session.outputNames) !== 'probabilities,logits') {
    throw new Error(`${model}: inputs ${session.inputNames}, outputs ${session.outputNames}`);
  }
  const found = await session.run({ frames: new ort.Tensor('float32', floats(input), shape.map(Number)) });
  writeFileSync(output, new Uint8Array(new Float32Array([...found.probabilities.data, ...found.logits.data]).buffer));
}
