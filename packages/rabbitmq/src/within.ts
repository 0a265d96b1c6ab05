/** The promise's outcome, or an Error with the given message after `timeoutMs`. The promise itself goes on unobserved. */
export async function within<T>(timeoutMs: number, promise: Promise<T>, lateMessage: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(lateMessage)), timeoutMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
