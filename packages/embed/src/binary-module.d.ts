/** A file's bytes: inlined by the build, or a binary module of workerd. */
declare module "*.bin" {
  const bytes: Uint8Array;
  export default bytes;
}
