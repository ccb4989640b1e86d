"""What every one of these scripts starts with: the exports of a school as pandas reads them."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

PRESENT = ["/", "\\", "L", "B", "K", "P", "V", "W"]
AUTHORISED = ["C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"]
UNAUTHORISED = ["G", "N", "O", "U"]
NOT_POSSIBLE = ["D", "Q", "X", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Z", "#"]
ON_SITE = ["/", "\\", "L", "U"]
NO_MARK = "-"
GONE_AFTER = 5  # school days without a row after which a pupil is taken to have left
BANDS = ["severe", "persistent", "at_risk", "on_track"]

_KINDS = (
    dict.fromkeys(PRESENT, "present")
    | dict.fromkeys(AUTHORISED, "authorised")
    | dict.fromkeys(UNAUTHORISED, "unauthorised")
    | dict.fromkeys(NOT_POSSIBLE, "not possible")
    | {NO_MARK: "missing"}
)


def asked() -> tuple[Path, pd.Timestamp]:
    """The school's folder and the day, from the command line."""
    return Path(sys.argv[1]), pd.Timestamp(sys.argv[2])


def told(table: pd.DataFrame) -> None:
    """Print a table as a person reads it, or with a third argument as JSON, to be compared."""
    table = table.reset_index()
    if len(sys.argv) > 3:
        sys.stdout.write(table.to_json(orient="records", date_format="iso"))
    else:
        sys.stdout.write(table.to_string())


def marks(folder: Path, on: pd.Timestamp) -> pd.DataFrame:
    """Every mark up to a day, once, with its kind; a mark that is no code is left out."""
    read = pd.read_csv(
        folder / "exports" / "marks.csv",
        dtype=str,
        keep_default_na=False,
        usecols=["Adno", "Date", "Session", "Mark", "Minutes Late"],
    )
    read["Date"] = pd.to_datetime(read["Date"], format="%d/%m/%Y")
    read["Kind"] = read["Mark"].replace("", NO_MARK).map(_KINDS)
    sound = read["Kind"].notna() & (read["Date"] <= on) & read["Session"].isin(["AM", "PM"])
    return read[sound].drop_duplicates(["Adno", "Date", "Session"])


def roll_call(read: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    """Every pupil on roll with every session of the day: one who has no row has no mark."""
    lately = sorted(read["Date"].unique())[-GONE_AFTER - 1]
    today = read[read["Date"] == on]
    held = today.loc[today["Mark"] != NO_MARK, "Session"].unique()
    pairs = [read.loc[read["Date"] >= lately, "Adno"].unique(), held]
    every = pd.MultiIndex.from_product(pairs, names=["Adno", "Session"])
    call = today.set_index(["Adno", "Session"]).reindex(every).reset_index()
    return call.fillna({"Date": on, "Mark": NO_MARK, "Kind": "missing"})


def pupils(folder: Path) -> pd.DataFrame:
    """The pupil list, by admission number."""
    read = pd.read_csv(folder / "exports" / "pupils.csv", dtype=str, keep_default_na=False)
    return read.set_index("Adno")


def contacts(folder: Path) -> pd.Series:
    """Each pupil's contacts on one line, in order of priority, numbers held back where a court says so."""
    read = pd.read_csv(folder / "exports" / "contacts.csv", dtype=str, keep_default_na=False)
    read = read.sort_values(["Adno", "Priority"])
    numbers = read["Mobile"].str.cat(read["Home Telephone"], sep=" ").str.strip()
    names = read["Title"].str.cat([read["Forename"], read["Surname"]], sep=" ").str.strip()
    read["Line"] = names + ": " + numbers.where(read["Court Order"] != "Y", "HOLD")
    return read.groupby("Adno")["Line"].agg("; ".join)


def rates(read: pd.DataFrame) -> pd.DataFrame:
    """Possible and missed sessions of each pupil, and the band that they are in."""
    kinds = pd.crosstab(read["Adno"], read["Kind"])
    found = kinds.reindex(
        columns=["present", "authorised", "unauthorised", "not possible", "missing"], fill_value=0
    )
    found["missed"] = found["authorised"] + found["unauthorised"]
    found["possible"] = found["present"] + found["missed"]
    missed, possible = found["missed"], found["possible"]
    found["band"] = np.select(
        [missed * 2 >= possible, missed * 10 >= possible, missed * 100 > possible * 8], BANDS[:3], BANDS[3]
    )
    return found
