"""The tables of the casework store, and how an older file becomes a newer one."""

APPLICATION = 0x41544B43
"""What marks an SQLite file as attendkit's casework ("ATKC")."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE entries (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            day TEXT NOT NULL,
            time TEXT NOT NULL,
            by TEXT NOT NULL,
            kind TEXT NOT NULL,
            corrects INTEGER UNIQUE REFERENCES entries (id),
            source TEXT NOT NULL,
            pupil TEXT NOT NULL,
            body TEXT,
            salt TEXT,
            seal TEXT NOT NULL,
            before TEXT NOT NULL UNIQUE,
            digest TEXT NOT NULL UNIQUE
        ) STRICT
        """,
        "CREATE INDEX entries_by_pupil ON entries (pupil, day)",
        "CREATE UNIQUE INDEX entries_by_source ON entries (source) WHERE source <> ''",
        # What an entry said may be erased where the law asks for it. Nothing else of it ever changes.
        """
        CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
        WHEN NOT (
            new.body IS NULL AND new.salt IS NULL AND new.pupil = ''
            AND new.id = old.id AND new.at = old.at AND new.day = old.day AND new.time = old.time
            AND new.by = old.by AND new.kind = old.kind AND new.corrects IS old.corrects
            AND new.source = old.source AND new.seal = old.seal AND new.before = old.before
            AND new.digest = old.digest
        )
        BEGIN SELECT raise(ABORT, 'entries are only added'); END
        """,
        """
        CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries
        BEGIN SELECT raise(ABORT, 'entries are only added'); END
        """,
    ),
)
"""What makes each format of the file from the one before; the first makes an empty file. Only added to."""

FORMAT = len(MIGRATIONS)
"""The newest format that this attendkit knows, as `PRAGMA user_version` has it."""

INSERT = (
    "INSERT INTO entries VALUES (:id, :at, :day, :time, :by, :kind, :corrects, :source, :pupil, :body, :salt,"
    " :seal, :before, :digest)"
)
"""Adds one entry, its columns in the order of the newest format."""
