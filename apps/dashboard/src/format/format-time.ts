const sameYear = new Intl.DateTimeFormat(undefined, {
  day: "2-digit",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
// buckets of a day are days of UTC: a local date would name the day before for half of the world
const utcDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

/** Local date and time to the second. */
export function formatTime(iso: string): string {
  return formatted(sameYear, iso);
}

/** Local hours and minutes. */
export function formatClock(iso: string): string {
  return formatted(clock, iso);
}

/** Day of UTC. */
export function formatUtcDay(iso: string): string {
  return formatted(utcDay, iso);
}

/** 2026-03-04 05:06:07 UTC. */
export function formatUtc(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function formatted(format: Intl.DateTimeFormat, iso: string): string {
  const date = new Date(iso);
  // what the gateway sent is shown rather than "Invalid Date"
  return Number.isNaN(date.getTime()) ? iso : format.format(date);
}
