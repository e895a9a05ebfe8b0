/** Runs what starts a process. When that fails, it says in words what stands in the way, and ends the process. */
export function start(run: () => Promise<void>): void {
  run().catch((error: Error & { code?: string }) => {
    // An error with a code or a cause says what is wrong with the environment. A stack is for what nobody foresaw.
    console.error(error.code || error.cause ? `This process cannot start: ${error.message}` : error);
    process.exit(1);
  });
}
