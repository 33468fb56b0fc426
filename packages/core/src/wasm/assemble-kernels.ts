import { assemble } from "./assembler.js";
import { findNonFiniteHalf, fromFloat16, fromInt8, gatherColumns, hashBlocks } from "./bytes-code.js";
import * as elementwise from "./elementwise-code.js";
import { constants } from "./kernel-constants.js";
import { poolBytes, poolFloats, poolHalves } from "./pooling-code.js";
import { multiplyRow, multiplyTiles, packPanels, readHead, readHeadOfTwo } from "./product-code.js";
import { copyTail } from "./vector-code.js";

/** The module of all kernels, the same bytes every time. */
export function assembleKernels(): Uint8Array<ArrayBuffer> {
  const functions = [
    // function 0, which others call
    copyTail(),
    multiplyRow(),
    multiplyTiles("multiplyTiles8", 2),
    multiplyTiles("multiplyTiles12", 3),
    packPanels(),
    readHead(),
    readHeadOfTwo(),
    elementwise.gelu(),
    elementwise.softmaxRows(),
    elementwise.rbfOfProducts(),
    elementwise.unitRows(),
    elementwise.squaredNorms(),
    elementwise.layerNorm(),
    elementwise.addLogOdds(),
    elementwise.readOutcomes(),
    poolFloats(),
    poolBytes(),
    poolHalves(),
    hashBlocks(),
    findNonFiniteHalf(),
    fromFloat16(),
    fromInt8(),
    gatherColumns(),
  ];
  return assemble(functions, constants);
}
