import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type SendableRequest, sendOverHttp, type TestResponse } from '@fic-webhooks/testing';
import ts from 'typescript';
import { findFreePort } from '../../scripts/find-free-port.js';
import { root, type Snippet } from './read-snippets.js';

/** A snippet that runs in a process of its own. */
export interface LaunchedSnippet {
  /** Waits until the snippet has printed the text. */
  printed(text: string): Promise<void>;
  /** Sends SIGTERM, and gives the exit code. */
  stop(): Promise<number | null>;
}

/** A snippet that listens. */
export interface RunningSnippet extends LaunchedSnippet {
  readonly url: string;
  send(request: SendableRequest): Promise<TestResponse>;
}

/**
 * Where snippets are compiled and run as a reader would run them: in a folder outside the repository that sees the built
 * packages. Two things are changed in their text: the port, for one that is free, and the trusted key, for one that a
 * test can sign with.
 */
export class SnippetWorkshop {
  /** Where snippets are, and run. */
  readonly folder: string;
  readonly #publicKey: string;
  #count = 0;

  private constructor(folder: string, publicKey: string) {
    this.folder = folder;
    this.#publicKey = publicKey;
  }

  static async open(publicKey: string): Promise<SnippetWorkshop> {
    const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-snippets-'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    return new SnippetWorkshop(folder, publicKey);
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  /** The compiler's complaints about the snippets as they stand, under the strictest settings that users may have. */
  async findTypeErrors(snippets: readonly Snippet[]): Promise<string[]> {
    const files = new Map<string, Snippet>();
    for (const snippet of snippets) {
      const path = join(this.folder, `types-${++this.#count}.ts`);
      files.set(path, snippet);
      // A module even when nothing is imported, so that names do not meet.
      await writeFile(path, `${snippet.text}\nexport {};\n`);
    }
    const program = ts.createProgram([...files.keys()], {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      skipLibCheck: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    });
    return ts.getPreEmitDiagnostics(program).map((one) => {
      const heading = files.get(one.file?.fileName ?? '')?.heading ?? one.file?.fileName;
      return `${heading}: ${ts.flattenDiagnosticMessageText(one.messageText, '\n')}`;
    });
  }

  /** Compiles a snippet, and gives the path of the module. */
  async compile({ text }: Snippet, port = 3000): Promise<string> {
    const source = text
      .replaceAll(/\b3000\b/g, String(port))
      .replace('applicationId: 1234', `$&, publicKeys: ${JSON.stringify(this.#publicKey)}`);
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    const path = join(this.folder, `snippet-${++this.#count}.js`);
    await writeFile(path, outputText);
    return path;
  }

  /** Runs a snippet to its end, and gives what it printed. */
  async run(snippet: Snippet): Promise<string> {
    const { child, output } = this.#spawn(await this.compile(snippet, await findFreePort()));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`The snippet ended with ${code}:\n${output()}`);
    return output();
  }

  /** Starts a snippet that listens. */
  async start(snippet: Snippet, path: string): Promise<RunningSnippet> {
    const port = await findFreePort();
    const { until, ...launched } = await this.#launch(snippet, port);
    const url = `http://127.0.0.1:${port}${path}`;
    await until(() => isListening(url), 'does not listen');
    return { ...launched, url, send: sendOverHttp(url) };
  }

  /** Starts a snippet that does not listen. What it calls is at the port. */
  async launch(snippet: Snippet, port?: number): Promise<LaunchedSnippet> {
    return this.#launch(snippet, port);
  }

  async #launch(snippet: Snippet, port: number | undefined) {
    const { child, output } = this.#spawn(await this.compile(snippet, port));
    const until = async (condition: () => boolean | Promise<boolean>, what: string) => {
      for (let turn = 0; turn < 400; turn++) {
        if (await condition()) return;
        if (child.exitCode !== null) break;
        await delay(25);
      }
      throw new Error(`The snippet ${what}. It printed:\n${output()}`);
    };
    return {
      until,
      printed: (text: string) => until(() => output().includes(text), `did not print "${text}"`),
      async stop(): Promise<number | null> {
        const closed = once(child, 'close');
        child.kill('SIGTERM');
        const [code] = await closed;
        return code;
      },
    };
  }

  #spawn(file: string): { child: ChildProcess; output: () => string } {
    const child = spawn(process.execPath, [file], { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    // Whatever fails here, no server is left behind.
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return { child, output: () => output };
  }
}

async function isListening(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
