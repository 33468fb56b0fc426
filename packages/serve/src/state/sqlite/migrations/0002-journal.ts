/** How much of the journal is in the database; see `journal.ts`. A released migration is never edited. */
export const journal0002 = /* sql */ `
CREATE TABLE journal (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  applied INTEGER NOT NULL
) STRICT;

INSERT INTO journal VALUES (1, 0);
`;
