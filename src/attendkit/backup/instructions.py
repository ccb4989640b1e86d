"""The words that lie in and beside a backup, for somebody who has never heard of attendkit."""

_TABLES = """\
  registers/admission-register.csv    every pupil: one row each
  registers/attendance-register.csv   every session of every pupil: date, AM or PM, code, where it was read
  registers/contacts.csv              parents and other contacts, with telephone numbers
  registers/changes.csv               marks that were changed afterwards: what each was, what it became, when
  registers/casework.csv              what was done about attendance: calls, letters, meetings (if any)
  registers/figures.csv               for every pupil and year: sessions possible, present, absent and so on
  registers/imports.csv               the files that the registers were read from
  registers/codes.csv                 what every attendance code means and how it counts
  print/                              the month's attendance register as PDF, one a tutor group, to print
  school/                             the school's folder as attendkit had it, for `attendkit restore`
"""

_OPEN_CSV = """\
The CSV files are plain text (UTF-8, one row a line, cells parted by commas). Excel, LibreOffice, any
database and Notepad open them. A cell that begins with an apostrophe has it there so that no program runs
it as a formula; take it away and you have what was typed. The pupil number in the first column is the same
pupil in every file. "no mark" is a session that nobody marked.
"""

INSIDE = f"""\
THE REGISTERS OF A SCHOOL

These files are a copy of the school's admission and attendance registers as they stood at the end of a
month. The law has every entry kept for at least six years. manifest.json says which month, how many rows
each file has, and from when on nothing here need be kept any longer (keep_until).

They hold personal details of children. Keep them as the registers themselves are kept.

WHAT IS HERE

{_TABLES}
HOW TO READ IT

{_OPEN_CSV}
HOW TO KNOW THAT NOTHING HAS CHANGED

In this folder:   sha256sum -c SHA256SUMS
On Windows:       certutil -hashfile registers\\attendance-register.csv SHA256
and compare with the line in SHA256SUMS. With attendkit: attendkit verify FOLDER

HOW TO GO ON WORKING WITH IT

Install attendkit (any version that is not older than the one in manifest.json) and run
    attendkit restore FOLDER NEW-FOLDER
"""

_BY_KEY = """\
1. Find the key file. It was made with `attendkit backup key` (or age-keygen) and is kept away from this
   copy: ask the attendance officer or the head teacher. It is a text file with a line that begins with
   AGE-SECRET-KEY-1. Any one of the school's keys will do.
2. Get age, a free program for Windows, macOS and Linux, from https://age-encryption.org (rage is another).
3. Decrypt:
       age --decrypt -i KEYFILE -o registers.zip {name}"""

_BY_WORD = """\
1. Find the passphrase: ask the attendance officer or the head teacher.
2. Get age, a free program for Windows, macOS and Linux, from https://age-encryption.org (rage is another).
3. Decrypt, and type the passphrase when it asks:
       age --decrypt -o registers.zip {name}"""

_OPEN = """\
It is NOT encrypted: whoever has the file can read it. Nothing needs to be decrypted; {name} is the ZIP."""

_UNZIP = """\
4. Unpack registers.zip: on Windows, right-click it and choose "Extract all"; elsewhere, `unzip`.
5. The folder has a RESTORE.txt of its own that says what each file is.
"""


def beside(name: str, month: str, *, sealed: bool, passphrase: bool) -> str:
    """`RESTORE.txt` beside a backup whose file is `name`: how to check it and how to open it."""
    how = (_BY_WORD if passphrase else _BY_KEY if sealed else _OPEN).format(name=name)
    return f"""\
THE REGISTERS OF A SCHOOL: HOW TO OPEN THIS COPY

{name} holds the school's admission and attendance registers as they stood at the
end of {month}. No special program is needed. manifest.json says what is in it, without any name.

HOW TO OPEN IT

{how}
{_UNZIP}
HOW TO KNOW THAT NOTHING HAS CHANGED

In this folder:   sha256sum -c SHA256SUMS
On Windows:       certutil -hashfile {name} SHA256
and compare with the line in SHA256SUMS. With attendkit: attendkit verify FOLDER

HOW TO GO ON WORKING WITH IT

    attendkit restore FOLDER NEW-FOLDER --key KEYFILE
makes a school's folder of it in which every command gives the figures it gave then.

It holds personal details of children. Keep it as the registers themselves are kept.
"""
