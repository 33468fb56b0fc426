// What fits an embedder, loaded when something is fitted: a program that routes has no use for it.
export { createRandom, symmetricEigen } from "@onehead/core/training";
export { gram } from "./gram.js";
export { denseMap, sparseMap } from "./linear-map.js";
export { oversampling, randomizedSvd } from "./randomized-svd.js";
