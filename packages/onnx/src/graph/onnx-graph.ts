import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { OneheadError } from "@onehead/core";
import {
  AttributeProto_AttributeType,
  type AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataType,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from "../proto/onnx_pb.js";

/** The first with the axes of `ReduceSum`, `Split` and `Unsqueeze` as inputs and softmax over one axis. */
export const opset = 13;
// the version of the file's format that came with that opset
const irVersion = 7n;

/** A side of a tensor: a number, or the name of one that is known when the model runs. */
type Side = number | "batch";

/**
 * A graph that grows node by node, and its bytes as an ONNX model.
 *
 * Every method that adds something returns the name of the tensor that it makes, for nodes that come later to read. Names tell
 * what a tensor is; no two are alike.
 */
export class OnnxGraph {
  readonly #names = new Set<string>();
  readonly #inputs: MessageInitShape<typeof ValueInfoProtoSchema>[] = [];
  readonly #outputs: MessageInitShape<typeof ValueInfoProtoSchema>[] = [];
  readonly #initializers: MessageInitShape<typeof TensorProtoSchema>[] = [];
  readonly #nodes: MessageInitShape<typeof NodeProtoSchema>[] = [];

  /** A float32 tensor that whoever runs the model gives. */
  input(name: string, shape: readonly Side[]): string {
    this.#inputs.push(valueInfo(this.#claim(name), TensorProto_DataType.FLOAT, shape));
    return name;
  }

  /** A tensor that a node makes and whoever runs the model reads. */
  output(name: string, shape: readonly Side[], type: "float32" | "int64" = "float32"): void {
    const dataType = type === "int64" ? TensorProto_DataType.INT64 : TensorProto_DataType.FLOAT;
    this.#outputs.push(valueInfo(name, dataType, shape));
  }

  /** float32 numbers of the model's own. @throws OneheadError "shape" for data of another length */
  constant(name: string, data: ArrayLike<number>, shape: readonly number[]): string {
    const size = shape.reduce((product, side) => product * side, 1);
    if (data.length !== size) {
      throw new OneheadError("shape", `constant: ${name}: length is ${data.length}, expected (${shape.join(", ")})`);
    }
    const bytes = new Uint8Array(4 * size);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < size; i++) view.setFloat32(4 * i, data[i], true);
    return this.#initializer(name, TensorProto_DataType.FLOAT, bytes, shape);
  }

  /** A list of whole numbers: sides, axes or places. */
  integers(name: string, values: readonly number[]): string {
    const bytes = new Uint8Array(8 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      view.setBigInt64(8 * i, BigInt(value), true);
    });
    return this.#initializer(name, TensorProto_DataType.INT64, bytes, [values.length]);
  }

  /** A node with one output. @param attributes whole numbers, or lists of them */
  node(
    operator: string,
    output: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
  ): string {
    return this.split(operator, [output], inputs, attributes)[0];
  }

  /** A node with several outputs. */
  split(
    operator: string,
    outputs: readonly string[],
    inputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
  ): readonly string[] {
    this.#nodes.push({
      name: outputs[0],
      opType: operator,
      input: [...inputs],
      output: outputs.map((name) => this.#claim(name)),
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return outputs;
  }

  /** Bytes of the model; equal graphs and metadata give equal bytes. */
  toBytes(name: string, metadata: Readonly<Record<string, string>>): Uint8Array {
    const model = create(ModelProtoSchema, {
      irVersion,
      producerName: "onehead",
      opsetImport: [{ domain: "", version: BigInt(opset) }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
    return toBinary(ModelProtoSchema, model);
  }

  #initializer(name: string, dataType: number, rawData: Uint8Array, shape: readonly number[]): string {
    this.#initializers.push({ name: this.#claim(name), dataType, dims: shape.map(BigInt), rawData });
    return name;
  }

  #claim(name: string): string {
    if (this.#names.has(name)) throw new OneheadError("invalid-argument", `OnnxGraph: ${name} twice, expected once`);
    this.#names.add(name);
    return name;
  }
}

function valueInfo(
  name: string,
  elemType: number,
  shape: readonly Side[],
): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = shape.map((side) => ({
    value:
      typeof side === "number"
        ? { case: "dimValue" as const, value: BigInt(side) }
        : { case: "dimParam" as const, value: side },
  }));
  return { name, type: { value: { case: "tensorType", value: { elemType, shape: { dim } } } } };
}

function attribute(name: string, value: number | readonly number[]): MessageInitShape<typeof AttributeProtoSchema> {
  return typeof value === "number"
    ? { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) }
    : { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) };
}
