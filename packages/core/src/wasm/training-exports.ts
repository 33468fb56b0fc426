/** What the module of training exports; addresses and strides are in bytes, counts in float32. Each is documented where its code is written. */
export interface TrainingExports {
  addScaled(out: number, x: number, count: number, scale: number): void;
  multiplyEach(out: number, x: number, y: number, count: number): void;
  geluBackward(dX: number, dOut: number, x: number, count: number): void;
  softmaxRowsBackward(dX: number, dOut: number, out: number, rows: number, columns: number, temperature: number): void;
  layerNormBackward(
    dX: number,
    dGain: number,
    dBias: number,
    dOut: number,
    x: number,
    gain: number,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  adamStep(
    parameter: number,
    gradient: number,
    first: number,
    second: number,
    count: number,
    clip: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    rate: number,
    correction: number,
    epsilon: number,
    decay: number,
  ): void;
  maskedBinaryCrossEntropy(dLogits: number, logits: number, targets: number, count: number, scale: number): void;
  reluHead(
    out: number,
    shared: number,
    models: number,
    weights: number,
    bias: number,
    rows: number,
    columns: number,
    units: number,
    stride: number,
  ): void;
  reluHeadBackward(
    dShared: number,
    dModels: number,
    dWeights: number,
    dOut: number,
    shared: number,
    models: number,
    weights: number,
    rows: number,
    columns: number,
    units: number,
    stride: number,
  ): void;
}
