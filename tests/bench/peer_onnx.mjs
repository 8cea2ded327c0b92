// peer_onnx.mjs - what ONNX Runtime takes for the network
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// node peer_onnx.mjs MODEL.onnx INPUTS OUTPUTS N LENGTH CHANNELS: writes the logits of inputs [N, LENGTH, CHANNELS], then
// answers each line `block N` with the nanoseconds of N calls. NODE_PATH or the working folder holds onnxruntime-node.

import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const require = createRequire(`${process.cwd()}/`);
const ort = require('onnxruntime-node');
const [model, inputs, outputs, ...sizes] = process.argv.slice(2);
const [n, length, channels] = sizes.map(Number);
const bytes = readFileSync(inputs);
const all = new Float32Array(bytes.buffer, bytes.byteOffset, n * length * channels);

const session = await ort.InferenceSession.create(model, {
  executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential',
  graphOptimizationLevel: 'all',
});
const windows = Array.from({ length: n }, (_, i) => ({
  x: new ort.Tensor('float32', all.slice(i * length * channels, (i + 1) * length * channels), [1, length, channels]),
}));

const logits = [];
for (const window of windows) logits.push(...(await session.run(window)).logits.data);
writeFileSync(outputs, new Uint8Array(new Float32Array(logits).buffer));

console.log('ready');
let i = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const times = [];
  for (let left = Number(line.split(' ')[1]); left > 0; left--) {
    const start = process.hrtime.bigint();
    await session.run(windows[i++ % n]);
    times.push(process.hrtime.bigint() - start);
  }
  console.log(times.join(' '));
}
