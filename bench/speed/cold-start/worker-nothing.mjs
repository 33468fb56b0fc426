// A Worker that does nothing: what workerd takes by itself.
export default { fetch: () => new Response("{}") };
