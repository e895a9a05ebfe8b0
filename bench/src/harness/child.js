import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A process that answers questions, one after another.
 *
 * @template Question, Answer
 * @typedef {object} Child
 * @property {(question: Question) => Promise<Answer>} ask - Rejects with what the child failed with.
 * @property {() => Promise<void>} end
 */

/**
 * Starts a module in a process of its own.
 *
 * @template Question, Answer
 * @param {object} options
 * @param {URL} options.module - It calls {@link answerParent}.
 * @param {readonly string[]} options.args
 * @param {number | undefined} [options.core] - The processor core to tie it to. Default: any.
 * @param {readonly string[]} [options.through] - A program that runs it and watches it, with its arguments.
 * @returns {Child<Question, Answer>}
 */
export function startChild({ module, args, core, through = [] }) {
  const file = fileURLToPath(module);
  const name = `${basename(file)} ${args[0]?.split('\n')[0] ?? ''}`;
  const tied = core === undefined ? [] : ['taskset', '-c', String(core)];
  const [program = '', ...rest] = [...tied, ...through, process.execPath, file, ...args];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${name} ended early with ${code ?? signal}.`);
  });
  // Only of interest while a question is open.
  ended.catch(() => {});
  return {
    async ask(question) {
      const answered = once(child, 'message');
      child.send(/** @type {object} */ (question));
      /** @type {{ answer: Answer } | { error: string }} */
      const message = (await Promise.race([answered, ended]))[0];
      if ('error' in message) throw new Error(`${name} failed. ${message.error}`);
      return message.answer;
    },
    async end() {
      if (child.connected) child.disconnect();
      await ended.catch(() => {});
    },
  };
}

/**
 * Answers the questions of the process that started this one, and ends with it.
 *
 * @template Question, Answer
 * @param {(question: Question) => Promise<Answer>} answer
 */
export function answerParent(answer) {
  process.on('message', async (question) => {
    try {
      process.send?.({ answer: await answer(/** @type {Question} */ (question)) });
    } catch (error) {
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.on('disconnect', () => process.exit());
}
