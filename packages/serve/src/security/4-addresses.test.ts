import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AttackedGateway, attackedGateway, hello, post, upstreamKey } from "./attacked-gateway.fixture.js";
import { isPrivateHost } from "./is-private-host.js";

const privateHosts = [
  "127.0.0.1",
  "127.1",
  "0",
  "0.0.0.0",
  "2130706433",
  "0x7f000001",
  "0x7f.1",
  "017700000001",
  "0177.0.0.01",
  "127.0.0.1.",
  "127.255.255.254",
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "100.64.0.1",
  "169.254.169.254",
  "169.254.169.254.",
  "2852039166",
  "0xa9fea9fe",
  "192.0.0.192",
  "198.18.0.1",
  "192.0.2.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::ffff:0:127.0.0.1]",
  "[::127.0.0.1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b:1::7f00:1]",
  "[2002:7f00:1::]",
  "[2002:a9fe:a9fe::1]",
  "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
  "[2001:db8::1]",
  "[fe80::1]",
  "[fec0::1]",
  "[fc00::1]",
  "[fd00:ec2::254]",
  "[ff02::1]",
  "[100::1]",
  "[5f00::1]",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "a.localhost",
  "metadata",
  "metadata.google.internal",
  "metadata.google.internal.",
  "printer.local",
  "nas.lan",
  "router.home.arpa",
  "db.internal",
  "intranet",
  "x.corp",
  "①②⑦.0.0.1",
  "127。0。0。1",
  "%31%32%37.0.0.1",
  "ⓛocalhost",
];
const oddAddresses = [
  " http://127.0.0.1/",
  "\thttp://127.0.0.1/",
  "ht\ntp://127.0.0.1/",
  "http://127.0.0.1\t/",
  "\u0000http://127.0.0.1/",
  "//127.0.0.1/a.png",
  "http:127.0.0.1/a",
  "http:/127.0.0.1/a",
  "http:\\\\127.0.0.1\\a",
  "http://example.com\\@127.0.0.1/",
  "http://example.com#@127.0.0.1\\",
  "http://user@example.com/",
  "http://user:pass@example.com/",
  "http://127.0.0.1:80@example.com/",
  "http://example.com@127.0.0.1/",
  "file:///etc/passwd",
  "FILE:///etc/passwd",
  "gopher://example.com/",
  "ftp://example.com/",
  "jar:http://example.com!/",
  "blob:http://127.0.0.1/x",
  "javascript:alert(1)",
  "view-source:http://127.0.0.1/",
  "ws://example.com/",
  "http://",
  "http:///x",
  "http://[::1",
  "http://256.256.256.256/",
  "unix:/var/run/docker.sock",
  "http+unix://x/",
  "../../etc/passwd",
  "127.0.0.1:8080/x",
  "localhost:8080",
];

