"""Backups of the registers: made, proved from the disk, listed, and turned into a school's folder again.

A backup is a folder of its own (`2026-11/`) that anybody can check and, with its key, open without attendkit:

    attendkit-2026-11.zip.age   the registers as CSV and PDF, and what `restore` needs, encrypted with age
    manifest.json               what is in it, with no pupil's name
    RESTORE.txt                 how to open it, in plain words
    SHA256SUMS                  for `sha256sum -c`

It stands above `documents`, which print its pages, and below `cli`. docs/backup.md is its page.
"""
