import pc from 'picocolors';

/** @param {{ emulator: string, app: string }} urls */
export function printHead({ emulator, app }) {
  console.log();
  console.log(
    `  ${pc.bold('Fatture in Cloud')} ${pc.dim(`emulated at ${emulator}`)} ${pc.dim('──▶')} ${pc.bold('examples/express')} ${pc.dim(app)}`,
  );
  console.log();
}

/**
 * @param {object} played
 * @param {import('./scenes.js').Scene} played.scene
 * @param {number} played.at Milliseconds since the first scene.
 * @param {import('./scenes.js').Answer} played.answer
 * @param {string[]} played.flaws
 */
export function printScene({ scene, at, answer, flaws }) {
  const right = flaws.length === 0;
  const time = pc.dim(`${at.toFixed(0).padStart(5)} ms`);
  const mark = right ? pc.green('✔') : pc.red('✘');
  const arrow = scene.from === 'Fatture in Cloud' ? pc.cyan('──▶') : pc.magenta('┄┄▶');
  const method = answer.method.padEnd(4);
  console.log(`  ${time} ${arrow} ${pc.dim(method)} ${scene.title}`);
  console.log(`           ${pc.dim('◀──')} ${paintStatus(answer.status)} ${mark} ${pc.dim(scene.meaning)}`);
  if (scene.appSays !== undefined) console.log(`                    ${pc.dim(`app: … ${scene.appSays} …`)}`);
  for (const flaw of flaws) console.log(`                    ${pc.red(flaw)}`);
}

/** @param {{ wrong: number, exitCode: number | null, isWell: boolean }} end */
export function printEnd({ wrong, exitCode, isWell }) {
  console.log();
  console.log(
    `  ${pc.dim(isWell ? 'The subscription is verified, and nothing counts against it.' : 'The subscription is in danger.')}`,
  );
  console.log(`  ${pc.dim(`SIGTERM: the app drained and ended with ${exitCode}.`)}`);
  console.log(
    wrong === 0
      ? `  ${pc.green(pc.bold('Every outcome was the right one.'))}`
      : `  ${pc.red(pc.bold(`${wrong} outcomes were wrong.`))}`,
  );
  console.log();
}

/** @param {number} status */
function paintStatus(status) {
  const text = String(status).padEnd(4);
  if (status < 300) return pc.green(text);
  return status < 500 ? pc.yellow(text) : pc.red(text);
}
