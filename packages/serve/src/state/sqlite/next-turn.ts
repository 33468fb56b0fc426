/** Lets whatever waits have its turn of the event loop: between the parts of what is long. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
