import { firstDecision } from "./first-decision.mjs";

/** Takes its first decision when it is asked for `/decide`, and does nothing before. */
export function answering(packages, artifact) {
  return {
    async fetch({ url }) {
      if (!url.endsWith("/decide")) return new Response("{}");
      return Response.json(
        await firstDecision(
          () => packages,
          () => new Uint8Array(artifact),
        ),
      );
    },
  };
}
