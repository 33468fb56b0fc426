import { describe, expect, it } from "vitest";
import { hasControl, printable } from "./printable.js";

describe("printable", () => {
  it("writes control characters as escapes and leaves all other text as it is", () => {
    expect(printable("a\u001b[31mred\u0007\u009b")).toBe("a\\u001b[31mred\\u0007\\u009b");
    expect(printable("line\nline")).toBe("line\\u000aline");
    expect(printable("a\u202etxt.exe\u2066")).toBe("a\\u202etxt.exe\\u2066");
    expect(printable("größer 你好 🙂 __proto__")).toBe("größer 你好 🙂 __proto__");
  });

  it("says again and again whether there is one", () => {
    for (const text of ["\u001b", "\n", "a\u0000", "a\u202e"])
      expect([hasControl(text), hasControl(text)]).toEqual([true, true]);
    expect(hasControl("plain")).toBe(false);
  });
});
