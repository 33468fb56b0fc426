export const clientNames = [
  { value: "curl", label: "curl" },
  { value: "typescript", label: "TypeScript" },
  { value: "python", label: "Python" },
] as const;
export type ClientName = (typeof clientNames)[number]["value"];

/** A first request, ready to paste; `GATEWAY_KEY` stands for the key of a gateway that asks for one. */
export function firstRequest(client: ClientName, baseUrl: string, isProtected: boolean): string {
  switch (client) {
    case "curl":
      return [
        `curl ${baseUrl}/chat/completions \\`,
        ...(isProtected ? ['  -H "Authorization: Bearer $GATEWAY_KEY" \\'] : []),
        '  -H "Content-Type: application/json" \\',
        `  -d '{"model": "auto", "messages": [{"role": "user", "content": "What is the capital of Australia?"}]}'`,
      ].join("\n");
    case "typescript":
      return `import OpenAI from "openai";

const client = new OpenAI({
  baseURL: ${JSON.stringify(baseUrl)},
  apiKey: ${isProtected ? "process.env.GATEWAY_KEY" : '"none"'},
});

const answer = await client.chat.completions.create({
  model: "auto",
  messages: [{ role: "user", content: "What is the capital of Australia?" }],
});
console.log(answer.choices[0].message.content);`;
    case "python":
      return `${isProtected ? "import os\n" : ""}from openai import OpenAI

client = OpenAI(
    base_url=${JSON.stringify(baseUrl)},
    api_key=${isProtected ? 'os.environ["GATEWAY_KEY"]' : '"none"'},
)

answer = client.chat.completions.create(
    model="auto",
    messages=[{"role": "user", "content": "What is the capital of Australia?"}],
)
print(answer.choices[0].message.content)`;
  }
}
