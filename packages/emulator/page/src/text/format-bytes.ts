/** Writes a size: `12 bytes`, `64 KiB`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return '1 byte';
  if (bytes < 1_024) return `${bytes} bytes`;
  const isLarge = bytes >= 1_048_576;
  const amount = bytes / (isLarge ? 1_048_576 : 1_024);
  return `${Number(amount.toFixed(1))} ${isLarge ? 'MiB' : 'KiB'}`;
}
