/** A `fetch` for official clients that takes note of which decision each answer came from. */
export function notingFetch() {
  const ids = [];
  return {
    ids,
    async fetch(input, init) {
      const response = await globalThis.fetch(input, init);
      const id = response.headers.get("x-onehead-decision-id");
      if (id !== null) ids.push(id);
      return response;
    },
  };
}
