// The first bytes of every memory: the kernels' constants, then their scratch.

/** A number that a kernel is called with, after the constants: passed as an argument it would be boxed by every call. */
export const argumentAddress = 192;
/** Floats of a row that does not end where a vector does, one vector for each array. */
export const tailScratch = 256;
/** Sums of a tile that does not end where a vector does. */
export const tileScratch = 320;
/** Arrays start here. */
export const arraysStart = 576;

/** Columns of a panel of weights: every tile's width divides it. */
export const panelColumns = 24;
