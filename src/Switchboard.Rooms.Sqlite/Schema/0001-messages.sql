-- The store as a whole: one row.
CREATE TABLE store (
    epoch TEXT NOT NULL     -- a UUID, made with the store; a backup has another one
) STRICT;

CREATE TABLE rooms (
    id      INTEGER PRIMARY KEY,
    name    TEXT    NOT NULL,
    ordinal BLOB    NOT NULL UNIQUE,    -- the name in UTF-16, big-endian: its bytes sort as .NET's ordinal order, which UTF-8's do not
    last    INTEGER NOT NULL,           -- the sequence of the newest message ever stored
    first   INTEGER NOT NULL,           -- the sequence of the oldest message kept; last + 1 if none is
    bytes   INTEGER NOT NULL            -- of payload, of all messages kept
) STRICT;

CREATE TABLE messages (
    room      INTEGER NOT NULL,
    sequence  INTEGER NOT NULL,
    at        INTEGER NOT NULL,         -- milliseconds since 1970 in UTC
    kind      INTEGER NOT NULL,         -- 0 text, 1 binary, 2 JSON
    sender    TEXT,
    publisher TEXT,                     -- null where id is
    id        TEXT,
    key       TEXT,
    payload   BLOB    NOT NULL,
    PRIMARY KEY (room, sequence)
) STRICT, WITHOUT ROWID;

-- Who publishes the same id to the same room again gets the place of the message that is there.
CREATE UNIQUE INDEX messages_by_id ON messages (room, publisher, id) WHERE id IS NOT NULL;
