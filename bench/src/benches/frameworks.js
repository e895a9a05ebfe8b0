import { benchHttp } from './http.js';

export const benchExpress = benchHttp({
  framework: 'express',
  title: 'Express',
  comparisons: [
    { ours: 'adapter', theirs: 'bare', target: { median: 0.97 } },
    { ours: 'node handler', theirs: 'bare', target: { median: 1.6 } },
    { ours: 'adapter', theirs: 'jose', target: { median: 1.35 } },
    { ours: 'adapter', theirs: 'jsonwebtoken', target: { median: 2.5 } },
  ],
});

/** @type {import('./http.js').Comparison[]} */
const comparisons = [
  { ours: 'adapter', theirs: 'bare', target: { median: 0.95 } },
  { ours: 'adapter', theirs: 'jose', target: { median: 1.4 } },
  { ours: 'adapter', theirs: 'jsonwebtoken' },
];

export const benchFastify = benchHttp({ framework: 'fastify', title: 'Fastify', comparisons });

export const benchNestExpress = benchHttp({
  framework: 'nest-express',
  title: 'Nest on Express,',
  comparisons,
});

export const benchNestFastify = benchHttp({
  framework: 'nest-fastify',
  title: 'Nest on Fastify,',
  comparisons,
});
