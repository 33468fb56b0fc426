const control = /\p{Cc}/gu;

/** Text that came from elsewhere, safe on a terminal: a control character could move the cursor, hide a line or fake one. */
export function printable(text: string): string {
  return text.replace(control, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Whether `printable` would change it. */
export function hasControl(text: string): boolean {
  return text.search(control) >= 0;
}
