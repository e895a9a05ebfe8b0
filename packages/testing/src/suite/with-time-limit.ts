/** Settles as `work` does, or rejects with what `onLate` makes when it takes longer than `milliseconds`. */
export async function withTimeLimit<T>(
  work: Promise<T>,
  milliseconds: number,
  onLate: () => Error,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(onLate()), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
