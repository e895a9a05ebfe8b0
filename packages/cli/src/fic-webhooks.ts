/** What the command runs: see `bin/`. */
import { createOutput } from './output/output.js';
import { runProgram } from './run-program.js';

process.exitCode = await runProgram(process.argv.slice(2), createOutput());
