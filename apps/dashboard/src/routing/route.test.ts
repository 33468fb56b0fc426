import { describe, expect, it } from "vitest";
import { parseRoute, toHash } from "./route.js";

describe("parseRoute", () => {
  it("takes what it does not know for the overview", () => {
    for (const hash of ["", "#", "#/", "#/nowhere", "#overview/x/y", "#/__proto__"]) {
      expect(parseRoute(hash)).toMatchObject({ view: "overview", id: null });
    }
  });

  it("reads a decision's id and the filters, without empty ones", () => {
    expect(parseRoute("#/decisions/a%2Fb?model=x%2Fy&status=")).toEqual({
      view: "decisions",
      id: "a/b",
      query: { model: "x/y" },
    });
  });

  it("survives a lone percent sign", () => {
    expect(parseRoute("#/decisions/100%").id).toBe("100%");
  });
});

it("toHash is read back by parseRoute, whatever the names hold", () => {
  const query = { model: 'a/<b> & "c"?#%', after: "2" };
  expect(parseRoute(toHash({ view: "decisions", id: "x/?#%", query }))).toEqual({
    view: "decisions",
    id: "x/?#%",
    query,
  });
  expect(toHash({ view: "models", query: { show: null } })).toBe("#/models");
});
