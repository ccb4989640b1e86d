"""Raw marks to sound marks and problems, judged on the distinct values of each column."""
