export { OneheadError, type OneheadErrorCode } from "./errors/onehead-error.js";
export { assertAtLeast, assertLength, ShapeError } from "./errors/shape-error.js";
export { hashBytes, hashString } from "./hash/hash-string.js";
export { createRandom, type Random } from "./random/random.js";
