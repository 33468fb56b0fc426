import type { Decision, RankedCandidate } from "@onehead/core";
import { decimalsOf, formatShare, formatUsd } from "./format.js";

interface Row {
  element: HTMLTableRowElement;
  profile: HTMLElement;
  quality: Measure;
  cost: Measure;
  value: HTMLDataElement;
}

/** A number and its bar. */
interface Measure {
  number: HTMLDataElement;
  track: HTMLElement;
}

const moveMs = 180;

/** The candidates as rows that keep their elements, and glide to their new place when their order changes. */
export class RankingTable {
  readonly #body: HTMLTableSectionElement;
  readonly #rows = new Map<string, Row>();
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(body: HTMLTableSectionElement) {
    this.#body = body;
  }

  show({ ranking, preference }: Decision): void {
    const before = new Map([...this.#rows.values()].map(({ element }) => [element, element.offsetTop]));
    const dearestUsd = Math.max(...ranking.map(({ predictedCostUsd }) => predictedCostUsd));
    // the linear reward is in units of quality, of which one is worth λ; neighbours differ in the third digit or the fourth
    const values = ranking.map(({ reward }) => reward * preference.lambdaUsd);
    const decimals = decimalsOf(values[0], 4);
    const ordered = ranking.map((candidate, i) => {
      const row = this.#rowOf(candidate.model);
      fill(row, candidate, dearestUsd);
      write(row.value, values[i], formatUsd(values[i], decimals));
      return row.element;
    });
    if (ordered.some((element, i) => this.#body.children[i] !== element)) this.#body.replaceChildren(...ordered);
    if (this.#still.matches) return;
    for (const [element, top] of before) {
      const moved = top - element.offsetTop;
      if (moved === 0) continue;
      element.animate({ transform: [`translateY(${moved}px)`, "none"] }, { duration: moveMs, easing: "ease-out" });
    }
  }

  #rowOf(model: string): Row {
    const known = this.#rows.get(model);
    if (known !== undefined) return known;
    // a row that is laid out as blocks would lose its role
    const element = withRole(document.createElement("tr"), "row");
    const name = withRole(document.createElement("th"), "rowheader");
    name.scope = "row";
    const profile = document.createElement("span");
    profile.className = "inherited";
    name.append(model, profile);
    const quality = measure("quality");
    const cost = measure("cost");
    const net = withRole(document.createElement("td"), "cell");
    net.className = "number";
    const value = document.createElement("data");
    net.append(value);
    element.append(name, quality.cell, cost.cell, net);
    const row = { element, profile, quality, cost, value };
    this.#rows.set(model, row);
    return row;
  }
}

function withRole<E extends HTMLElement>(element: E, role: string): E {
  element.setAttribute("role", role);
  return element;
}

function measure(kind: "quality" | "cost"): Measure & { cell: HTMLTableCellElement } {
  const cell = withRole(document.createElement("td"), "cell");
  const layout = document.createElement("div");
  layout.className = `measure ${kind}`;
  const number = document.createElement("data");
  const track = document.createElement("div");
  track.className = "track";
  for (const part of kind === "quality" ? ["fill", "spread"] : ["fill"]) {
    const element = document.createElement("div");
    element.className = part;
    track.append(element);
  }
  layout.append(number, track);
  cell.append(layout);
  return { cell, number, track };
}

function fill(row: Row, candidate: RankedCandidate, dearestUsd: number): void {
  const { predictedQuality, predictedCostUsd, uncertainty, profile } = candidate;
  row.profile.textContent = profile === "measured" ? "" : profile;
  write(row.quality.number, predictedQuality, formatShare(predictedQuality));
  write(row.cost.number, predictedCostUsd, formatUsd(predictedCostUsd));
  const { style } = row.quality.track;
  style.setProperty("--share", String(predictedQuality));
  style.setProperty("--low", String(Math.max(0, predictedQuality - uncertainty)));
  style.setProperty("--high", String(Math.min(1, predictedQuality + uncertainty)));
  row.cost.track.style.setProperty("--share", String(predictedCostUsd / dearestUsd));
}

function write(element: HTMLDataElement, value: number, text: string): void {
  element.value = String(value);
  element.textContent = text;
}
