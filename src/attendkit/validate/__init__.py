"""Raw marks to sound marks and problems, judged on the distinct values of each column."""

from attendkit.validate.judging import judge_codes, judge_dates, judge_minutes, judge_sessions
from attendkit.validate.marks import MarkRow, Reading

__all__ = ["MarkRow", "Reading", "judge_codes", "judge_dates", "judge_minutes", "judge_sessions"]
