const control = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Text that came from elsewhere, safe on a terminal: a control character could move the cursor, hide a line or fake one, and a
 * bidirectional one could show text in another order than it is in.
 */
export function printable(text: string): string {
  return text.replace(control, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Whether `printable` would change it. */
export function hasControl(text: string): boolean {
  return text.search(control) >= 0;
}
