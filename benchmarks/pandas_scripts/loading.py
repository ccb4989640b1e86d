"""What every one of these scripts starts with: the exports of a school as pandas reads them."""

import sys
from pathlib import Path

import pandas as pd

PRESENT = ["/", "\\", "L", "B", "K", "P", "V", "W"]
AUTHORISED = ["C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"]
UNAUTHORISED = ["G", "N", "O", "U"]


def asked() -> tuple[Path, pd.Timestamp]:
    """The school's folder and the day, from the command line."""
    return Path(sys.argv[1]), pd.Timestamp(sys.argv[2])


def marks(folder: Path, on: pd.Timestamp) -> pd.DataFrame:
    """Every mark up to a day, with its kind."""
    read = pd.read_csv(
        folder / "exports" / "marks.csv",
        dtype=str,
        keep_default_na=False,
        usecols=["Adno", "Date", "Session", "Mark", "Minutes Late"],
    )
    read["Date"] = pd.to_datetime(read["Date"], format="%d/%m/%Y")
    read = read[read["Date"] <= on]
    kinds = dict.fromkeys(PRESENT, "present")
    kinds |= dict.fromkeys(AUTHORISED, "authorised") | dict.fromkeys(UNAUTHORISED, "unauthorised")
    read["Kind"] = read["Mark"].map(kinds)
    return read


def pupils(folder: Path) -> pd.DataFrame:
    """The pupil list, by admission number."""
    read = pd.read_csv(folder / "exports" / "pupils.csv", dtype=str, keep_default_na=False)
    return read.set_index("Adno")


def contacts(folder: Path) -> pd.DataFrame:
    """Each pupil's contacts on one line, in order of priority."""
    read = pd.read_csv(folder / "exports" / "contacts.csv", dtype=str, keep_default_na=False)
    read = read.sort_values(["Adno", "Priority"])
    read["Line"] = read["Salutation"] + " " + read["Mobile"] + " " + read["Home Telephone"]
    return read.groupby("Adno")["Line"].agg("; ".join)


def rates(read: pd.DataFrame) -> pd.DataFrame:
    """Possible and missed sessions of each pupil."""
    counted = read[read["Kind"].notna()]
    missed = counted["Kind"].isin(["authorised", "unauthorised"])
    found = pd.DataFrame({"possible": counted.groupby("Adno").size()})
    found["missed"] = missed.groupby(counted["Adno"]).sum()
    found["band"] = "on track"
    found.loc[found["missed"] * 100 > found["possible"] * 8, "band"] = "at risk"
    found.loc[found["missed"] * 10 >= found["possible"], "band"] = "persistent"
    found.loc[found["missed"] * 2 >= found["possible"], "band"] = "severe"
    return found
