import { OneheadError } from "@onehead/core";
import { beforeEach, describe, expect, it } from "vitest";
import { CheckedDatabase } from "./checked-database.js";
import { GroupWriter } from "./group-writer.js";

let connection: CheckedDatabase;
let writer: GroupWriter;
const insert = (value: number | null) => () => {
  connection.prepare("INSERT INTO t VALUES (?)").run(value);
  return value;
};
const rows = (): unknown => connection.value("SELECT group_concat(a) FROM t");

beforeEach(() => {
  connection = new CheckedDatabase(":memory:", 0);
  connection.exec("CREATE TABLE t (a INTEGER NOT NULL UNIQUE) STRICT");
  writer = new GroupWriter(connection, "the path");
});

describe("GroupWriter", () => {
  it("commits what is asked for within a turn in one transaction, in order", async () => {
    const inTransaction: boolean[] = [];
    const note = (): void => {
      inTransaction.push(connection.inTransaction);
    };
    const written = [writer.write("a", insert(1)), writer.writeSoon("b", insert(2)), writer.write("c", note)];
    expect(rows()).toBeNull();
    expect(await Promise.all(written)).toEqual([1, 2, undefined]);
    expect(rows()).toBe("1,2");
    expect(inTransaction).toEqual([true]);
    expect(connection.inTransaction).toBe(false);
  });

  it("rejects the failing job of a group alone, by its name", async () => {
    const written = [1, 2, null, 2, 3].map((value, i) => writer.write(`job ${i}`, insert(value)));
    const results = await Promise.allSettled(written);
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    expect(results[2]).toMatchObject({
      reason: { code: "invalid-argument", message: "job 2: NOT NULL constraint failed: t.a" },
    });
    expect(rows()).toBe("1,2,3");
  });

  it("undoes all that a failing job has written", async () => {
    const twice = writer.write("twice", () => {
      insert(7)();
      insert(7)();
    });
    await expect(twice).rejects.toMatchObject({ code: "invalid-argument" });
    expect(rows()).toBeNull();
  });

  it("rejects with an error that a job gives, without running the group again", async () => {
    let runs = 0;
    const refusing = writer.write("refusing", () => {
      runs++;
      return new OneheadError("invalid-argument", "no");
    });
    await expect(refusing).rejects.toThrow("no");
    expect(runs).toBe(1);
  });

  it("waits out a database that takes nothing, for what is in the journal", async () => {
    const positions: unknown[] = [];
    const lost: string[] = [];
    const hooks = {
      begun: () => {},
      ending: (position: unknown) => positions.push(position),
      lost: ({ message }: OneheadError) => lost.push(message),
    };
    const patient = new GroupWriter(connection, "the path", hooks);
    let full = true;
    const write = (value: number) => () => {
      if (full) throw Object.assign(new Error("full"), { code: "SQLITE_FULL" });
      return insert(value)();
    };
    const kept = [patient.keep("a", write(1), 7), patient.keep("b", insert(1), 8), patient.keep("c", write(3), 9)];
    const waiting = patient.write("d", insert(4));
    await expect(waiting).rejects.toMatchObject({ code: "io", message: "d: the path: the disk is full (SQLITE_FULL)" });
    expect(rows()).toBeNull();
    full = false;
    // the next write tries again, and needs not wait for the second of a timer
    await patient.write("e", insert(5));
    await Promise.all(kept);
    expect(rows()).toBe("1,3,5");
    expect(lost).toEqual(["b: UNIQUE constraint failed: t.a"]);
    expect(positions.filter((position) => position !== undefined)).toEqual([7, 9]);
    await patient.close();
  });

  it("closes beside a database that takes nothing", async () => {
    const patient = new GroupWriter(connection, "the path", { begun: () => {}, ending: () => {}, lost: () => {} });
    let tries = 0;
    void patient.keep(
      "a",
      () => {
        tries++;
        throw Object.assign(new Error("full"), { code: "SQLITE_FULL" });
      },
      1,
    );
    await patient.close();
    expect(tries).toBeGreaterThan(0);
  });

  it("writes what nobody hurries by itself", async () => {
    await writer.writeSoon("a", insert(1));
    await writer.writeSoon("b", insert(2));
    expect(rows()).toBe("1,2");
  });

  it("settles what was asked for before it was closed, and takes nothing after", async () => {
    const written = writer.writeSoon("a", insert(1));
    const closed = writer.close();
    await expect(writer.write("b", insert(2))).rejects.toMatchObject({
      code: "io",
      message: "b: the path: it is closed",
    });
    await closed;
    expect(rows()).toBe("1");
    await written;
  });

  it("cuts a long queue into groups, between which others have their turn", async () => {
    let turns = 0;
    const slow = (): void => {
      const endMs = performance.now() + 3;
      while (performance.now() < endMs);
    };
    const written = Promise.all(Array.from({ length: 6 }, () => writer.write("slow", slow)));
    let over = false;
    void written.then(() => {
      over = true;
    });
    for (; !over; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});
