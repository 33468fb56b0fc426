/** Made by the bundler: what imports each file of tests that this runtime can run. */
declare module "bundled:tests" {
  export const testFiles: Readonly<Record<string, () => Promise<unknown>>>;
}

/** Files of a deployment beside its script. */
declare module "bundled:artifacts/*" {
  const bytes: ArrayBuffer;
  export default bytes;
}
