// node workerd.js: bundles worker.js with esbuild, and serves it with workerd, whose npm package must be installed or whose
// program the variable WORKERD must name.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { PORT, FIC_SINK, FIC_APPLICATION_ID, FIC_PUBLIC_KEY, WORKERD } = process.env;
const workerd = WORKERD ?? createRequire(import.meta.url)('workerd').default;
const bindings = { FIC_SINK, FIC_APPLICATION_ID, FIC_PUBLIC_KEY };

const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-workerd-'));
await build({
  entryPoints: [fileURLToPath(new URL('worker.js', import.meta.url))],
  outfile: join(folder, 'worker.js'),
  bundle: true,
  format: 'esm',
  target: 'es2023',
  conditions: ['workerd', 'worker', 'browser'],
});
// JSON strings are strings of Cap'n Proto, too.
await writeFile(
  join(folder, 'config.capnp'),
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${PORT}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2025-11-01",
  bindings = [${Object.entries(bindings).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`)}],
);
`,
);

const child = spawn(workerd, ['serve', join(folder, 'config.capnp')], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', async (code) => {
  await rm(folder, { recursive: true });
  process.exit(code ?? 0);
});
