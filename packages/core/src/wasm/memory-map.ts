// The first bytes of every memory: the kernels' constants, then their scratch.

/** A number that a kernel is called with, after the constants: passed as an argument it would be boxed by every call. */
export const argumentAddress = 192;
/** Floats of a row that does not end where a vector does, one vector for each array. */
export const tailScratch = 256;
/** Sums of a tile that does not end where a vector does. */
export const tileScratch = 320;
/** A part of an array of bytes or halves, and the float32 that halves become. Nothing is spent on them where nobody writes. */
export const partScratch = 576;
export const partBytes = 16_384;
export const widenedScratch = partScratch + partBytes;
/** Scales of rows of int8, for as many rows as a part may have. */
export const scaleScratch = widenedScratch + 2 * partBytes;
export const mostRows = 1024;
/** Arrays start here. */
export const arraysStart = scaleScratch + 4 * mostRows;

/** Columns of a panel of weights: every tile's width divides it. */
export const panelColumns = 24;
