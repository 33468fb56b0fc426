export { OneheadError, type OneheadErrorCode } from "./errors/onehead-error.js";
export { assertAtLeast, assertLength, ShapeError } from "./errors/shape-error.js";
