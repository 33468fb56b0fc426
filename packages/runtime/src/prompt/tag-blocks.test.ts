import { expect, it } from "vitest";
import { knownTags } from "./known-tags.js";
import { splitTags } from "./tag-blocks.js";

const tags = knownTags([], true);
const kinds = (text: string) => splitTags(text, tags).map((segment) => segment.kind);

it("the outermost block wins", () => {
  expect(kinds("<environment_details>\n<context>\nx\n</context>\n</environment_details>\nask")).toEqual([
    "harness",
    "text",
  ]);
});

it("names are read without regard to case, with attributes, and with a second word", () => {
  expect(kinds('<userRequest id="1">ask</USERREQUEST>')).toEqual(["question"]);
  expect(kinds("<permissions instructions>\nx\n</permissions instructions>\nask")).toEqual(["harness", "text"]);
});

it("an end without a beginning and a beginning without an end are text", () => {
  expect(kinds("a </system-reminder> b <system-reminder> c")).toEqual(["text"]);
});

it("a fence inside a block does not hide the block, a block inside a fence is hidden", () => {
  expect(kinds("<system-reminder>\n```\n</system-reminder>\nask")).toEqual(["harness", "text"]);
  expect(kinds("```\n<system-reminder>x</system-reminder>\n```")).toEqual(["text"]);
});

it("an everyday name counts at the beginning of a line or behind another block", () => {
  expect(kinds("a <context>x</context> b")).toEqual(["text"]);
  expect(kinds("<system-reminder>x</system-reminder> <context>x</context> b")).toEqual(["harness", "document", "text"]);
});
