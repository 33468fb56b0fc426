/** Hues that are told apart, also by people who are colour-blind; see models.css. */
export const hueCount = 8;
/** Solid, striped, dotted. */
const textureCount = 3;
export const slotCount = hueCount * textureCount;

/** Slot that a name asks for: its hue. Equal on every machine and in every session. */
export function preferredSlot(model: string): number {
  // FNV-1a
  let hash = 0x811c9dc5;
  for (let i = 0; i < model.length; i++) hash = Math.imul(hash ^ model.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % hueCount;
}

/**
 * Gives every model a slot: its hue is slot % 8, its texture ⌊slot / 8⌋.
 *
 * A name gets the slot that it asks for, or the next one that is free: eight models always have eight hues, and the order in
 * which they are listed changes nothing. From the 25th on slots are shared.
 *
 * @param groups names that are seen most first: they choose before those of the next group
 */
export function assignModelSlots(...groups: ReadonlyArray<Iterable<string>>): Map<string, number> {
  const slots = new Map<string, number>();
  const taken = new Set<number>();
  for (const model of groups.flatMap((group) => [...group].sort())) {
    if (slots.has(model)) continue;
    const first = preferredSlot(model);
    let slot = first;
    for (let tries = 0; tries < slotCount; tries++) {
      const texture = Math.floor(tries / hueCount);
      slot = texture * hueCount + ((first + tries) % hueCount);
      if (!taken.has(slot)) break;
    }
    taken.add(slot);
    slots.set(model, slot);
  }
  return slots;
}
