/** A router's bytes: a binary module of the deployment, or inlined by the build. */
declare module "*.onehead" {
  const bytes: ArrayBuffer | Uint8Array<ArrayBuffer>;
  export default bytes;
}
