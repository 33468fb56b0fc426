import { expect, it } from "vitest";
import { errorOfResponse, messageIn } from "./gateway-error.js";

it("takes the sentence out of an OpenAI-like error", async () => {
  const response = Response.json(
    { error: { message: "No such decision.", type: "not_found" } },
    { status: 404, headers: { "x-request-id": "req_1" } },
  );
  expect(await errorOfResponse(response)).toMatchObject({
    message: "No such decision.",
    status: 404,
    requestId: "req_1",
  });
});

it("makes one of the status where a proxy answers with a page", async () => {
  const error = await errorOfResponse(new Response("<html>bad gateway</html>", { status: 502 }));
  expect(error.message).toBe("The gateway answered with status 502.");
});

it("finds no message where there is none", () => {
  for (const body of [null, "text", 3, {}, { error: null }, { error: {} }, { error: { message: 3 } }]) {
    expect(messageIn(body)).toBeNull();
  }
  expect(messageIn({ error: "said so" })).toBe("said so");
});
