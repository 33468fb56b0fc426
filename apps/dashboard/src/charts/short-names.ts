/** Names without their provider where that leaves them different; long ones lose their middle. */
export function shortNames(models: readonly string[], most = 26): Map<string, string> {
  const last = (model: string): string => model.slice(model.lastIndexOf("/") + 1) || model;
  const seen = new Map<string, number>();
  for (const model of models) seen.set(last(model), (seen.get(last(model)) ?? 0) + 1);
  return new Map(
    models.map((model) => {
      const name = seen.get(last(model)) === 1 ? last(model) : model;
      const half = Math.floor((most - 1) / 2);
      return [model, name.length > most ? `${name.slice(0, half)}…${name.slice(-half)}` : name];
    }),
  );
}