describe("4: addresses that somebody else would fetch", () => {
  const resolved: Record<string, string[]> = {
    "rebound.example.com": ["93.184.216.34", "10.0.0.7"],
    "public.example.com": ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"],
    "mapped.example.com": ["::ffff:127.0.0.1"],
  };
  let lookups = 0;
  let gateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await attackedGateway({
      options: {
        async lookup(name) {
          lookups++;
          if (name === "slow.example.com") await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
          const found = resolved[name];
          if (found === undefined) throw new Error("no such name");
          return found;
        },
      },
    });
  });
  afterAll(() => gateway.close());

  const user = (part: object) => ({
    model: "auto",
    max_tokens: 10,
    messages: [{ role: "user", content: [{ type: "text", text: "hello" }, part] }],
  });
  /** An address at every place that takes one. */
  const places = (url: string): Array<[string, object]> => [
    ["/v1/chat/completions", user({ type: "image_url", image_url: { url } })],
    ["/v1/chat/completions", user({ type: "image_url", image_url: url })],
    ["/v1/chat/completions", user({ type: "image_url", text: "words", image_url: { url } })],
    [
      "/v1/chat/completions",
      user({ type: "file", file: { file_data: "data:application/pdf;base64,AQ==", file_url: url } }),
    ],
    ["/v1/messages", user({ type: "image", source: { type: "url", url } })],
    ["/v1/messages", user({ type: "document", source: { type: "url", url } })],
    ["/v1/messages", { ...user({ type: "text", text: "x" }), mcp_servers: [{ type: "url", url, name: "x" }] }],
    ["/v1/responses", { model: "auto", input: [{ role: "user", content: [{ type: "input_image", image_url: url }] }] }],
    ["/v1/responses", { model: "auto", input: [{ role: "user", content: [{ type: "input_file", file_url: url }] }] }],
    ["/v1/responses", { model: "auto", input: "x", tools: [{ type: "mcp", server_label: "x", server_url: url }] }],
    [
      "/v1/responses",
      {
        model: "auto",
        input: [
          { type: "computer_call_output", call_id: "1", output: { type: "computer_screenshot", image_url: url } },
        ],
      },
    ],
  ];
  const refusals = async (url: string): Promise<string[]> => {
    const answers = await Promise.all(
      places(url).map(async ([path, body]) => {
        const answer = await post(gateway, path, body);
        return `${answer.status} ${path} ${await answer.text()}`;
      }),
    );
    return answers;
  };

  it.each(privateHosts)("4.1: the private host %s is refused, however it is written", async (host) => {
    for (const answer of await refusals(`http://${host}/x.png`)) expect(answer).toMatch(/^400 .*private-address/);
  });

  it.each(oddAddresses)(
    "4.2: %j, which parsers read differently or nobody should fetch, is refused",
    async (address) => {
      for (const answer of await refusals(address)) expect(answer).toMatch(/^400 /);
      expect(gateway.asked.filter(({ body }) => body.includes(address))).toEqual([]);
    },
  );

  it("4.3: no spelling of an address of IPv4 hides that it is private", () => {
    const part = fc.constantFrom(10, 16, 8);
    const spelled = (value: number, base: number): string =>
      base === 10 ? String(value) : base === 16 ? `0x${value.toString(16)}` : `0${value.toString(8)}`;
    const privateAddress = fc
      .constantFrom([127, 0], [10, 0], [192, 168], [172, 20], [169, 254], [100, 100], [0, 0])
      .chain(([a, b]) => fc.tuple(fc.constant(a), fc.constant(b), fc.nat(255), fc.nat(255)));
    fc.assert(
      fc.property(
        privateAddress,
        fc.array(part, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (bytes, bases, groups) => {
          // the last group holds what is left: 127.1 is 127.0.0.1
          const head = bytes.slice(0, groups - 1);
          const rest = bytes.slice(groups - 1).reduce((sum, byte) => sum * 256 + byte, 0);
          const text = [...head, rest].map((value, i) => spelled(value, bases[i] ?? 10)).join(".");
          expect(isPrivateHost(new URL(`http://${text}/`).hostname)).toBe(true);
          const [a, b, c, d] = bytes;
          for (const within of [
            `[::ffff:${a}.${b}.${c}.${d}]`,
            `[64:ff9b::${a}.${b}.${c}.${d}]`,
            `[::${a}.${b}.${c}.${d}]`,
          ]) {
            expect(isPrivateHost(new URL(`http://${within}/`).hostname)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("4.4: a name of which one address is private is refused; public and unknown ones go on to the provider", async () => {
    for (const name of ["rebound.example.com", "mapped.example.com"]) {
      for (const answer of await refusals(`https://${name}/x.png`)) expect(answer).toMatch(/^400 .*private-address/);
    }
    for (const name of ["public.example.com", "unknown.example.com"]) {
      const [, body] = places(`https://${name}/x.png`)[0] as [string, object];
      expect((await post(gateway, "/v1/chat/completions", body)).status).toBe(200);
    }
  });

  it("4.5: a lookup that hangs is not waited for, and one request cannot make many", async () => {
    const [, slow] = places("https://slow.example.com/x.png")[0] as [string, object];
    const begun = performance.now();
    expect((await post(gateway, "/v1/chat/completions", slow)).status).toBe(200);
    expect(performance.now() - begun).toBeLessThan(10_000);
    const images = (count: number, name: (i: number) => string) => ({
      model: "auto",
      messages: [
        {
          role: "user",
          content: Array.from({ length: count }, (_, i) => ({
            type: "image_url",
            image_url: { url: `https://${name(i)}/${i}` },
          })),
        },
      ],
    });
    const before = lookups;
    expect(
      (
        await post(
          gateway,
          "/v1/chat/completions",
          images(5_000, (i) => `n${i}.example.com`),
        )
      ).status,
    ).toBe(400);
    expect(lookups).toBe(before);
    expect(
      (
        await post(
          gateway,
          "/v1/chat/completions",
          images(100, () => "public.example.com"),
        )
      ).status,
    ).toBe(200);
    expect(lookups).toBe(before + 1);
  });

  it("4.6: what nobody fetches may name any address", async () => {
    const url = "http://localhost:3000/";
    const schema = { type: "object", properties: { url: { type: "string", default: url } }, url };
    const bodies: Array<[string, object]> = [
      ["/v1/chat/completions", { ...hello, metadata: { app_url: url } }],
      [
        "/v1/chat/completions",
        { ...hello, tools: [{ type: "function", function: { name: "open", parameters: schema } }] },
      ],
      ["/v1/chat/completions", { model: "auto", messages: [{ role: "user", content: `look at ${url}` }] }],
      [
        "/v1/messages",
        {
          model: "auto",
          max_tokens: 10,
          tools: [{ name: "open", input_schema: schema }],
          messages: [
            { role: "user", content: "x" },
            { role: "assistant", content: [{ type: "tool_use", id: "1", name: "open", input: { url } }] },
            { role: "user", content: [{ type: "tool_result", tool_use_id: "1", content: "ok" }] },
          ],
        },
      ],
      ["/v1/chat/completions", user({ type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } })],
    ];
    for (const [path, body] of bodies) expect([(await post(gateway, path, body)).status, path]).toEqual([200, path]);
  });

  it("4.7: no header and no field changes where a request goes, or with which key", async () => {
    const evil = "http://evil.example/v1";
    const headers = [
      "x-portkey-custom-host",
      "x-portkey-config",
      "x-portkey-provider",
      "x-base-url",
      "x-api-base",
      "x-onehead-base-url",
      "x-onehead-provider",
      "x-target-url",
      "x-forwarded-host",
      "x-original-url",
      "x-rewrite-url",
      "helicone-target-url",
      "helicone-openai-api-base",
      "openai-organization",
      "x-upstream-key",
      "forwarded",
      "x-stainless-base-url",
    ];
    const fields = {
      baseURL: evil,
      baseUrl: evil,
      apiKey: "x",
      custom_host: evil,
      endpoint: evil,
      headers: { authorization: "Bearer x", "x-evil": "1" },
      extra_headers: { authorization: "x" },
      litellm_params: { api_base: evil },
      deployment_id: "x",
      api_version: "x",
      organization: "x",
      proxy: evil,
      transport: evil,
    };
    const before = gateway.asked.length;
    const given = Object.fromEntries(headers.map((name) => [name, evil]));
    expect(
      (
        await post(
          gateway,
          "/v1/chat/completions",
          { ...hello, ...fields },
          { ...given, authorization: "Bearer client-key", cookie: "a=b" },
        )
      ).status,
    ).toBe(200);
    const sent = gateway.asked[before];
    expect(sent?.url).toBe("/v1/chat/completions");
    expect(sent?.headers.authorization).toBe(`Bearer ${upstreamKey}`);
    expect(JSON.stringify(sent?.headers)).not.toMatch(/evil|client-key|cookie/);
    // settings of the router itself know none of them
    for (const name of ["baseUrl", "apiKey", "provider", "url"]) {
      expect((await post(gateway, "/v1/chat/completions", { ...hello, router: { [name]: evil } })).status).toBe(400);
    }
    // what LiteLLM lets a client say is refused instead of passed over
    for (const field of [{ api_base: evil }, { base_url: evil }, { api_key: "x" }]) {
      expect((await post(gateway, "/v1/chat/completions", { ...hello, ...field })).status).toBe(400);
    }
    expect(gateway.asked).toHaveLength(before + 1);
  });
});
