export { type OnnxOptions, type OnnxPreference, type OnnxRouter, toOnnx } from "./to-onnx.js";
